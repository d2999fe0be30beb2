import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpPeer } from "../rpc/http-types.js";
import { RunningRequests } from "../server/running-requests.js";
import type { Listener, StreamHandler } from "../server/server.js";
import type { NodeServer } from "./create-server.js";
import { Http1Head } from "./http1-head.js";
import { answersGrpc, Http1Stream, hasNoBody } from "./http1-stream.js";
import { SocketPeer } from "./peer.js";

/**
 * Has a server answer requests of `node:http`, and so of Express, Fastify and the like, beside or without ports of its
 * own: Connect, gRPC-Web and REST.
 *
 * @returns a request listener. `next`, if there is one, is called for what is no method's and no REST path, with the
 *   request untouched; without it that is 404. Bodies must not have been read before.
 */
export function requestListener(
  server: NodeServer,
): (request: IncomingMessage, response: ServerResponse, next?: () => void) => void {
  const listener = server.open((onStream) => new RequestListener(onStream));
  return (request, response, next) => listener.handle(request, response, next);
}

class RequestListener implements Listener {
  readonly address = "node:http";
  readonly port = 0;
  readonly peers: readonly HttpPeer[] = [];
  readonly #onStream: StreamHandler;
  readonly #running = new RunningRequests<ServerResponse>();

  constructor(onStream: StreamHandler) {
    this.#onStream = onStream;
  }

  get closed(): Promise<void> {
    return this.#running.closed;
  }

  handle(request: IncomingMessage, response: ServerResponse, next: (() => void) | undefined): void {
    if (this.#running.draining) {
      response.writeHead(503, { connection: "close" });
      response.end();
      return;
    }
    if (answersGrpc(request, response)) return;
    this.#running.add(response);
    const onClose = (): void => {
      this.#running.delete(response);
    };
    const endStream = hasNoBody(request);
    const onPass =
      next === undefined
        ? undefined
        : () => {
            onClose();
            next();
          };
    const stream = new Http1Stream(request, response, endStream, { onPass, onClose });
    this.#onStream(stream, new Http1Head(request), endStream, new SocketPeer(request.socket, undefined));
    stream.begin();
  }

  drain(): void {
    this.#running.drain();
  }

  destroy(): void {
    this.#running.destroy((response) => response.destroy());
  }
}
