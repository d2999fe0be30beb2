import {
  type Balancer,
  type BalancerHelper,
  type BalancerUpdate,
  failingPicker,
  type Picker,
  WAITING_PICKER,
} from "./balancer.js";
import { type EndpointChild, EndpointChildren } from "./endpoint-children.js";

/** Makes the picker over the children that are ready; at least one is. */
export type MakePicker = (ready: readonly EndpointChild[], config: unknown) => Picker;

/**
 * What all balancers have in common that connect to every endpoint and spread calls over those that are ready: ready if
 * one is, else connecting if one is, else in transient failure.
 */
export class SpreadingBalancer implements Balancer {
  readonly #helper: BalancerHelper;
  readonly #children: EndpointChildren;
  readonly #makePicker: MakePicker;
  readonly #onClose: (() => void) | undefined;
  #config: unknown;
  #resolverFailure = "";
  /** What the last picker was made of: it is not made anew, and its turn not lost, for nothing. */
  #pickerOf:
    | { readonly ready: readonly EndpointChild[]; readonly pickers: readonly Picker[]; readonly config: unknown }
    | undefined;

  constructor(helper: BalancerHelper, makePicker: MakePicker, onClose?: () => void) {
    this.#helper = helper;
    this.#makePicker = makePicker;
    this.#onClose = onClose;
    this.#children = new EndpointChildren(helper, { eager: true, onChange: () => this.#onChange() });
  }

  update({ endpoints, config }: BalancerUpdate): boolean {
    this.#config = config;
    this.#resolverFailure = endpoints.length === 0 ? "the resolver found no addresses" : "";
    this.#children.update(endpoints);
    return endpoints.length > 0;
  }

  resolverError(message: string, cause: unknown): void {
    if (this.#children.all.length === 0) this.#helper.update("transient_failure", failingPicker(message, cause));
  }

  exitIdle(): void {
    // It never is: children connect by themselves.
  }

  close(): void {
    this.#children.close();
    this.#onClose?.();
  }

  #onChange(): void {
    const { all } = this.#children;
    const ready = all.filter(({ state }) => state === "ready");
    if (ready.length > 0) {
      this.#onReady(ready);
      return;
    }
    this.#pickerOf = undefined;
    if (all.some(({ state }) => state !== "transient_failure")) {
      this.#helper.update("connecting", WAITING_PICKER);
      return;
    }
    const failure = all.findLast((child) => child.failure !== undefined)?.failure;
    const message =
      failure === undefined
        ? this.#resolverFailure
        : `none of ${all.length} servers can be reached; one says: ${failure.message}`;
    this.#helper.update("transient_failure", failingPicker(message, failure?.cause));
  }

  #onReady(ready: readonly EndpointChild[]): void {
    const pickers = ready.map(({ picker }) => picker);
    const before = this.#pickerOf;
    const same =
      before !== undefined &&
      before.config === this.#config &&
      before.pickers.length === pickers.length &&
      before.pickers.every((picker, i) => picker === pickers[i]);
    if (same) return;
    this.#pickerOf = { ready, pickers, config: this.#config };
    this.#helper.update("ready", this.#makePicker(ready, this.#config));
  }
}
