import type { AttemptTracer, Observer } from "hawser/web";

/** What a call wants to know of its bytes. Times are as `performance.now()` tells them. */
export interface CallSight {
  /** The response's header is there. */
  onHeader?(at: number): void;
  /** A message left; its size is that of its encoding. */
  onSent?(bytes: number, at: number): void;
  /** A message came; told in order, before it is read. */
  onReceived?(bytes: number, at: number): void;
}

/** The observer of the page's channel: shows to each call that asked for it the size and time of its messages. */
export class CallWatch implements Observer {
  #next: CallSight | undefined;

  /** Runs `start`, which makes one call; `sight` sees it. */
  during<T>(sight: CallSight, start: () => T): T {
    this.#next = sight;
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }

  /** @internal asked by the channel when a call is made */
  startClientCall(): { startAttempt(): AttemptTracer } | undefined {
    const sight = this.#next;
    if (sight === undefined) return undefined;
    const tracer: AttemptTracer = {
      onHeader: () => sight.onHeader?.(performance.now()),
      onMessageSent: (_bytes, start, end) => sight.onSent?.(end - start, performance.now()),
      onMessageReceived: (_bytes, start, end) => sight.onReceived?.(end - start, performance.now()),
    };
    return { startAttempt: () => tracer };
  }
}
