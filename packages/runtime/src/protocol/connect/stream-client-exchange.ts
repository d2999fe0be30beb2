import { NO_BYTES } from "../../base/no-bytes.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { inflateBody } from "../../rpc/body-collector.js";
import { Code } from "../../rpc/code.js";
import { COMPRESSED } from "../../rpc/envelope.js";
import type { ClientExchange, ClientExchangeSink } from "../../rpc/exchange.js";
import { codeFromFailure, codeFromHttpStatus } from "../../rpc/failure-code.js";
import { CANCEL, NO_ERROR } from "../../rpc/http-code.js";
import type { HttpFailure, HttpFields, HttpHead } from "../../rpc/http-types.js";
import { MessageStream } from "../../rpc/message-stream.js";
import { UNSET_HTTP_SINK } from "../../rpc/unset-sinks.js";
import { type ClientRequest, formatOf } from "./client-request.js";
import { END_STREAM, parseEndStream } from "./end-stream.js";
import { contentTypeError } from "./response-type.js";

/** A call with a stream on either side: envelopes both ways, the last of which holds status and trailer. */
export class ConnectStreamClientExchange extends MessageStream implements ClientExchange {
  readonly #request: ClientRequest;
  readonly #sink: ClientExchangeSink;
  /** The last envelope is here; what it says may have to be inflated by another thread. */
  #ending = false;

  constructor(request: ClientRequest, sink: ClientExchangeSink) {
    const { connection, fields, extra, target, sendEncoding, maxReceiveBytes } = request;
    super(
      connection.open(fields, extra, false, UNSET_HTTP_SINK),
      formatOf(request, "output"),
      formatOf(request, "input"),
      maxReceiveBytes,
    );
    this.stream.sink = this;
    this.#request = request;
    this.#sink = sink;
    this.tracer = request.tracer;
    if (sendEncoding !== undefined) this.outboundCompression = target.compressions.get(sendEncoding);
  }

  send(message: unknown, last: boolean): boolean {
    return this.sendMessage(message, last);
  }

  end(): void {
    if (this.deflating) this.afterDeflating(() => this.#sendEnd());
    else this.#sendEnd();
  }

  #sendEnd(): void {
    this.tracer?.onHalfClose?.();
    this.stream.sendData(NO_BYTES, true);
  }

  cancel(): void {
    if (this.closed) return;
    this.closed = true;
    this.stream.reset(CANCEL);
  }

  onHead(head: HttpHead, endStream: boolean): void {
    if (this.closed) return;
    const { target, codec } = this.#request;
    let contentType = "";
    let encoding: string | undefined;
    for (const { name, value } of head.fields) {
      if (name === "content-type") contentType = value;
      else if (name === "connect-content-encoding" && value !== "identity") encoding = value;
    }
    if (head.status !== 200) {
      this.#fail(codeFromHttpStatus(head.status), `the server answered with HTTP status ${head.status}`, head.fields);
      return;
    }
    const error = contentTypeError(contentType, { codec, streams: true });
    if (error !== undefined) {
      this.#fail(error.code, error.message, head.fields);
      return;
    }
    if (encoding !== undefined) {
      this.inboundCompression = target.compressions.get(encoding);
      if (this.inboundCompression === undefined) {
        this.#fail(Code.Internal, `the server compresses as "${encoding}", which was not asked for`, head.fields);
        return;
      }
    }
    this.#sink.onHeader(head);
    if (endStream) this.onData(NO_BYTES, 0, 0, true);
  }

  onTrailers(): void {
    // Connect has none; their end is the end of the body.
    this.onData(NO_BYTES, 0, 0, true);
  }

  onFailure(failure: HttpFailure): void {
    if (this.closed) return;
    const conclude = () => this.#conclude(codeFromFailure(failure), failure.message, [], [], failure);
    if (this.inflating) this.afterInflating(conclude);
    else conclude();
  }

  onWritable(): void {
    this.#sink.onWritable();
  }

  protected override onMessage(message: unknown, size: number): boolean {
    return this.#sink.onMessage(message, size);
  }

  protected override onOtherEnvelope(flags: number, bytes: Uint8Array, start: number, end: number): void {
    const compression = (flags & COMPRESSED) === 0 ? undefined : this.inboundCompression;
    if ((flags & ~COMPRESSED) !== END_STREAM || (flags !== END_STREAM && compression === undefined)) {
      super.onOtherEnvelope(flags, bytes, start, end);
      return;
    }
    this.#ending = true;
    try {
      const inflated = inflateBody(bytes.slice(start, end), compression, this.#request.maxReceiveBytes);
      if (inflated instanceof Uint8Array) this.#onEndStream(inflated);
      else
        inflated.then(
          (done) => this.#onEndStream(done),
          (error) => this.#onEndStream(error),
        );
    } catch (error) {
      this.#onEndStream(error);
    }
  }

  protected override onEndOfData(): void {
    if (this.#ending) return;
    this.#conclude(Code.Internal, "the response ended without its last envelope", [], [], undefined);
  }

  protected override onUnreadable(code: Code, message: string): void {
    this.stream.reset(CANCEL);
    this.#sink.onFinish({ code, message, fields: [], details: [], failure: undefined });
  }

  /** @param bytes the last envelope's, or why they can't be inflated */
  #onEndStream(bytes: unknown): void {
    const end = bytes instanceof Uint8Array ? parseEndStream(bytes) : undefined;
    if (end === undefined) {
      this.#conclude(Code.Internal, "the response's last envelope can't be read", [], [], undefined);
    } else if (end.error === undefined) {
      this.#conclude(Code.Ok, "", end.fields, [], undefined);
    } else {
      this.#conclude(end.error.code, end.error.message, end.fields, end.error.details, undefined);
    }
    // Nothing may follow; if something does, it is not waited for.
    this.stream.reset(NO_ERROR);
  }

  #fail(code: Code, message: string, fields: HttpFields): void {
    this.stream.reset(CANCEL);
    this.#conclude(code, message, fields, [], undefined);
  }

  #conclude(
    code: Code,
    message: string,
    fields: HttpFields,
    details: readonly Any[],
    failure: HttpFailure | undefined,
  ): void {
    if (this.closed) return;
    this.closed = true;
    this.#sink.onFinish({ code, message, fields, details, failure });
  }
}
