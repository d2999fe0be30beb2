import type { Attributes } from "@opentelemetry/api";
import {
  type AttemptEnd,
  type AttemptStart,
  type AttemptTracer,
  type ClientCallEnd,
  type ClientCallStart,
  type ClientCallTracer,
  codeName,
} from "hawser/web";
import type { Instruments } from "./instruments.js";
import { MessageSizes, secondsSince } from "./message-sizes.js";
import { record } from "./record.js";

/** Measures a call of a client and its attempts (gRFC A66, A96). */
export class ClientCallMetrics implements ClientCallTracer {
  readonly #instruments: Instruments;
  readonly #labels: ReadonlySet<string>;
  readonly #attributes: Attributes;
  readonly #startedMs: number = performance.now();
  readonly #counts: Record<AttemptStart["kind"], number> = { first: 0, retry: 0, hedge: 0, transparent: 0 };
  #active = 0;
  /** When the last attempt ended, if none is under way. */
  #idleSinceMs = 0;
  #retryDelaySeconds = 0;

  constructor(instruments: Instruments, labels: ReadonlySet<string>, start: ClientCallStart) {
    this.#instruments = instruments;
    this.#labels = labels;
    this.#attributes = { "grpc.method": start.method.path.slice(1), "grpc.target": start.target };
  }

  startAttempt({ kind }: AttemptStart): AttemptTracer {
    this.#counts[kind]++;
    if (this.#active++ === 0 && this.#idleSinceMs > 0) this.#retryDelaySeconds += secondsSince(this.#idleSinceMs);
    record(this.#instruments.attemptStarted, 1, this.#attributes);
    return new AttemptMetrics(this.#instruments, this.#labels, this.#attributes, () => {
      if (--this.#active === 0) this.#idleSinceMs = performance.now();
    });
  }

  onEnd({ status }: ClientCallEnd): void {
    const { callDuration, callRetries, callTransparentRetries, callHedges, callRetryDelay } = this.#instruments;
    const { retry, transparent, hedge } = this.#counts;
    record(callDuration, secondsSince(this.#startedMs), { ...this.#attributes, "grpc.status": codeName(status.code) });
    if (retry > 0) record(callRetries, retry, this.#attributes);
    if (transparent > 0) record(callTransparentRetries, transparent, this.#attributes);
    if (hedge > 0) record(callHedges, hedge, this.#attributes);
    record(callRetryDelay, this.#retryDelaySeconds, this.#attributes);
  }
}

/** Measures one attempt. */
class AttemptMetrics extends MessageSizes implements AttemptTracer {
  readonly #instruments: Instruments;
  readonly #labels: ReadonlySet<string>;
  readonly #attributes: Attributes;
  readonly #onEnd: () => void;
  readonly #startedMs: number = performance.now();

  constructor(instruments: Instruments, labels: ReadonlySet<string>, attributes: Attributes, onEnd: () => void) {
    super();
    this.#instruments = instruments;
    this.#labels = labels;
    this.#attributes = attributes;
    this.#onEnd = onEnd;
  }

  onEnd({ code }: AttemptEnd): void {
    this.#onEnd();
    const attributes: Attributes = { ...this.#attributes, "grpc.status": codeName(code) };
    // Empty where no balancer knows of them (gRFC A78, A89).
    for (const label of ["grpc.lb.locality", "grpc.lb.backend_service"]) {
      if (this.#labels.has(label)) attributes[label] = "";
    }
    const { attemptDuration, attemptSent, attemptReceived } = this.#instruments;
    record(attemptDuration, secondsSince(this.#startedMs), attributes);
    record(attemptSent, this.sentBytes, attributes);
    record(attemptReceived, this.receivedBytes, attributes);
  }
}
