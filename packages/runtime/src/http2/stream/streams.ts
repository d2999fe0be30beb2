/** The streams of a connection: which there are, what moves them through their states, and what their ends cost. */

import type { Counting, Http2Counter } from "../counters.js";
import type { HttpFailure, HttpSink } from "../http-types.js";
import { connectionError, counterOf, errorCodeName, failureOf, Http2ErrorCode } from "../http2-error.js";
import type { Http2Limits } from "../limits.js";
import type { Outgoing } from "../outgoing.js";
import { TokenBucket } from "../token-bucket.js";
import type { Http2Stream } from "./stream.js";
import { localOpen, nextState, remoteOpen, StreamEvent, StreamState } from "./stream-state.js";
import { StreamTable } from "./stream-table.js";

/** Listens to nothing. */
export const MUTE_SINK: HttpSink = {
  onHead() {},
  onData() {},
  onTrailers() {},
  onFailure() {},
  onWritable() {},
};

export class Streams {
  readonly table: StreamTable = new StreamTable();
  /** The highest identifier that the peer has used: of a request (servers), of a promise (clients). */
  lastPeerId = 0;
  /** The next identifier of our own: of a request (clients), of a promise (servers). */
  nextId: number;
  /** Streams that are promised or pushed, and not closed. */
  pushed = 0;
  /** Bytes that were received on open streams and not read. */
  unread = 0;
  /** True if {@link Streams.onFreed} is to be called. */
  pressed = false;
  /** Called while {@link Streams.pressed} when unread bytes have gone with their stream. */
  onFreed: () => void = () => {};
  /** Closed streams that the floor above still works on: they count as if they were open (SECURITY row 1). */
  lingering = 0;

  readonly #role: "client" | "server";
  readonly #outgoing: Outgoing;
  readonly #onClosed: () => void;
  readonly #counting: Counting;
  readonly #resets: TokenBucket;
  readonly #maxQueuedReplies: number;
  #replies = 0;
  #repliesAtTake = 0;

  /** @param onClosed called after each stream that has closed */
  constructor(
    role: "client" | "server",
    outgoing: Outgoing,
    limits: Http2Limits,
    counting: Counting,
    onClosed: () => void,
  ) {
    this.#role = role;
    this.nextId = role === "client" ? 1 : 2;
    this.#outgoing = outgoing;
    this.#onClosed = onClosed;
    this.#counting = counting;
    this.#resets = new TokenBucket(limits.resetBurst, limits.resetsPerSecond);
    this.#maxQueuedReplies = limits.maxQueuedReplies;
  }

  /** Streams that count against MAX_CONCURRENT_STREAMS. */
  get inUse(): number {
    return this.table.count - this.pushed + this.lingering;
  }

  /** True while time has something to give back. */
  get drained(): boolean {
    return this.#resets.drained;
  }

  refill(elapsedMs: number): void {
    this.#resets.refill(elapsedMs);
  }

  /** Streams that this side of a client has opened, or the peer of a server: all but the pushed ones. */
  get requests(): number {
    return this.table.count - this.pushed;
  }

  /** True for a stream that nobody has opened yet (RFC 9113 §5.1.1). */
  isIdle(id: number): boolean {
    const ours = (id & 1) === (this.nextId & 1);
    return ours ? id >= this.nextId : id > this.lastPeerId;
  }

  /** A stream was promised: `event` says by whom. */
  reserve(stream: Http2Stream, event: number): void {
    stream.state = nextState(stream.state, event);
    this.table.add(stream);
    this.pushed++;
  }

  add(stream: Http2Stream): void {
    stream.state = nextState(stream.state, StreamEvent.HEADERS);
    stream.openedAtTake = this.#outgoing.takes;
    this.table.add(stream);
  }

  /**
   * END_STREAM was received. If that closes the stream, {@link Streams.announceClosed} is to be called once its sink
   * has heard of the end: the connection may end with its last stream.
   */
  remoteEnd(stream: Http2Stream): void {
    stream.state = nextState(stream.state, StreamEvent.REMOTE_END);
    if (stream.state !== StreamState.CLOSED) return;
    this.#remove(stream, false);
  }

  /** Tells the connection of the end of a stream, if it has ended and that was not said. */
  announceClosed(stream: Http2Stream): void {
    if (stream.state === StreamState.CLOSED) this.#onClosed();
  }

  /** END_STREAM was written. */
  localEnd(stream: Http2Stream): void {
    // What was answered in full is worked on no more.
    stream.held = false;
    // Cancelling some of many calls is normal, however many that makes in a second: only the share is suspicious.
    if (stream.sink !== MUTE_SINK) this.#resets.give();
    stream.state = nextState(stream.state, StreamEvent.LOCAL_END);
    if (stream.state === StreamState.CLOSED) this.#close(stream, false);
    else if (stream.resetAfterEnd) this.reset(stream, Http2ErrorCode.NO_ERROR);
  }

  /** The floor above resets a stream: it has finished with it. */
  reset(stream: Http2Stream, code: number): void {
    if (stream.state === StreamState.CLOSED) {
      this.release(stream);
      return;
    }
    stream.sink = MUTE_SINK;
    stream.held = false;
    if (code === Http2ErrorCode.NO_ERROR && stream.endQueued && stream.queue?.first !== undefined) {
      stream.resetAfterEnd = true;
      return;
    }
    this.#outgoing.sendReset(stream, code);
    stream.state = nextState(stream.state, StreamEvent.RESET);
    this.#close(stream, true);
  }

  /** The floor above has finished with a stream that it held. */
  release(stream: Http2Stream): void {
    if (!stream.held) return;
    stream.held = false;
    if (stream.state === StreamState.CLOSED) this.lingering--;
  }

  /**
   * The peer has made a fault on a stream that is open: resets it and fails it.
   * @throws Http2Error if the peer has caused too many resets
   */
  fault(stream: Http2Stream, code: number, message: string, counter: Http2Counter = counterOf(code)): void {
    this.#counting.count(counter);
    this.#outgoing.sendReset(stream, code);
    this.#end(stream, failureOf("local", code, message), true);
    this.countReset();
  }

  /**
   * The peer has made a fault on a stream that is not open (any more).
   * @throws Http2Error if the peer has caused too many resets
   */
  faultClosed(id: number, code: number, counter: Http2Counter = counterOf(code)): void {
    this.#counting.count(counter);
    this.#outgoing.writeReset(id, code);
    this.table.rememberClosed(id, true);
    this.countReset();
  }

  /**
   * The peer reset a stream that is open.
   * @throws Http2Error if it has done so too often
   */
  peerReset(stream: Http2Stream, code: number): void {
    const message = `the peer reset the stream with ${errorCodeName(code)}`;
    this.end(stream, failureOf("peer", code, message, code === Http2ErrorCode.REFUSED_STREAM));
    this.#counting.count("peerResets");
    if (this.#role === "server") this.#takeReset();
  }

  /**
   * SECURITY rows 12 and 19: a peer that gives no window must not hold memory for ever.
   * @throws Http2Error if it has caused too many resets
   */
  endStalled(nowMs: number, timeoutMs: number): void {
    if (timeoutMs === 0) return;
    for (const stream of this.table.all()) {
      if (stream.queue?.first === undefined || !localOpen(stream.state)) continue;
      if (stream.stalledSinceMs === 0) {
        stream.stalledSinceMs = nowMs;
      } else if (nowMs - stream.stalledSinceMs >= timeoutMs) {
        const message = `the peer has not taken any of the stream's data for ${timeoutMs} ms`;
        this.fault(stream, Http2ErrorCode.CANCEL, message, "stallTimeoutMs");
      }
    }
  }

  /** Closes a stream and tells its sink why. */
  end(stream: Http2Stream, failure: HttpFailure): void {
    this.#end(stream, failure, false);
  }

  #end(stream: Http2Stream, failure: HttpFailure, reset: boolean): void {
    if (stream.state === StreamState.CLOSED) return;
    const complete = this.#role === "client" && !remoteOpen(stream.state);
    this.#outgoing.drop(stream);
    stream.state = nextState(stream.state, StreamEvent.RESET);
    if (stream.held) this.lingering++;
    const { sink } = stream;
    stream.sink = MUTE_SINK;
    this.#remove(stream, reset);
    // RFC 9113 §8.1: nothing that comes after a complete response is a failure of it.
    if (!complete) sink.onFailure(failure);
    this.#onClosed();
  }

  /**
   * The peer has caused a reset.
   * @throws Http2Error if it has caused too much (SECURITY row 3)
   */
  countReset(): void {
    this.#counting.count("causedResets");
    this.#takeReset();
    this.countReply();
  }

  /** @throws Http2Error if there were too many (SECURITY row 1) */
  #takeReset(): void {
    if (this.#resets.take()) return;
    throw connectionError(Http2ErrorCode.ENHANCE_YOUR_CALM, "the peer reset too many streams", "resetBurst");
  }

  /** @throws Http2Error if replies pile up that the peer does not take (SECURITY rows 4 to 6) */
  countReply(): void {
    if (this.#repliesAtTake !== this.#outgoing.takes) {
      this.#repliesAtTake = this.#outgoing.takes;
      this.#replies = 0;
    }
    if (++this.#replies > this.#maxQueuedReplies) {
      const message = `the peer caused more than ${this.#maxQueuedReplies} replies that it has not read`;
      throw connectionError(Http2ErrorCode.ENHANCE_YOUR_CALM, message, "maxQueuedReplies");
    }
  }

  #close(stream: Http2Stream, reset: boolean): void {
    this.#remove(stream, reset);
    this.#onClosed();
  }

  #remove(stream: Http2Stream, reset: boolean): void {
    this.table.remove(stream, reset);
    if ((stream.id & 1) === 0) this.pushed--;
    if (stream.unread === 0) return;
    this.unread -= stream.unread;
    stream.unread = 0;
    if (this.pressed) this.onFreed();
  }
}
