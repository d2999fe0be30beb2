import type { Http2Counter } from "./counters.js";
import type { HttpFailure, HttpHead } from "./http-types.js";
import type { Http2Stream } from "./stream/stream.js";

/** What a connection tells the side that does its I/O and uses it. None of these may throw. */
export interface Http2ConnectionHandler {
  /** Servers: a request. The handler sets `stream.sink` before it returns. */
  onStream(stream: Http2Stream, head: HttpHead, endStream: boolean): void;
  /**
   * Clients that enable push: the server promises what `head` asks for, in connection with `associated`. Who wants it
   * sets `promised.sink` before returning, and gets a response there as if it had asked; otherwise, and without this
   * method, the promise is refused.
   */
  onPush?(promised: Http2Stream, associated: Http2Stream, head: HttpHead): void;
  /**
   * Clients that enable push: true if the server speaks for the authority of what it promises (RFC 9113 §10.1), as its
   * certificate would say. Without this method it is taken to speak for that of the request `associated` and no other.
   */
  readonly isAuthoritative?: ((authority: string, associated: Http2Stream) => boolean) | undefined;
  /** There is something to take where there was nothing. Schedule one `take` and write per turn of the event loop. */
  onFlush(): void;
  /** The peer's SETTINGS have come: a client may open streams. */
  onReady(): void;
  /** Clients: `available` has turned true again. */
  onAvailable(): void;
  /** No further streams come or can be opened: GOAWAY, `close`, or the identifiers are used up. Open ones go on. */
  onDraining(): void;
  /**
   * A limit was met, or the peer made a fault, of this kind for the first time on this connection: a counter of
   * `connection.counters` has left 0.
   */
  onLimit?(counter: Http2Counter): void;
  /** GOAWAY is written, or has come; before `onDraining`. `debug` is the text in it. */
  onGoAway?(direction: "sent" | "received", code: number, debug: string): void;
  /**
   * The time now, by the clock of `tick`. Without this method PINGs are taken to come at the last tick, so that a peer which
   * keeps the interval may seem to come too early by as much as lies between two ticks.
   */
  now?(): number;
  /** The end, once. What `take` still gives should be written; then the socket is to be ended. */
  onClosed(failure: HttpFailure): void;
}
