import { NO_BYTES } from "../base/no-bytes.js";
import type { Any } from "../protobuf/wkt/google/protobuf/any.pb.js";
import type { Code } from "./code.js";
import type { ServerExchange, ServerExchangeSink } from "./exchange.js";
import type { HttpFailure } from "./http-types.js";
import { MessageStream } from "./message-stream.js";
import type { Metadata } from "./metadata.js";
import { UNSET_SERVER_SINK } from "./unset-sinks.js";

/**
 * A call on the wire as a server sees it, in the protocols that put envelopes into streams both ways: gRPC, gRPC-Web and
 * Connect's streams. What they differ in is how a head is written and how a call ends.
 */
export abstract class ServerMessageStream extends MessageStream implements ServerExchange {
  sink: ServerExchangeSink = UNSET_SERVER_SINK;
  protected headerSent = false;
  protected requestEnded = false;
  /** The status was sent, or nobody waits for one. */
  protected finished = false;

  abstract useCompression(name: string): boolean;
  abstract sendHeader(metadata: Metadata | undefined): void;
  abstract finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void;

  send(message: unknown): boolean {
    return this.sendMessage(message, false);
  }

  abandon(): void {
    this.finished = true;
    this.closed = true;
  }

  hold(): void {
    this.stream.hold();
  }

  release(): void {
    this.stream.release();
  }

  onHead(): void {
    // The head came with the stream; on a server further sections are trailers.
  }

  onTrailers(): void {
    // Requests have no trailers in these protocols; their end is the end of the requests.
    this.onData(NO_BYTES, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    // Also when nothing more is read: a handler may still be at work.
    this.closed = true;
    if (!this.finished) this.sink.onCancel(failure);
  }

  onWritable(): void {
    if (!this.finished) this.sink.onWritable();
  }

  protected override onMessage(message: unknown, size: number): boolean {
    return this.sink.onMessage(message, size);
  }

  protected override onEndOfData(): void {
    this.requestEnded = true;
    this.sink.onHalfClose();
  }
}
