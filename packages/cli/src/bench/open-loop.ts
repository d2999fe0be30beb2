import type { Arrivals } from "./arrivals.js";
import type { StartCall } from "./outcome.js";
import type { Loop, LoopListener, RunControl } from "./run-control.js";

/**
 * A timer is up to a millisecond or two late. From this long before a call is due the loop no longer sleeps but looks at the
 * clock in every turn of the event loop, between which replies are read as ever.
 */
const WATCH_MS = 2;

/**
 * An open loop: calls begin when they are due, whatever became of those before. Latency is counted from when a call was
 * due, not from when it was begun: a server, or this machine, that stalls makes the calls wait that would have come
 * meanwhile, and that wait is part of what their users see. (Leaving it out is called coordinated omission.)
 */
export class OpenLoop implements Loop {
  readonly done: Promise<void>;
  started = 0;
  inFlight = 0;
  /** Calls that were due and had no room until the run was over. */
  notStarted = 0;
  readonly #start: StartCall;
  readonly #arrivals: Arrivals;
  readonly #control: RunControl;
  readonly #listener: LoopListener;
  readonly #maxInFlight: number;
  readonly #began: number = performance.now();
  /** When the next call is due. */
  #due: number;
  #stopped = false;
  #isOver = false;
  #waiting = false;
  #resolve: () => void = () => {};
  readonly #end: NodeJS.Timeout | undefined;

  /** @param maxInFlight as many calls at once; those that are due beyond it begin later, which counts as their latency */
  constructor(start: StartCall, arrivals: Arrivals, control: RunControl, listener: LoopListener, maxInFlight: number) {
    this.#start = start;
    this.#arrivals = arrivals;
    this.#control = control;
    this.#listener = listener;
    this.#maxInFlight = maxInFlight;
    this.#due = this.#began + arrivals.next();
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    control.signal.addEventListener("abort", this.#stop, { once: true });
    // The end must come also while there is no room.
    if (control.durationMs !== Infinity) {
      this.#end = setTimeout(() => {
        // A timer may be a little early, and none comes after it.
        this.#isOver = true;
        this.#turn();
      }, control.durationMs);
    }
    if (control.signal.aborted) this.#stop();
    this.#turn();
  }

  /** Begins what is due, and has itself called again for what follows. */
  readonly #turn = (): void => {
    if (this.#stopped) return;
    const { durationMs, maxCalls } = this.#control;
    const now = performance.now();
    while (this.#due <= now && this.#due < this.#began + durationMs && this.inFlight < this.#maxInFlight) {
      if (this.started >= maxCalls) break;
      this.#startOne(now);
    }
    const isOver = this.#isOver || now - this.#began >= durationMs;
    if (isOver || this.started >= maxCalls || this.#due >= this.#began + durationMs) {
      while (isOver && this.#due < this.#began + durationMs && this.started + this.notStarted < maxCalls)
        this.#skipOne();
      this.#stop();
    } else if (this.inFlight < this.#maxInFlight) {
      this.#sleep(now);
    }
    // With no room left, the end of a call comes back to this, or the end of the run.
  };

  #sleep(now: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const wake = () => {
      this.#waiting = false;
      this.#turn();
    };
    const waitMs = this.#due - now;
    if (waitMs <= WATCH_MS) setImmediate(wake);
    else setTimeout(wake, Math.min(waitMs - WATCH_MS, MAX_SLEEP_MS));
  }

  #startOne(now: number): void {
    const due = this.#due;
    this.#due = this.#began + this.#arrivals.next();
    this.#listener.onLate(now - due);
    this.inFlight++;
    this.#start(this.started++, (outcome) => {
      this.inFlight--;
      this.#listener.onEnd(outcome, due, performance.now());
      if (this.#stopped) this.#endIfIdle();
      else if (!this.#waiting) this.#turn();
    });
  }

  #skipOne(): void {
    this.notStarted++;
    this.#due = this.#began + this.#arrivals.next();
  }

  readonly #stop = (): void => {
    this.#stopped = true;
    clearTimeout(this.#end);
    this.#control.signal.removeEventListener("abort", this.#stop);
    this.#endIfIdle();
  };

  #endIfIdle(): void {
    if (this.#stopped && this.inFlight === 0) this.#resolve();
  }
}

/** 1 s: what a rate that rises from nothing sleeps at most. */
const MAX_SLEEP_MS = 1000;
