import type { AttemptTracer, ClientCallStart, ClientCallTracer, Observer, RpcEvent } from "hawser";

/** When what happened, in milliseconds; `undefined` for what did not. */
export interface Timings {
  /** From the first attempt to connect, TLS and HTTP/2 included, until it stood. */
  readonly connectMs: number | undefined;
  /** From the beginning of the call until the response began. */
  readonly firstByteMs: number | undefined;
  /** From the beginning of the call to its end. */
  readonly totalMs: number | undefined;
}

/** Measures the calls of a channel, the last that was begun. Calls of reflection are none of its concern. */
export class CallTimings implements Observer, ClientCallTracer, AttemptTracer {
  #connecting: number | undefined;
  #connectMs: number | undefined;
  #start: number | undefined;
  #firstByteMs: number | undefined;
  #totalMs: number | undefined;

  get timings(): Timings {
    return { connectMs: this.#connectMs, firstByteMs: this.#firstByteMs, totalMs: this.#totalMs };
  }

  onEvent(event: RpcEvent): void {
    if (event.type === "channel_state" && event.state === "connecting") this.#connecting ??= performance.now();
    if (event.type === "connection_opened" && this.#connecting !== undefined) {
      this.#connectMs ??= performance.now() - this.#connecting;
    }
  }

  startClientCall({ method }: ClientCallStart): ClientCallTracer | undefined {
    if (method.service.startsWith("grpc.reflection.")) return undefined;
    this.#start = performance.now();
    this.#firstByteMs = this.#totalMs = undefined;
    return this;
  }

  startAttempt(): AttemptTracer {
    // An object of its own: the end of an attempt is not that of the call.
    return { onHeader: () => this.#begun(), onMessageReceived: () => this.#begun() };
  }

  onEnd(): void {
    this.#totalMs = performance.now() - (this.#start ?? 0);
  }

  #begun(): void {
    this.#firstByteMs ??= performance.now() - (this.#start ?? 0);
  }
}

/** `ok in 5.3 ms (connect 2.1 ms, first byte 4.9 ms)`, without the first word. */
export function timingText({ connectMs, firstByteMs, totalMs }: Timings): string {
  const parts = [
    ...(connectMs === undefined ? [] : [`connect ${round(connectMs)} ms`]),
    ...(firstByteMs === undefined ? [] : [`first byte ${round(firstByteMs)} ms`]),
  ];
  return `in ${round(totalMs ?? 0)} ms${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

/** As JSON: rounded to microseconds. */
export function timingJson(timings: Timings): object {
  return Object.fromEntries(
    Object.entries(timings).map(([name, ms]) => [name, ms === undefined ? null : Math.round(ms * 1_000) / 1_000]),
  );
}

function round(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(1);
}
