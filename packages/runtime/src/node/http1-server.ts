import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { NO_ERROR } from "../rpc/http-code.js";
import type { HttpHead, HttpPeer, HttpStream } from "../rpc/http-types.js";
import { Http1Head } from "./http1-head.js";
import { answersGrpc, Http1Stream, hasNoBody } from "./http1-stream.js";
import { judgeUpgrade, withoutUpgrade } from "./http1-upgrade.js";
import { Http1UpgradeStream } from "./http1-upgrade-stream.js";

/** Limits of HTTP/1.1. */
export interface Http1Options {
  /** For a request's head to come whole. Default {@link HEADERS_TIMEOUT_MS}; 0 for no limit. */
  readonly headersTimeoutMs?: number;
  /** For a whole request, streams of requests included. Default {@link REQUEST_TIMEOUT_MS}; 0 for no limit. */
  readonly requestTimeoutMs?: number;
  /** For the next request on a connection. Default {@link KEEP_ALIVE_MS}. */
  readonly keepAliveMs?: number;
  /** The largest head of a request. Default {@link MAX_HEADER_BYTES}. */
  readonly maxHeaderBytes?: number;
}

/** 10 s, as for the handshake of HTTP/2: who dribbles a head (slowloris) must not hold a descriptor. */
export const HEADERS_TIMEOUT_MS = 10_000;

/** 5 min, as Node has it: uploads that take longer are for HTTP/2, whose streams have a stall timer instead. */
export const REQUEST_TIMEOUT_MS = 300_000;

/** 65 s: longer than the 60 s after which the usual load balancers let go, so that it is they who close. */
export const KEEP_ALIVE_MS = 65_000;

/** 16 KiB, as MAX_HEADER_LIST_SIZE of HTTP/2. */
export const MAX_HEADER_BYTES: number = 16 * 1024;

/** What takes the requests. */
export type Http1Handler = (stream: HttpStream, head: HttpHead, endStream: boolean, peer: HttpPeer) => void;

/** HTTP/1.1 on the sockets of a port that are given to it; Node's own parser reads it. */
export class Http1Server {
  readonly #server: Server;
  readonly #peers = new Map<Socket, HttpPeer>();
  /** Those of the sockets that Node's server knows nothing of any more. */
  readonly #upgraded = new Set<Socket>();
  #draining = false;

  constructor(options: Http1Options, handler: Http1Handler) {
    // Not imported: a program that serves no HTTP/1.1 starts without loading it.
    const { createServer } = process.getBuiltinModule("node:http");
    this.#server = createServer(
      {
        headersTimeout: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
        requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
        keepAliveTimeout: options.keepAliveMs ?? KEEP_ALIVE_MS,
        maxHeaderSize: options.maxHeaderBytes ?? MAX_HEADER_BYTES,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
        noDelay: true,
        // Pieces of a stream are written as they come; none waits for the next.
        highWaterMark: MAX_WAITING_BYTES,
      },
      (request, response) => this.#onRequest(request, response, handler),
    );
    this.#server.on("upgrade", (request, socket, head) => this.#onUpgrade(request, socket as Socket, head, handler));
    // Expect: 100-continue is answered by Node; a request that is no HTTP gets its 400 and ends there.
    this.#server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
      if (socket.writable && error.code !== "ECONNRESET") socket.end(answerTo(error));
      else socket.destroy();
    });
    // Timeouts of heads and requests are kept from the moment that a server listens: this one is given its sockets.
    this.#server.emit("listening");
  }

  get peers(): HttpPeer[] {
    return [...this.#peers.values()];
  }

  /** Takes a socket over; `first` was read from it already. */
  accept(socket: Socket, first: Uint8Array | undefined, peer: HttpPeer): void {
    this.#peers.set(socket, peer);
    socket.once("close", () => this.#peers.delete(socket));
    if (first !== undefined && first.length > 0) {
      socket.pause();
      socket.unshift(first);
    }
    this.#server.emit("connection", socket);
    socket.resume();
  }

  /** Closes what is idle, and the rest as its responses are sent. */
  drain(): void {
    this.#draining = true;
    this.#server.closeIdleConnections();
  }

  destroy(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, first: Buffer, handler: Http1Handler): void {
    const upgrade = judgeUpgrade(request);
    const peer = this.#peers.get(socket);
    if (peer === undefined) {
      socket.destroy();
    } else if (upgrade.type === "ignored") {
      // Node has let go of the connection: it is told the request again as if it had not asked.
      socket.unshift(first);
      socket.unshift(withoutUpgrade(request));
      this.#server.emit("connection", socket);
      socket.resume();
    } else if (upgrade.type === "refused" || this.#draining) {
      const { status, message } =
        upgrade.type === "refused" ? upgrade : { status: 503, message: "the server is shutting down" };
      refuseUpgrade(socket, status, message);
    } else {
      this.#upgraded.add(socket);
      socket.once("close", () => this.#upgraded.delete(socket));
      // What came with the request is read when there is somebody to read it.
      socket.pause();
      if (first.length > 0) socket.unshift(first);
      const head = new Http1Head(request, { method: "CONNECT", protocol: "websocket" });
      handler(new Http1UpgradeStream(socket, upgrade.acceptFields), head, false, peer);
      socket.resume();
    }
  }

  #onRequest(request: IncomingMessage, response: ServerResponse, handler: Http1Handler): void {
    const peer = this.#peers.get(request.socket);
    if (peer === undefined) {
      request.destroy();
      return;
    }
    if (this.#draining) response.shouldKeepAlive = false;
    if (answersGrpc(request, response)) return;
    const endStream = hasNoBody(request);
    const stream = new Http1Stream(request, response, endStream, {
      onClose: () => {
        if (this.#draining) request.socket.end();
      },
    });
    handler(stream, new Http1Head(request), endStream, peer);
    stream.begin();
  }
}

function refuseUpgrade(socket: Socket, status: number, message: string): void {
  const stream = new Http1UpgradeStream(socket, []);
  const fields = [
    { name: ":status", value: String(status) },
    { name: "content-type", value: "text/plain" },
    { name: "sec-websocket-version", value: "13" },
  ];
  stream.sendHead(fields, undefined, false);
  stream.sendData(Buffer.from(`${message}\n`), true);
  stream.reset(NO_ERROR);
}

function answerTo(error: NodeJS.ErrnoException): string {
  const status =
    error.code === "HPE_HEADER_OVERFLOW"
      ? "431 Request Header Fields Too Large"
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? "408 Request Timeout"
        : "400 Bad Request";
  return `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
}

/** 1 s: by so much a timeout may be late. */
const CHECK_INTERVAL_MS = 1_000;

/** 64 KiB, as STREAM_QUEUE_BYTES of HTTP/2: past it a sender waits. */
const MAX_WAITING_BYTES: number = 64 * 1024;
