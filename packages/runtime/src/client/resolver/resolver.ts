import type { Clock } from "../../base/clock.js";
import type { Endpoint } from "../address.js";
import type { Target } from "../target.js";

/** What a target stands for at the moment. */
export interface Resolution {
  readonly endpoints: readonly Endpoint[];
  /** The service config that came along, as the JSON text or the value of it. Absent: the channel's own holds. */
  readonly serviceConfig?: unknown;
}

/** Hears what a resolver finds. */
export interface ResolverListener {
  /** Replaces what was found before. False: it can't be used, as if {@link ResolverListener.onError} had been right. */
  onResolution(resolution: Resolution): boolean;
  /** Nothing was found; what was found before stays in use. */
  onError(message: string, cause: unknown): void;
}

/** What a resolver is given. */
export interface ResolverContext {
  readonly clock: Clock;
  /** From 0 up to 1; tests hand in their own. */
  readonly random: () => number;
}

/** At work for one channel. It must not call its listener before `start` has returned. */
export interface Resolver {
  /** Connections have failed: look again, if that makes sense now. */
  resolveNow(): void;
  /** The end; the listener hears nothing more. */
  close(): void;
}

/** A target understood. */
export interface ResolverPlan {
  /** The `:authority` of calls unless an option overrides it. */
  readonly authority: string;
  /** Begins to resolve. */
  start(listener: ResolverListener, context: ResolverContext): Resolver;
}

/** A scheme of targets. Throws a TypeError for a target that it can't read. */
export type ResolverScheme = (target: Target) => ResolverPlan;
