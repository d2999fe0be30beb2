import {
  type Balancer,
  type BalancerHelper,
  type BalancerUpdate,
  failingPicker,
  type Picker,
  type Subchannel,
  WAITING_PICKER,
} from "./balancer.js";
import { type EndpointChild, EndpointChildren } from "./endpoint-children.js";

/** What makes one spreading balancer differ from another. */
export interface SpreadingOptions {
  /** Makes the picker over the children that are ready; at least one is. */
  readonly makePicker: (ready: readonly EndpointChild[], config: unknown) => Picker;
  /** An update begins. */
  readonly onUpdate?: (config: unknown) => void;
  /** A child has a further subchannel. */
  readonly onSubchannel?: (child: EndpointChild, subchannel: Subchannel) => void;
  /** Whether a new configuration needs children that are made anew. */
  readonly mustReplace?: (before: unknown, after: unknown) => boolean;
  readonly onClose?: () => void;
}

/**
 * What all balancers have in common that connect to every endpoint and spread calls over those that are ready: ready if
 * one is, else connecting if one is, else in transient failure.
 */
export class SpreadingBalancer implements Balancer {
  readonly #helper: BalancerHelper;
  readonly #options: SpreadingOptions;
  #children: EndpointChildren;
  #config: unknown;
  #resolverFailure = "";
  /** What the last picker was made of: it is not made anew, and its turn not lost, for nothing. */
  #pickerOf:
    | { readonly ready: readonly EndpointChild[]; readonly pickers: readonly Picker[]; readonly config: unknown }
    | undefined;

  constructor(helper: BalancerHelper, options: SpreadingOptions) {
    this.#helper = helper;
    this.#options = options;
    this.#children = this.#makeChildren();
  }

  update({ endpoints, config }: BalancerUpdate): boolean {
    const replaced =
      this.#config !== undefined && this.#options.mustReplace?.(this.#config, config) ? this.#children : undefined;
    this.#config = config;
    this.#options.onUpdate?.(config);
    if (replaced !== undefined) this.#children = this.#makeChildren();
    this.#resolverFailure = endpoints.length === 0 ? "the resolver found no addresses" : "";
    this.#children.update(endpoints);
    // Last, so that connections which old and new have in common are never without a holder.
    replaced?.close();
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
    this.#options.onClose?.();
  }

  #makeChildren(): EndpointChildren {
    const children: EndpointChildren = new EndpointChildren(this.#helper, {
      eager: true,
      onChange: () => {
        if (children === this.#children) this.#onChange();
      },
      onSubchannel: this.#options.onSubchannel,
    });
    return children;
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
    this.#helper.update("ready", this.#options.makePicker(ready, this.#config));
  }
}
