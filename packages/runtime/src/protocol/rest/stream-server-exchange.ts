import { NO_BYTES } from "../../base/no-bytes.js";
import type { Any } from "../../protobuf/wkt/google/protobuf/any.pb.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost, ServerMethod } from "../../rpc/exchange.js";
import { INTERNAL_ERROR, NO_ERROR } from "../../rpc/http-code.js";
import type { HttpField, HttpStream } from "../../rpc/http-types.js";
import type { Metadata } from "../../rpc/metadata.js";
import { statusJson } from "./error-json.js";
import { httpBodyOf, replyText } from "./reply.js";
import { type RestRequest, RestUnaryExchange } from "./unary-server-exchange.js";

/**
 * A stream of replies over REST: JSON, one reply a line; server-sent events for who accepts them (html.spec.whatwg.org,
 * "Server-sent events"); the bytes of each HttpBody as they come. An error that comes after the first reply is a last
 * line `{"error": …}`, or an event "error"; an event "end" tells a page's EventSource that it need not come again.
 */
export class RestStreamExchange extends RestUnaryExchange {
  readonly #asEvents: boolean;
  #headSent = false;
  #metadata: Metadata | undefined;

  constructor(host: ServerHost, stream: HttpStream, method: ServerMethod, request: RestRequest, asEvents: boolean) {
    super(host, stream, method, request);
    this.#asEvents = asEvents;
  }

  override useCompression(name: string): boolean {
    return name === "identity";
  }

  override onWritable(): void {
    if (!this.finished) this.sink.onWritable();
  }

  override sendHeader(metadata: Metadata | undefined): void {
    // Sent with the first reply, which knows the content type if it is an HttpBody.
    this.#metadata = metadata;
  }

  override send(message: unknown): boolean {
    const { route } = this.rest.match;
    const body = httpBodyOf(route, message);
    if (body !== undefined) {
      this.#sendHead(body.contentType);
      this.tracer?.onMessageSent?.(body.content, 0, body.content.length, undefined);
      return this.stream.sendData(body.content, false);
    }
    const json = replyText(route, message, this.host.registry);
    if (this.tracer !== undefined) {
      const bytes = encoder.encode(json);
      this.tracer.onMessageSent?.(bytes, 0, bytes.length, undefined);
    }
    this.#sendHead(this.#asEvents ? "text/event-stream" : "application/x-ndjson");
    return this.#sendText(this.#asEvents ? `data: ${json}\n\n` : `${json}\n`);
  }

  override finish(code: Code, message: string, details: readonly Any[], trailer: Metadata | undefined): void {
    if (this.finished) return;
    if (code !== Code.Ok && !this.#headSent) {
      // Nothing was sent: the error can have a status of its own.
      this.header = this.#metadata;
      super.finish(code, message, details, trailer);
      return;
    }
    this.finished = true;
    const { output } = this.rest.match.route.method;
    const isBytes = output.typeName === "google.api.HttpBody";
    this.#sendHead(
      isBytes ? "application/octet-stream" : this.#asEvents ? "text/event-stream" : "application/x-ndjson",
    );
    if (code !== Code.Ok && isBytes) {
      // Bytes can't hold an error: that they are cut off is all that can be said.
      this.stream.reset(INTERNAL_ERROR);
      this.noteSent();
      return;
    }
    if (code !== Code.Ok) {
      const json = statusJson(code, message, details, this.host.registry);
      this.#sendText(
        this.#asEvents ? `event: error\ndata: ${JSON.stringify(json)}\n\n` : `${JSON.stringify({ error: json })}\n`,
      );
    } else if (this.#asEvents) {
      this.#sendText("event: end\ndata: {}\n\n");
    }
    this.stream.sendData(NO_BYTES, true);
    if (!this.requestEnded) this.stream.reset(NO_ERROR);
    this.noteSent();
  }

  #sendHead(contentType: string): void {
    if (this.#headSent) return;
    this.#headSent = true;
    const fields: HttpField[] = [
      { name: ":status", value: "200" },
      { name: "content-type", value: contentType },
      // A stream is of the moment, and proxies that gather it would hold it up (nginx: X-Accel-Buffering).
      { name: "cache-control", value: "no-cache" },
      { name: "x-accel-buffering", value: "no" },
    ];
    this.stream.sendHead(fields, this.#metadata?.toFields(), false);
  }

  #sendText(text: string): boolean {
    return this.stream.sendData(encoder.encode(text), false);
  }
}

const encoder = new TextEncoder();
