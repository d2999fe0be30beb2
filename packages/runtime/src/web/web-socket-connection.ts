import { NO_BYTES } from "../base/no-bytes.js";
import { GRPC_WEBSOCKETS, GRPC_WEBSOCKETS_CREDIT } from "../protocol/grpc-web/socket-messages.js";
import { CANCEL } from "../rpc/http-code.js";
import type { HttpConnection, HttpFields, HttpPeer, HttpSink, HttpStream } from "../rpc/http-types.js";
import { WebSocketStream } from "./web-socket-stream.js";

/** Makes a WebSocket, as the platform's class does by `new`. */
export type WebSocketClass = new (url: string, protocols: string[]) => WebSocket;

/** Calls by WebSocket, one on each: what pages have for streams of requests. */
export class WebSocketConnection implements HttpConnection {
  readonly peer: HttpPeer;
  readonly available = true;
  readonly carriesRequestStreams = true;
  readonly #url: string;
  readonly #class: WebSocketClass;
  readonly #running = new Set<WebSocketStream>();

  /** @param baseUrl as for `fetch`, without a slash at its end */
  constructor(baseUrl: string, webSocket: WebSocketClass) {
    this.peer = { address: baseUrl };
    this.#url = baseUrl.replace(/^http/, "ws");
    this.#class = webSocket;
  }

  open(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean, sink: HttpSink): HttpStream {
    const path = fields.find(({ name }) => name === ":path")?.value ?? "";
    const url = this.#url + path;
    const make = () => new this.#class(url, [GRPC_WEBSOCKETS_CREDIT, GRPC_WEBSOCKETS]);
    const stream: WebSocketStream = new WebSocketStream(url, make, fields, extra, sink, () =>
      this.#running.delete(stream),
    );
    this.#running.add(stream);
    stream.connect();
    if (endStream) stream.sendData(NO_BYTES, true);
    return stream;
  }

  close(): void {}

  destroy(): void {
    for (const stream of this.#running) stream.fail(CANCEL, "connection", "the channel was closed");
  }
}
