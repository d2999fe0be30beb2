import type { ByteWriter } from "../../base/byte-writer.js";
import type { HttpFields, HttpSink } from "../http-types.js";
import type { SendQueue } from "./send-queue.js";
import { StreamState } from "./stream-state.js";

/** What streams ask of their connection. */
export interface StreamOwner {
  sendHead(stream: Http2Stream, fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void;
  beginData(stream: Http2Stream): ByteWriter;
  commitData(stream: Http2Stream, endStream: boolean): boolean;
  abortData(stream: Http2Stream): void;
  sendData(stream: Http2Stream, bytes: Uint8Array, endStream: boolean): boolean;
  resetStream(stream: Http2Stream, code: number): void;
  consume(stream: Http2Stream, count: number): void;
  prefetch(stream: Http2Stream, count: number): void;
  pushStream(associated: Http2Stream, fields: HttpFields, extra: HttpFields | undefined): Http2Stream | undefined;
  releaseStream(stream: Http2Stream): void;
}

/** A chain of streams, in which a stream can be once. */
export interface StreamLinks {
  remove(stream: Http2Stream): void;
}

/**
 * One request and its response. The methods are for the floor above; the fields but `id` and `sink` belong to the
 * engine, which keeps a stream's whole state in this one object so that a call allocates nothing else.
 */
export class Http2Stream {
  /** RFC 9113 §5.1.1. */
  readonly id: number;
  /** Who takes what comes; the server's handler sets it before it returns from `onStream`. */
  sink: HttpSink;

  /** @internal */ readonly owner: StreamOwner;
  /** @internal one of {@link StreamState} */ state: number = StreamState.IDLE;
  /** @internal what the peer lets this side send; negative after it has lowered its initial window */
  sendWindow: number;
  /** @internal what the peer may still send */ receiveWindow: number;
  /** @internal yes or no to six questions: a field of its own for each would be 40 bytes more of every open stream */
  private flags = 0;
  /** @internal consumed, and not yet announced to the peer */ owed = 0;
  /** @internal received, and not read by the floor above */ unread = 0;
  /** @internal of these, what window was given for all the same */ ahead = 0;
  /** @internal by how much its receive window has grown */ grown = 0;
  /** @internal the body that `content-length` still promises, or -1 */ expected = -1;
  /** @internal what waits for window or for the socket */ queue: SendQueue | undefined = undefined;
  /** @internal when what waits in it last moved; 0 if nothing waits or the clock has not looked yet */ stalledSinceMs = 0;
  /** @internal how often bytes had been taken when it was opened */ openedAtTake = 0;
  /** @internal */ nextInTable: Http2Stream | undefined = undefined;
  /** @internal */ links: StreamLinks | undefined = undefined;
  /** @internal */ nextLinked: Http2Stream | undefined = undefined;
  /** @internal */ previousLinked: Http2Stream | undefined = undefined;

  /** @internal */
  constructor(id: number, owner: StreamOwner, sink: HttpSink, sendWindow: number, receiveWindow: number) {
    this.id = id;
    this.owner = owner;
    this.sink = sink;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  /** @internal */
  get headReceived(): boolean {
    return (this.flags & 1) !== 0;
  }

  set headReceived(value: boolean) {
    this.flags = value ? this.flags | 1 : this.flags & ~1;
  }

  /** @internal */
  get headSent(): boolean {
    return (this.flags & 2) !== 0;
  }

  set headSent(value: boolean) {
    this.flags = value ? this.flags | 2 : this.flags & ~2;
  }

  /** @internal END_STREAM goes with the last of the queue */
  get endQueued(): boolean {
    return (this.flags & 4) !== 0;
  }

  set endQueued(value: boolean) {
    this.flags = value ? this.flags | 4 : this.flags & ~4;
  }

  /** @internal RST_STREAM(NO_ERROR) follows END_STREAM */
  get resetAfterEnd(): boolean {
    return (this.flags & 8) !== 0;
  }

  set resetAfterEnd(value: boolean) {
    this.flags = value ? this.flags | 8 : this.flags & ~8;
  }

  /** @internal a send returned false */
  get waiting(): boolean {
    return (this.flags & 16) !== 0;
  }

  set waiting(value: boolean) {
    this.flags = value ? this.flags | 16 : this.flags & ~16;
  }

  /** @internal the floor above works on it */
  get held(): boolean {
    return (this.flags & 32) !== 0;
  }

  set held(value: boolean) {
    this.flags = value ? this.flags | 32 : this.flags & ~32;
  }

  /**
   * Sends a header or trailer section: `fields` (the same array each time it repeats), then `extra` (fields of this
   * one call). Once the outgoing side has ended, or the stream was reset, it does nothing.
   * @throws Http2Error (misuse) for a field that HTTP/2 cannot carry
   */
  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    this.owner.sendHead(this, fields, extra, endStream);
  }

  /**
   * Begins a piece of body written in place: gives the connection's own writer, positioned where the bytes go. The
   * caller writes and then calls {@link Http2Stream.commitData} or {@link Http2Stream.abortData}, with no other call
   * on any stream of this connection between.
   */
  beginData(): ByteWriter {
    return this.owner.beginData(this);
  }

  /** Ends what {@link Http2Stream.beginData} began. Returns false when the sender should wait for `onWritable`. */
  commitData(endStream: boolean): boolean {
    return this.owner.commitData(this, endStream);
  }

  /** Drops what {@link Http2Stream.beginData} began. */
  abortData(): void {
    this.owner.abortData(this);
  }

  /** Sends bytes by reference; they must not change afterwards. Returns false as {@link Http2Stream.commitData} does. */
  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    return this.owner.sendData(this, bytes, endStream);
  }

  /**
   * Ends both directions with an error code of RFC 9113 §7. The sink hears nothing more. After the outgoing side was
   * ended, NO_ERROR lets what waits go out first (RFC 9113 §8.1). Harmless on a closed stream.
   */
  reset(code: number): void {
    this.owner.resetStream(this, code);
  }

  /** Says that `count` received body bytes were read: they go back to the peer as window. */
  consume(count: number): void {
    this.owner.consume(this, count);
  }

  /**
   * Asks for window for `count` received bytes that are kept and not read yet, because a message is longer than what
   * has come of it. They still count as unread, until they are consumed.
   */
  prefetch(count: number): void {
    this.owner.prefetch(this, count);
  }

  /**
   * Servers: promises the client a stream (RFC 9113 §8.4) with the request that it answers: GET or HEAD, without a
   * body, of an authority that this server speaks for. On the stream that it gives, send the response; set its `sink`
   * to hear of its end. `undefined` if the client takes no (more) pushes: then the client will ask for itself.
   * @throws Http2Error (misuse) for a request that must not be promised, or on a stream that is no client's
   */
  push(fields: HttpFields, extra?: HttpFields): Http2Stream | undefined {
    return this.owner.pushStream(this, fields, extra);
  }

  /**
   * Says that work on the stream goes on, so that it counts as one of the streams that the peer may have at once
   * until {@link Http2Stream.release}, even if the peer resets it before. Without this a peer could open and reset
   * streams in a loop and have any number of handlers running.
   */
  hold(): void {
    this.held = true;
  }

  /** Ends {@link Http2Stream.hold}. Harmless if nothing is held. */
  release(): void {
    if (this.held) this.owner.releaseStream(this);
  }
}
