import type { Clock } from "./clock.js";

/** Who is told that its time has come. */
export interface TimerTarget {
  onTimeout(): void;
}

/** One pending timeout; {@link TimerWheel.add} makes it and {@link Timer.cancel} takes it away. */
export class Timer {
  readonly target: TimerTarget;
  readonly dueMs: number;
  next: Timer | undefined;
  previous: Timer | undefined;
  /** The slot it sits in, {@link DUE} when it is about to fire, {@link GONE} once it fired or was cancelled. */
  slot: number = GONE;
  readonly #wheel: TimerWheel;

  constructor(wheel: TimerWheel, target: TimerTarget, dueMs: number) {
    this.#wheel = wheel;
    this.target = target;
    this.dueMs = dueMs;
  }

  /** Takes it away; harmless when it fired already. */
  cancel(): void {
    this.#wheel.remove(this);
  }
}

/**
 * Many timeouts on one platform timer: adding and cancelling are O(1), which matters because nearly every deadline is
 * cancelled. A timeout fires up to {@link GRANULARITY_MS} late and never early (Varghese and Lauck, "Hashed and
 * Hierarchical Timing Wheels", scheme 6: a slot holds every timer whose due time falls on it in any revolution).
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #slots: (Timer | undefined)[] = new Array(SLOTS).fill(undefined);
  #count = 0;
  /** The last tick whose slot was swept. */
  #sweptTick: number;
  /** The tick for which the platform timer is set; Infinity when it is not. */
  #armedTick = Infinity;
  #disarm: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sweptTick = Math.floor(clock.now() / GRANULARITY_MS);
  }

  /** Timers pending. */
  get size(): number {
    return this.#count;
  }

  /** Calls `target.onTimeout()` once, at `dueMs` of the clock or up to {@link GRANULARITY_MS} later. */
  add(target: TimerTarget, dueMs: number): Timer {
    const timer = new Timer(this, target, dueMs);
    if (this.#count === 0)
      this.#sweptTick = Math.max(this.#sweptTick, Math.floor(this.#clock.now() / GRANULARITY_MS) - 1);
    const tick = Math.max(Math.ceil(dueMs / GRANULARITY_MS), this.#sweptTick + 1);
    const slot = tick % SLOTS;
    timer.slot = slot;
    timer.next = this.#slots[slot];
    if (timer.next !== undefined) timer.next.previous = timer;
    this.#slots[slot] = timer;
    this.#count++;
    if (tick < this.#armedTick) this.#arm(tick);
    return timer;
  }

  /** Takes `timer` away; {@link Timer.cancel} calls it. */
  remove(timer: Timer): void {
    if (timer.slot < 0) {
      timer.slot = GONE;
      return;
    }
    if (timer.previous !== undefined) timer.previous.next = timer.next;
    else this.#slots[timer.slot] = timer.next;
    if (timer.next !== undefined) timer.next.previous = timer.previous;
    timer.next = timer.previous = undefined;
    timer.slot = GONE;
    // The platform timer stays armed for the tick at hand: the next call is likely to want it again. Left alone with
    // nothing to wait for, it must not keep the process alive for long, so a far one is cleared.
    if (--this.#count === 0 && this.#armedTick > this.#sweptTick + NEAR_TICKS) this.#clear();
  }

  #clear(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedTick = Infinity;
  }

  #arm(tick: number): void {
    this.#disarm?.();
    this.#armedTick = tick;
    this.#disarm = this.#clock.schedule(this.#sweep, tick * GRANULARITY_MS - this.#clock.now());
  }

  readonly #sweep = (): void => {
    this.#disarm = undefined;
    this.#armedTick = Infinity;
    const now = this.#clock.now();
    const nowTick = Math.floor(now / GRANULARITY_MS);
    // One revolution visits every slot, however long the process slept.
    const from = Math.max(this.#sweptTick + 1, nowTick - SLOTS + 1);
    this.#sweptTick = Math.max(this.#sweptTick, nowTick);
    let due: Timer | undefined;
    for (let tick = from; tick <= nowTick; tick++) {
      let timer = this.#slots[tick % SLOTS];
      while (timer !== undefined) {
        const next: Timer | undefined = timer.next;
        if (timer.dueMs <= now) {
          this.remove(timer);
          timer.slot = DUE;
          timer.next = due;
          due = timer;
        }
        timer = next;
      }
    }
    // Fired only after the sweep: a target may add and cancel timers.
    while (due !== undefined) {
      const timer = due;
      due = timer.next;
      timer.next = undefined;
      if (timer.slot !== DUE) continue;
      timer.slot = GONE;
      timer.target.onTimeout();
    }
    if (this.#count > 0 && this.#armedTick === Infinity) this.#armNext();
  };

  #armNext(): void {
    for (let tick = this.#sweptTick + 1; tick <= this.#sweptTick + SLOTS; tick++) {
      if (this.#slots[tick % SLOTS] !== undefined) {
        this.#arm(tick);
        return;
      }
    }
  }
}

/** 5 ms: finer than any network deadline needs, coarse enough that a busy process wakes 200 times a second at most. */
export const GRANULARITY_MS = 5;

/** 2,048 slots make a revolution of 10.24 s: most deadlines are shorter, so that a sweep rarely meets a timer not yet due. */
const SLOTS = 2048;

/** Values of {@link Timer.slot} of a timer that is in none. */
const GONE = -1;
const DUE = -2;

/** A platform timer due within 20 ticks (100 ms) may run out idle. */
const NEAR_TICKS = 20;
