import type { Attributes } from "@opentelemetry/api";
import { codeName, type ServerCallEnd, type ServerCallStart, type ServerCallTracer } from "hawser/web";
import { methodAttribute } from "../method-name.js";
import type { Instruments } from "./instruments.js";
import { MessageSizes, secondsSince } from "./message-sizes.js";
import { record } from "./record.js";

/** Measures a call of a server (gRFC A66). */
export class ServerCallMetrics extends MessageSizes implements ServerCallTracer {
  readonly #instruments: Instruments;
  readonly #attributes: Attributes;
  readonly #startedMs: number = performance.now();

  constructor(
    instruments: Instruments,
    recordUnregistered: ((method: string) => boolean) | undefined,
    { path, method }: ServerCallStart,
  ) {
    super();
    this.#instruments = instruments;
    this.#attributes = { "grpc.method": methodAttribute(path, method, recordUnregistered) };
    record(instruments.serverStarted, 1, this.#attributes);
  }

  onEnd({ status }: ServerCallEnd): void {
    const attributes = { ...this.#attributes, "grpc.status": codeName(status.code) };
    const { serverDuration, serverSent, serverReceived } = this.#instruments;
    record(serverDuration, secondsSince(this.#startedMs), attributes);
    record(serverSent, this.sentBytes, attributes);
    record(serverReceived, this.receivedBytes, attributes);
  }
}
