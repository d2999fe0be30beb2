import type { Clock } from "../../base/clock.js";
import type { OrcaLoadReport } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import type { HttpFailure } from "../../rpc/http-types.js";
import type { Address, Endpoint } from "../address.js";
import type { OnPickedEnd, PendingCall, PickInfo } from "../call-channel.js";
import type { ChannelWatch } from "../call-trace.js";
import type { ConnectivityState } from "../connectivity-state.js";

/** Where a call goes. */
export type Pick =
  /** To a connection of this subchannel. `onEnd` hears of the end of the attempt, exactly once. */
  | { readonly kind: "subchannel"; readonly subchannel: Subchannel; readonly onEnd?: OnPickedEnd }
  /** Nowhere yet: the call waits for the next picker. */
  | { readonly kind: "wait" }
  /** Nowhere: the call fails, unless it waits for ready. */
  | { readonly kind: "fail"; readonly message: string; readonly cause: unknown }
  /** Nowhere: the call fails, whatever it would wait for. */
  | { readonly kind: "drop"; readonly message: string };

/** Places calls. It is asked for every call, and must not keep anything that changes but by its own doing. */
export interface Picker {
  pick(info: PickInfo): Pick;
  /** Set if every pick gives this subchannel and asks for nothing else; the channel then need not pick. */
  readonly only?: Subchannel;
}

/** What a subchannel is doing. */
export type SubchannelState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "ready" }
  | { readonly kind: "transient_failure"; readonly failure: HttpFailure };

/** Where picked calls go: the connections of one address. */
export interface CallTaker {
  /** Begins `call`, or lets it wait for a free stream. False: there is no connection. */
  take(call: PendingCall, onEnd: OnPickedEnd | undefined): boolean;
}

/** Connections to one address, as a balancer sees them. */
export interface Subchannel {
  readonly address: Address;
  readonly state: SubchannelState;
  /** The one whose connections calls use: itself, unless a balancer has wrapped it. */
  readonly base: CallTaker;
  /** Leaves idle. */
  connect(): void;
  /**
   * Tells whether a server that is connected should get calls: its own health service may have a say if the service
   * config names a service (gRFC A17), and so may a balancer around this one (A50). `listener` hears at once. For balancers
   * over several servers (A61); ends when the subchannel is released, or by what is returned.
   */
  watchHealth(listener: HealthListener): () => void;
  /**
   * Asks the server for its load while it is connected, as often as every `intervalMs` if the server allows it (gRFC A51,
   * "out-of-band"). Ends when the subchannel is released, or by what is returned.
   */
  watchLoad(intervalMs: number, listener: LoadListener): () => void;
  /** The balancer has no more use for it. Running calls go on. */
  release(): void;
}

/** Whether a connected server should get calls. */
export type SubchannelHealth = Exclude<SubchannelState, { readonly kind: "idle" }>;

/** Hears of a server's health. */
export type HealthListener = (health: SubchannelHealth) => void;

/** Hears of a server's load. */
export type LoadListener = (report: OrcaLoadReport) => void;

/** Hears of a subchannel's states. */
export type SubchannelListener = (state: SubchannelState) => void;

/** What a balancer may ask of its channel, or of the balancer around it. */
export interface BalancerHelper {
  readonly clock: Clock;
  /** From 0 up to 1; tests hand in their own. */
  readonly random: () => number;
  /** Makes a subchannel, which is idle until it is told to connect, or shares one that there is already. */
  createSubchannel(address: Address, listener: SubchannelListener): Subchannel;
  /** Says what the balancer as a whole is doing, and how calls are placed from now on. */
  update(state: Exclude<ConnectivityState, "shutdown">, picker: Picker): void;
  /** The addresses may be out of date. */
  requestResolution(): void;
  /** Who is told of what the balancer decides; absent if nobody is. A balancer with others inside passes it on. */
  readonly watch?: ChannelWatch | undefined;
}

/** What a resolver found, for a balancer. */
export interface BalancerUpdate {
  readonly endpoints: readonly Endpoint[];
  /** What {@link BalancerPolicy.parseConfig} made. */
  readonly config: unknown;
}

/** A balancer at work. */
export interface Balancer {
  /** Takes new endpoints or a new configuration. False: these can't be used, and others should be looked for. */
  update(update: BalancerUpdate): boolean;
  /** The resolver has failed. What the balancer has stays good; without anything it says so to calls. */
  resolverError(message: string, cause: unknown): void;
  /** A call came, or the user asked: connect if idle. */
  exitIdle(): void;
  /** The end: every subchannel is released. */
  close(): void;
}

/** A way to balance. */
export interface BalancerPolicy {
  /** As in a service config: `round_robin`. */
  readonly name: string;
  /**
   * Reads its part of a service config. `choose` reads a list of policies for a balancer that has others inside.
   *
   * @throws ServiceConfigError
   */
  parseConfig(config: unknown, choose: ChooseBalancer): unknown;
  create(helper: BalancerHelper): Balancer;
}

/** Chooses from a `loadBalancingConfig`, which stands at `where`. @throws ServiceConfigError */
export type ChooseBalancer = (list: unknown, where: string) => BalancerChoice;

/** A policy with its configuration. */
export interface BalancerChoice {
  readonly policy: BalancerPolicy;
  readonly config: unknown;
}

/** Makes calls wait. */
export const WAIT: Pick = { kind: "wait" };

/** A picker that gives every call the same answer. */
export function alwaysPick(pick: Pick): Picker {
  return { pick: () => pick };
}

/** A picker that makes every call wait. */
export const WAITING_PICKER: Picker = alwaysPick(WAIT);

/** A picker that fails every call. */
export function failingPicker(message: string, cause: unknown): Picker {
  return alwaysPick({ kind: "fail", message, cause });
}
