import type { LoadProfile } from "./load-profile.js";
import type { Outcome, StartCall } from "./outcome.js";
import type { Loop, LoopListener, RunControl } from "./run-control.js";

/** How often a loop looks whether more calls may be in flight now: a ramp goes up in steps of this length. */
const RAMP_STEP_MS = 10;

/**
 * A closed loop: so many calls are in flight, and the end of each starts the next. When the server is slow it is asked
 * less often, so that the latencies are those of users who wait, not of a fixed demand.
 */
export class ClosedLoop implements Loop {
  readonly done: Promise<void>;
  started = 0;
  inFlight = 0;
  readonly #start: StartCall;
  readonly #profile: LoadProfile;
  readonly #control: RunControl;
  readonly #listener: LoopListener;
  readonly #began: number = performance.now();
  #stopped = false;
  #resolve: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  constructor(start: StartCall, profile: LoadProfile, control: RunControl, listener: LoopListener) {
    this.#start = start;
    this.#profile = profile;
    this.#control = control;
    this.#listener = listener;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    control.signal.addEventListener("abort", this.#stop, { once: true });
    if (profile.stepsMs > 0) this.#timer = setInterval(() => this.#fill(), RAMP_STEP_MS);
    // The end must come also if no call ends by then.
    if (control.durationMs !== Infinity) setTimeout(this.#stop, control.durationMs).unref();
    this.#fill();
  }

  /** Starts what may be in flight and is not. */
  #fill(): void {
    const wanted = Math.max(1, Math.floor(this.#profile.valueAt(performance.now() - this.#began)));
    while (this.inFlight < wanted && this.#mayStart()) this.#startOne();
    this.#endIfIdle();
  }

  #mayStart(): boolean {
    if (this.#stopped) return false;
    if (this.started < this.#control.maxCalls && !this.#control.signal.aborted) return true;
    this.#stop();
    return false;
  }

  #startOne(): void {
    const from = performance.now();
    this.inFlight++;
    this.#start(this.started++, (outcome) => this.#onEnd(outcome, from));
  }

  #onEnd(outcome: Outcome, from: number): void {
    const now = performance.now();
    this.inFlight--;
    this.#listener.onEnd(outcome, from, now);
    if (now - this.#began >= this.#control.durationMs) this.#stop();
    // A call that fails at once would start the next within this very turn, for ever: others must have theirs.
    if (outcome.code !== 0) setImmediate(() => this.#fill());
    else if (this.#profile.stepsMs > 0) this.#fill();
    else if (this.#mayStart()) this.#startOne();
    else this.#endIfIdle();
  }

  readonly #stop = (): void => {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#control.signal.removeEventListener("abort", this.#stop);
    this.#endIfIdle();
  };

  #endIfIdle(): void {
    if (this.#stopped && this.inFlight === 0) this.#resolve();
  }
}
