import type { Clock } from "../../base/clock.js";
import { Backoff } from "../backoff.js";
import type { Resolution, Resolver, ResolverContext, ResolverListener } from "./resolver.js";

/** How a polling resolver paces itself. */
export interface PollingOptions {
  /** At least so long passes between the beginnings of two look-ups that both went well. Default 30,000 ms. */
  readonly minIntervalMs?: number;
  /** Look again so long after a look-up that went well, asked or not. Default: only when connections fail. */
  readonly periodMs?: number;
}

/**
 * Looks up what can only be asked for, as DNS: again when connections fail, but not more often than a minimum interval
 * allows; and with growing waits after failures.
 *
 *     waiting ──due, or resolveNow and the interval is over──> looking up ──found──> waiting (for resolveNow)
 *                                                                  └────failed────> waiting (for the backoff)
 */
export class PollingResolver implements Resolver {
  readonly #listener: ResolverListener;
  readonly #lookUp: () => Promise<Resolution>;
  readonly #clock: Clock;
  readonly #minIntervalMs: number;
  readonly #periodMs: number | undefined;
  readonly #backoff: Backoff;
  #state: "waiting" | "looking up" | "closed" = "waiting";
  #startedMs = -Infinity;
  #failing = false;
  #wanted = false;
  #cancelTimer: (() => void) | undefined;

  constructor(
    listener: ResolverListener,
    context: ResolverContext,
    lookUp: () => Promise<Resolution>,
    options: PollingOptions = {},
  ) {
    this.#listener = listener;
    this.#lookUp = lookUp;
    this.#clock = context.clock;
    this.#minIntervalMs = options.minIntervalMs ?? MIN_INTERVAL_MS;
    this.#periodMs = options.periodMs;
    this.#backoff = new Backoff({}, context.random);
    this.#start();
  }

  resolveNow(): void {
    if (this.#state === "looking up") this.#wanted = true;
    // After a failure the backoff says when; it is running.
    if (this.#state !== "waiting" || this.#failing) return;
    const restMs = this.#startedMs + this.#minIntervalMs - this.#clock.now();
    if (restMs <= 0) this.#start();
    else this.#startIn(restMs);
  }

  close(): void {
    this.#state = "closed";
    this.#cancelTimer?.();
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#state = "looking up";
    this.#wanted = false;
    this.#startedMs = this.#clock.now();
    this.#lookUp().then(
      (resolution) => this.#onFound(resolution),
      (error: unknown) => this.#onFailed(error),
    );
  }

  #onFound(resolution: Resolution): void {
    if (this.#state === "closed") return;
    this.#state = "waiting";
    this.#failing = !this.#listener.onResolution(resolution);
    if ((this.#state as string) === "closed") return;
    if (this.#failing) {
      this.#startIn(this.#backoff.next());
      return;
    }
    this.#backoff.reset();
    if (this.#wanted) this.resolveNow();
    else if (this.#periodMs !== undefined) this.#startIn(this.#periodMs);
  }

  #onFailed(error: unknown): void {
    if (this.#state === "closed") return;
    this.#state = "waiting";
    this.#failing = true;
    this.#startIn(this.#backoff.next());
    this.#listener.onError(error instanceof Error ? error.message : String(error), error);
  }

  /** Waiting calls keep the process alive; that addresses may be out of date does not. */
  #startIn(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.schedule(() => this.#start(), delayMs, true);
  }
}

/** 30 s, as in gRPC: a name server must not suffer from servers that fail. */
const MIN_INTERVAL_MS = 30_000;
