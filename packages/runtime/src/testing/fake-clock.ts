import type { Clock } from "../base/clock.js";
import { afterTurn } from "./after-turn.js";

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until a test moves it: deadlines, backoff, keepalive, grace and idleness of servers and
 * channels that have it are over when the test says so. It begins at 0.
 */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #tasks = new Set<Task>();
  #busy = 0;

  now(): number {
    return this.#nowMs;
  }

  /** Without a delay the task runs by itself, after this turn of the event loop; else when the clock gets there. */
  schedule(task: () => void, delayMs: number): () => void {
    const entry: Task = { dueMs: this.#nowMs + Math.max(0, delayMs), run: task };
    this.#tasks.add(entry);
    if (delayMs <= 0) {
      this.busy(() => {
        if (this.#tasks.delete(entry)) task();
      });
    }
    return () => this.#tasks.delete(entry);
  }

  /**
   * Moves the clock by `ms`, stopping at each task that falls due: what it causes, on the connections in memory too, is
   * done before the clock goes on. Deadlines are kept in steps of 5 ms.
   */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const end = this.#nowMs + ms;
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) {
      this.#nowMs = Math.max(this.#nowMs, task.dueMs);
      this.#tasks.delete(task);
      task.run();
      if (this.#busy > 0) await this.settle();
      // What promises were waiting for the task.
      else await undefined;
    }
    this.#nowMs = end;
    await this.settle();
  }

  /** Resolves when all that is under way in memory has arrived. Handlers may still be waiting for something else. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await new Promise<void>(afterTurn);
      if (this.#busy > 0) quiet = -1;
    }
  }

  /** @internal Runs `task` after this turn of the event loop; until then {@link FakeClock.settle} waits. */
  busy(task: () => void): void {
    this.#busy++;
    afterTurn(() => {
      this.#busy--;
      task();
    });
  }

  #next(end: number): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.dueMs <= end && (next === undefined || task.dueMs < next.dueMs)) next = task;
    }
    return next;
  }
}

/** Turns in which nothing happens: promises of handlers may take one to go from one delivery to the next. */
const QUIET_TURNS = 3;
