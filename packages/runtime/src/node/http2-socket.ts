import type { Socket } from "node:net";
import { Http2Connection, type Http2Counter, type Http2Options, type Http2Stream } from "../http2/index.js";
import type { HttpFailure, HttpHead, HttpSink, HttpStream } from "../rpc/http-types.js";
import { watchTicks } from "./ticker.js";

/** What becomes of a connection, for the side that owns it. */
export interface Http2SocketEvents {
  /** A client opened a stream; sets `stream.sink`. */
  onStream(stream: HttpStream & { sink: HttpSink }, head: HttpHead, endStream: boolean): void;
  /** Clients with `enablePush`: a promise; sets `promised.sink` if it is wanted. */
  onPush?(promised: HttpStream & { sink: HttpSink }, associated: HttpStream, head: HttpHead): void;
  onReady(): void;
  onAvailable(): void;
  onDraining(): void;
  /** A limit was met, or a fault was made, for the first time on this connection. */
  onLimit?(counter: Http2Counter): void;
  onGoAway?(direction: "sent" | "received", code: number, debug: string): void;
  /** Once. The socket is being closed. */
  onClosed(failure: HttpFailure): void;
}

/**
 * Joins an HTTP/2 engine to a socket: what a read brings goes in at once, and what the engine has to say goes out in
 * one write for each turn of the event loop, whatever the number of streams that had a part in it.
 */
export class Http2Socket {
  readonly connection: Http2Connection;
  /** Open streams that do not keep the process alive. */
  backgroundStreams = 0;
  readonly #socket: Socket;
  readonly #events: Http2SocketEvents;
  readonly #stopTicks: () => void;
  #flushScheduled = false;
  /** Within a read: what it leads to is written after it. */
  #reading = false;
  /** Bytes given to the socket and not yet taken by the kernel. */
  #writing = 0;
  #closed = false;
  /** The socket does not keep the process alive. */
  #resting = false;

  constructor(socket: Socket, role: "client" | "server", options: Http2Options, events: Http2SocketEvents) {
    this.#socket = socket;
    this.#events = events;
    this.connection = new Http2Connection(role, this, options);
    this.#stopTicks = watchTicks(this);
    // Frames are gathered before they are written; what then is written should leave.
    socket.setNoDelay(true);
    socket.on("data", (chunk: Uint8Array) => this.receive(chunk));
    socket.on("end", () => this.connection.receiveEnd());
    socket.on("error", (error) => this.connection.receiveEnd(error));
    socket.on("close", () => {
      this.connection.receiveEnd();
      this.#stopTicks();
    });
    if (this.connection.wantsFlush) this.onFlush();
  }

  tick(nowMs: number): void {
    this.connection.tick(nowMs);
    // A program that has made its calls ends, whether it closes its channels or not.
    const { role, openStreams } = this.connection;
    if (role === "client" && !this.#resting && openStreams <= this.backgroundStreams) {
      this.#resting = true;
      this.#socket.unref();
    }
  }

  /** A stream is about to be opened: while it is open the process lives. */
  wake(): void {
    if (!this.#resting) return;
    this.#resting = false;
    this.#socket.ref();
  }

  onStream(stream: HttpStream, head: HttpHead, endStream: boolean): void {
    this.#events.onStream(stream, head, endStream);
  }

  onPush(promised: Http2Stream, associated: Http2Stream, head: HttpHead): void {
    this.#events.onPush?.(promised, associated, head);
  }

  onReady(): void {
    this.#events.onReady();
  }

  onAvailable(): void {
    this.#events.onAvailable();
  }

  onDraining(): void {
    this.#events.onDraining();
  }

  now(): number {
    return performance.now();
  }

  onLimit(counter: Http2Counter): void {
    this.#events.onLimit?.(counter);
  }

  onGoAway(direction: "sent" | "received", code: number, debug: string): void {
    this.#events.onGoAway?.(direction, code, debug);
  }

  /** The engine is done: what it still has to say goes out, then the socket is closed, by force if the peer dawdles. */
  onClosed(failure: HttpFailure): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClosed(failure);
    this.#flush();
    if (this.#socket.destroyed) return;
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
  }

  onFlush(): void {
    if (this.#flushScheduled || this.#reading || this.#writing >= MAX_WRITING_BYTES) return;
    this.#flushScheduled = true;
    flushSoon(this);
  }

  /** At the end of a turn: see {@link flushSoon}. */
  flush(): void {
    this.#flushScheduled = false;
    this.#flush();
  }

  /** What the socket has read, if it does not say so by `data`. Not kept. */
  receive(chunk: Uint8Array): void {
    const { connection } = this;
    this.#reading = true;
    connection.receive(chunk);
    this.#reading = false;
    if (connection.wantsFlush) {
      // A server that has answered everything has nothing to wait for: the client goes on while it reads other sockets.
      if (connection.role === "server" && connection.openStreams === 0 && !this.#flushScheduled) this.#flush();
      else this.onFlush();
    }
    if (connection.congested) this.#socket.pause();
  }

  #flush(): void {
    const { connection } = this;
    const socket = this.#socket;
    while (connection.wantsFlush && this.#writing < MAX_WRITING_BYTES) {
      const segments = connection.take();
      if (socket.destroyed || !socket.writable || segments.length === 0) return;
      if (segments.length > 1) socket.cork();
      for (const segment of segments) {
        this.#writing += segment.length;
        socket.write(segment, () => this.#written(segment));
      }
      if (segments.length > 1) socket.uncork();
    }
  }

  #written(segment: Uint8Array): void {
    this.#writing -= segment.length;
    this.connection.recycle(segment);
    // A peer that makes us answer and does not read the answers is not read from either (GHSA-hrxh-6v49-42gf).
    if (this.#socket.isPaused() && !this.connection.congested) this.#socket.resume();
    if (this.connection.wantsFlush) this.onFlush();
  }
}

/** 1 MiB in the socket: enough for the kernel to go on with, little enough that streams share what comes after it. */
const MAX_WRITING_BYTES: number = 1024 * 1024;

/** 1 s for a peer to take the last frames and close its side. */
const LINGER_MS = 1_000;

/** The connections that have something to write at the end of this turn. */
let dirty: Http2Socket[] = [];

/** One `setImmediate` for all connections of a turn: one for each is an object, a list and a queue of ticks for each. */
function flushSoon(socket: Http2Socket): void {
  if (dirty.push(socket) === 1) setImmediate(flushAll);
}

function flushAll(): void {
  const sockets = dirty;
  dirty = [];
  for (const socket of sockets) socket.flush();
}
