import type { ByteWriter } from "../base/byte-writer.js";
import { Counting, type Http2Counter, Http2Counters } from "./counters.js";
import { arm, type Deadline, NEVER } from "./deadline.js";
import { describeEnd } from "./describe-end.js";
import { quote } from "./field.js";
import { FrameParser } from "./frame/frame-parser.js";
import { CLIENT_PREFACE, DEFAULT_WINDOW, MAX_STREAM_ID } from "./frame/frame-types.js";
import { writeGoAway } from "./frame/frame-writer.js";
import type { Http2ConnectionHandler } from "./handler.js";
import type { Head } from "./head.js";
import type { HttpFailure, HttpFields, HttpSink } from "./http-types.js";
import { counterOf, errorCodeName, failureOf, Http2Error, Http2ErrorCode, misuse } from "./http2-error.js";
import { Incoming, type IncomingHost } from "./incoming.js";
import { type Http2Limits, type Http2Options, resolveLimits } from "./limits.js";
import { Outgoing, type OutgoingHost } from "./outgoing.js";
import { MAX_PINGS, Pings } from "./pings.js";
import { Pushes } from "./pushes.js";
import { OWN_SETTINGS_SIZE, writeOwnSettings } from "./settings.js";
import { Http2Stream } from "./stream/stream.js";
import { StreamState } from "./stream/stream-state.js";
import { MUTE_SINK, Streams } from "./stream/streams.js";

/** How often {@link Http2Connection.tick} is wanted while time matters. */
const TICK_MS = 1000;

/** How much of an error's message a GOAWAY carries. */
const MAX_DEBUG = 128;

/**
 * One HTTP/2 connection (RFC 9113), client or server, without I/O and without a clock: bytes come in by `receive`, go
 * out by `take`, and time comes in by `tick`. Cleartext connections are by prior knowledge (§3.3). The calls of one
 * connection must not nest within `receive`, except from its sinks and its handler.
 */
export class Http2Connection implements IncomingHost, OutgoingHost {
  readonly role: "client" | "server";

  readonly #handler: Http2ConnectionHandler;
  readonly #limits: Http2Limits;
  readonly #counting: Counting;
  readonly #outgoing: Outgoing;
  readonly #streams: Streams;
  readonly #incoming: Incoming;
  readonly #parser: FrameParser;
  #flushAsked = false;
  #ready = false;
  /** No new streams. */
  #draining = false;
  #closing = false;
  #closed = false;
  #wasCongested = false;
  /** The peer's MAX_CONCURRENT_STREAMS was reached. */
  #full = false;
  /** What the peer said in GOAWAY, for the message of what follows. */
  #goAway = "";
  #goAwayCode: number = Http2ErrorCode.NO_ERROR;

  #tickedAtMs = Number.NaN;
  #heard = false;
  #handshake: Deadline = NEVER;
  #settingsAck: Deadline = NEVER;
  #headerBlock: Deadline = NEVER;
  #drainPing: Deadline = NEVER;
  #stalled: Deadline = NEVER;
  #takesAtTick = 0;
  #keepalive: Deadline = NEVER;
  #keepaliveAnswer: Deadline = NEVER;
  readonly #pings: Pings;
  readonly #pushes: Pushes;

  /**
   * Writes this side's preface and SETTINGS to the outbox at once; `handler.onFlush` is called for them.
   * @throws Http2Error (misuse) for an option out of its range
   */
  constructor(role: "client" | "server", handler: Http2ConnectionHandler, options: Http2Options = {}) {
    const limits = resolveLimits(options);
    this.role = role;
    this.#handler = handler;
    this.#limits = limits;
    const counting = new Counting((counter) => this.#handler.onLimit?.(counter));
    this.#counting = counting;
    this.#outgoing = new Outgoing(this, limits, counting);
    this.#streams = new Streams(role, this.#outgoing, limits, counting, () => this.#onStreamClosed());
    this.#incoming = new Incoming(role, this, this.#streams, this.#outgoing, limits, counting);
    this.#parser = new FrameParser(role, this.#incoming, limits);
    this.#pings = new Pings(this.#outgoing);
    this.#pushes = new Pushes(this.#streams, this.#outgoing, limits, counting);
    this.#handshake = arm(this.#handshake, this.#limits.handshakeTimeoutMs);
    this.#settingsAck = arm(this.#settingsAck, this.#limits.settingsAckTimeoutMs);
    this.#begin();
  }

  /** RFC 9113 §3.4. */
  #begin(): void {
    const { outbox } = this.#outgoing;
    outbox.reserve(CLIENT_PREFACE.length + OWN_SETTINGS_SIZE);
    const { writer } = outbox;
    if (this.role === "client") {
      writer.buf.set(CLIENT_PREFACE, writer.pos);
      writer.pos += CLIENT_PREFACE.length;
    }
    writer.pos = writeOwnSettings(writer.buf, writer.pos, this.role, this.#limits);
    const more = this.#limits.connectionWindow - DEFAULT_WINDOW;
    if (more > 0) this.#incoming.windows.writeWindowUpdate(0, more);
    else this.onDirty();
  }

  // Bytes in

  /**
   * Takes bytes from the peer, cut anywhere. Calls sinks and handler as it goes; never throws. What is kept of the
   * chunk is copied.
   */
  receive(chunk: Uint8Array): void {
    if (this.#closed) return;
    this.#heard = true;
    try {
      this.#parser.parse(chunk);
    } catch (error) {
      this.#onError(error);
      return;
    }
    if (this.#parser.inHeaderBlock) this.#headerBlock = arm(this.#headerBlock, this.#limits.headerTimeoutMs);
    else this.#headerBlock = NEVER;
  }

  /** The peer has ended its side of the socket, or the socket failed with `error`. Open streams fail. */
  receiveEnd(error?: unknown): void {
    if (this.#closed) return;
    if (this.#streams.table.count > 0) this.#counting.count("brokenOff");
    this.#finish(
      failureOf(
        "connection",
        this.#goAwayCode,
        describeEnd(error, this.role, this.#parser, this.#streams.table.count, this.#goAway),
        false,
        error,
      ),
    );
  }

  // Bytes out

  /** True while {@link Http2Connection.take} has something to give. */
  get wantsFlush(): boolean {
    const { pending } = this.#outgoing;
    // What a flush was asked for may have been dropped by a reset since: who finds nothing is asked again.
    if (!pending) this.#flushAsked = false;
    return pending;
  }

  /**
   * What is to be written now, in order. Call it when the socket can take more, and again for as long as
   * {@link Http2Connection.wantsFlush} is true: queued bodies become frames only here, a bounded amount for each call,
   * so that a slow socket holds up its senders. The list is empty if nothing can go. Hand each segment to {@link Http2Connection.recycle} once it is
   * written.
   */
  take(): Uint8Array[] {
    const segments = this.#outgoing.take();
    this.#flushAsked = this.#outgoing.pending;
    this.#outgoing.notifyWritable();
    return segments;
  }

  /** Takes a segment back that {@link Http2Connection.take} gave and that is written. Do it once for each, or never. */
  recycle(segment: Uint8Array): void {
    this.#outgoing.outbox.recycle(segment);
  }

  /**
   * True while the bytes that the peer has caused and not taken are over the limit. A server should not read from its
   * socket meanwhile: look after each `receive` and after each `take`.
   */
  get congested(): boolean {
    if (this.role === "client" || this.#outgoing.outbox.bytes <= 2 * this.#limits.outboxBytes) {
      this.#wasCongested = false;
      return false;
    }
    if (!this.#wasCongested) this.#counting.count("outboxBytes");
    this.#wasCongested = true;
    return true;
  }

  /** @internal */
  onDirty(): void {
    if (this.#flushAsked) return;
    this.#flushAsked = true;
    this.#handler.onFlush();
  }

  // Streams

  /** Clients: true while a stream may be opened. */
  get available(): boolean {
    return (
      this.#ready &&
      !this.#draining &&
      this.#streams.requests < this.#incoming.peer.maxConcurrentStreams &&
      this.#streams.nextId <= MAX_STREAM_ID
    );
  }

  /** Streams that are not closed. */
  get openStreams(): number {
    return this.#streams.table.count;
  }

  /** Streams that count against the limit: the open ones, and closed ones that are still held by their handlers. */
  get streamsInUse(): number {
    return this.#streams.inUse;
  }

  /** What was met so far of limits and faults. A copy of its own if nothing was. */
  get counters(): Readonly<Http2Counters> {
    return this.#counting.values ?? new Http2Counters();
  }

  /**
   * Clients: opens a stream with a request's header section. Only while {@link Http2Connection.available}.
   * @throws Http2Error (misuse) if no stream can be opened, or a field cannot be sent
   */
  open(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean, sink: HttpSink): Http2Stream {
    if (!this.available || this.role !== "client") throw misuse("no stream can be opened on this connection now");
    const streams = this.#streams;
    const { peer } = this.#incoming;
    const stream = new Http2Stream(
      streams.nextId,
      this,
      sink,
      peer.initialWindowSize,
      this.#incoming.windows.streamWindow,
    );
    streams.add(stream);
    try {
      this.#outgoing.sendHead(stream, fields, extra, endStream);
    } catch (error) {
      streams.table.remove(stream, true);
      throw error;
    }
    streams.nextId += 2;
    if (this.#limits.enablePush) this.#pushes.asked(stream, fields, extra);
    if (streams.requests >= peer.maxConcurrentStreams) this.#full = true;
    if (streams.nextId > MAX_STREAM_ID) this.#drain();
    return stream;
  }

  /** @internal */
  onPeerStream(stream: Http2Stream, head: Head, endStream: boolean): void {
    this.#handler.onStream(stream, head, endStream);
  }

  /** @internal */
  pushStream(associated: Http2Stream, fields: HttpFields, extra: HttpFields | undefined): Http2Stream | undefined {
    if (this.role === "client") throw misuse("clients cannot push (RFC 9113 §8.4)");
    if (this.#draining) return undefined;
    return this.#pushes.promise(associated, this, fields, extra, this.#incoming.peer);
  }

  /** @internal */
  isAuthoritative(associated: Http2Stream, head: Head): boolean {
    const handler = this.#handler;
    if (handler.isAuthoritative !== undefined) return handler.isAuthoritative(head.authority, associated);
    return this.#pushes.sameAuthority(associated, head.authority);
  }

  /** @internal */
  onPromise(promised: Http2Stream, associated: Http2Stream, head: Head): void {
    this.#handler.onPush?.(promised, associated, head);
    if (promised.sink === MUTE_SINK) promised.reset(Http2ErrorCode.CANCEL);
  }

  /** @internal */
  sendHead(stream: Http2Stream, fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    if (stream.state === StreamState.RESERVED_LOCAL && !this.#pushes.begin(stream, this.#incoming.peer)) return;
    this.#outgoing.sendHead(stream, fields, extra, endStream);
  }

  /** @internal */
  beginData(stream: Http2Stream): ByteWriter {
    return this.#outgoing.beginData(stream);
  }

  /** @internal */
  commitData(stream: Http2Stream, endStream: boolean): boolean {
    return this.#outgoing.commitData(stream, endStream);
  }

  /** @internal */
  abortData(stream: Http2Stream): void {
    this.#outgoing.abortData(stream);
  }

  /** @internal */
  sendData(stream: Http2Stream, bytes: Uint8Array, endStream: boolean): boolean {
    return this.#outgoing.sendData(stream, bytes, endStream);
  }

  /** @internal */
  resetStream(stream: Http2Stream, code: number): void {
    this.#streams.reset(stream, code);
  }

  /** @internal */
  releaseStream(stream: Http2Stream): void {
    this.#streams.release(stream);
  }

  /** @internal */
  consume(stream: Http2Stream, count: number): void {
    this.#incoming.windows.onRead(stream, count);
  }

  /** @internal */
  prefetch(stream: Http2Stream, count: number): void {
    this.#incoming.windows.onKept(stream, count);
  }

  /** @internal */
  onLocalEnd(stream: Http2Stream): void {
    this.#streams.localEnd(stream);
  }

  #onStreamClosed(): void {
    if (this.#full && this.available) {
      this.#full = false;
      this.#handler.onAvailable();
    }
    if (this.#draining) this.#finishIfDone();
  }

  // Settings and PING

  /** @internal */
  onPeerSettings(): void {
    if (!this.#ready) {
      this.#ready = true;
      this.#handshake = NEVER;
      this.#handler.onReady();
    } else if (this.#full && this.available) {
      this.#full = false;
      this.#handler.onAvailable();
    }
  }

  /** @internal */
  onSettingsSent(): void {
    this.#settingsAck = arm(this.#settingsAck, this.#limits.settingsAckTimeoutMs);
  }

  /** @internal */
  exactNowMs(): number {
    return this.#handler.now?.() ?? this.#incoming.nowMs;
  }

  /** @internal */
  onSettingsAcknowledged(): void {
    this.#settingsAck = NEVER;
  }

  /**
   * Sends a PING; `onAnswer` is called when the peer has answered it.
   * @throws Http2Error (misuse) if {@link MAX_PINGS} are unanswered
   */
  ping(onAnswer: () => void): void {
    if (this.#closed) return;
    this.#pings.send(onAnswer);
    this.onDirty();
  }

  /** @internal */
  probe(onAnswer: () => void): void {
    if (this.#pings.full) onAnswer();
    else this.ping(onAnswer);
  }

  /** @internal */
  onPong(bytes: Uint8Array, start: number): void {
    if (!this.#pings.answer(bytes, start)) this.#incoming.onIgnoredFrame();
  }

  // The end

  /** True once the connection has ended: nothing that comes is looked at. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Ends gracefully: no new streams, open ones run to their end, then `onClosed`. A server says GOAWAY twice
   * (RFC 9113 §6.8): first without an end, and after a round trip with the last stream that it has accepted.
   */
  close(): void {
    if (this.#closed || this.#closing) return;
    this.#closing = true;
    if (this.role === "client" || !this.#ready) {
      this.goAway(Http2ErrorCode.NO_ERROR, "");
    } else {
      this.#writeGoAway(MAX_STREAM_ID, Http2ErrorCode.NO_ERROR, "");
      this.#drainPing = arm(this.#drainPing, this.#limits.drainPingTimeoutMs);
      this.#notifyDraining();
      this.ping(() => this.#endDrain());
    }
  }

  #endDrain(): void {
    if (this.#closed || !this.#drainPing.armed) return;
    this.#drainPing = NEVER;
    this.goAway(Http2ErrorCode.NO_ERROR, "");
  }

  /**
   * Says GOAWAY with the last stream that was accepted; later ones are ignored. Open streams go on, and when they
   * have ended, the connection does.
   */
  goAway(code: number = Http2ErrorCode.NO_ERROR, debug: string = ""): void {
    if (this.#closed) return;
    this.#closing = true;
    this.#incoming.acceptUpTo = this.#streams.lastPeerId;
    this.#writeGoAway(this.#streams.lastPeerId, code, debug);
    this.#drain();
  }

  /** Ends at once: GOAWAY is written, open streams fail with `failure`, `onClosed` is called with it. */
  destroy(failure: HttpFailure = failureOf("local", Http2ErrorCode.CANCEL, "the connection was closed")): void {
    if (this.#closed) return;
    // CANCEL is for streams. A peer that takes it for theirs (node:http2 does) would tell its callers that they had cancelled.
    const code = failure.code === Http2ErrorCode.CANCEL ? Http2ErrorCode.NO_ERROR : failure.code;
    this.#writeGoAway(this.#streams.lastPeerId, code, "");
    this.#finish(failure);
  }

  /** @internal */
  onPeerGoAway(lastId: number, code: number, debug: string): void {
    this.#goAwayCode = code;
    this.#handler.onGoAway?.("received", code, debug);
    this.#goAway = `GOAWAY ${errorCodeName(code)}${debug === "" ? "" : ` ${quote(debug)}`}`;
    // Before any stream ends: who tries again must not do so on this connection.
    this.#notifyDraining();
    if (this.role === "client") {
      const message = `the peer is going away (${this.#goAway})`;
      for (const stream of this.#streams.table.all()) {
        // The identifiers are those of requests (RFC 9113 §6.8): pushed streams go on.
        if (stream.id > lastId && (stream.id & 1) === 1)
          this.#streams.end(stream, failureOf("connection", code, message, true));
      }
    }
    this.#drain();
  }

  #notifyDraining(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#handler.onDraining();
  }

  #drain(): void {
    this.#notifyDraining();
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#closed || this.#drainPing.armed || this.#streams.table.count > 0) return;
    if (this.#goAway !== "" && !this.#closing) {
      this.#finish(failureOf("peer", this.#goAwayCode, `the peer closed the connection: ${this.#goAway}`, true));
    } else if (this.#closing || this.role === "client") {
      this.#finish(failureOf("local", Http2ErrorCode.NO_ERROR, "the connection was closed", true));
    }
  }

  #writeGoAway(lastId: number, code: number, debug: string): void {
    const bytes = new Uint8Array(Math.min(debug.length, MAX_DEBUG));
    for (let i = 0; i < bytes.length; i++) bytes[i] = debug.charCodeAt(i);
    const { outbox } = this.#outgoing;
    outbox.reserve(17 + bytes.length);
    outbox.writer.pos = writeGoAway(outbox.writer.buf, outbox.writer.pos, lastId, code, bytes);
    this.#handler.onGoAway?.("sent", code, debug);
    this.onDirty();
  }

  #onError(error: unknown): void {
    if (this.#closed) return;
    if (error instanceof Http2Error && error.kind === "connection") {
      this.#fail(error.code, error.message, undefined, error.counter);
    } else {
      const message = error instanceof Error ? error.message : String(error);
      this.#fail(Http2ErrorCode.INTERNAL_ERROR, `a handler of the connection failed: ${message}`, error);
    }
  }

  #fail(code: number, message: string, cause: unknown, counter: Http2Counter = counterOf(code)): void {
    if (cause === undefined) this.#counting.count(counter);
    this.#writeGoAway(this.#streams.lastPeerId, code, cause === undefined ? message : "");
    this.#finish(failureOf("connection", code, message, false, cause));
  }

  #finish(failure: HttpFailure): void {
    this.#closed = true;
    this.#draining = true;
    this.#parser.stopped = true;
    this.#pings.clear();
    const unsentStreams = this.#dropUnsent(failure.code);
    for (const stream of this.#streams.table.all()) {
      const unsent = unsentStreams && stream.openedAtTake === this.#outgoing.takes;
      const { code, message, origin, unprocessed, cause } = failure;
      const own = unsent && !unprocessed ? failureOf(origin, code, message, true, cause) : failure;
      try {
        this.#streams.end(stream, own);
      } catch {
        // A sink that throws must not keep the others from hearing of the end.
      }
    }
    this.#handler.onClosed(failure);
  }

  /**
   * Clients: true if there are streams of which nothing was handed to the socket yet. They cannot have been worked on, and
   * may be tried elsewhere; so what was written for them must not go out after all, as it would with the last GOAWAY.
   */
  #dropUnsent(code: number): boolean {
    const { outbox, takes } = this.#outgoing;
    if (this.role !== "client") return false;
    let unsent = false;
    for (const stream of this.#streams.table.all()) unsent ||= stream.openedAtTake === takes;
    if (!unsent) return false;
    for (const segment of outbox.take()) outbox.recycle(segment);
    this.#writeGoAway(this.#streams.lastPeerId, code, "");
    return true;
  }

  // Time

  /** When {@link Http2Connection.tick} is wanted, in the clock of its argument; Infinity if nothing waits for time. */
  get nextTickMs(): number {
    if (this.#closed || !this.#waits()) return Number.POSITIVE_INFINITY;
    return Number.isNaN(this.#tickedAtMs) ? 0 : this.#tickedAtMs + TICK_MS;
  }

  #waits(): boolean {
    return (
      this.#handshake.armed ||
      this.#settingsAck.armed ||
      this.#headerBlock.armed ||
      this.#drainPing.armed ||
      this.#limits.keepaliveIntervalMs > 0 ||
      this.#outgoing.pending ||
      this.#streams.table.count > 0 ||
      this.#streams.drained ||
      this.#incoming.drained
    );
  }

  /**
   * Says what time it is, in milliseconds of any steady clock. Once a second is enough; timeouts begin with the first
   * tick after their cause. Never throws.
   */
  tick(nowMs: number): void {
    if (this.#closed) return;
    const elapsedMs = Number.isNaN(this.#tickedAtMs) ? 0 : Math.max(0, nowMs - this.#tickedAtMs);
    this.#tickedAtMs = nowMs;
    this.#incoming.nowMs = nowMs;
    this.#incoming.refill(elapsedMs);
    this.#incoming.windows.tick();
    this.#streams.refill(elapsedMs);
    if (this.#handshake.expired(nowMs)) {
      const what = this.#parser.begun ? "finished" : "begun";
      const message = `the peer has not ${what} the HTTP/2 handshake within ${this.#limits.handshakeTimeoutMs} ms`;
      this.#fail(Http2ErrorCode.SETTINGS_TIMEOUT, message, undefined, "handshakeTimeoutMs");
      return;
    }
    if (this.#settingsAck.expired(nowMs)) {
      const message = `the peer has not acknowledged SETTINGS within ${this.#limits.settingsAckTimeoutMs} ms`;
      this.#fail(Http2ErrorCode.SETTINGS_TIMEOUT, message, undefined, "settingsAckTimeoutMs");
      return;
    }
    if (this.#headerBlock.expired(nowMs)) {
      const message = `the peer has not completed a header section within ${this.#limits.headerTimeoutMs} ms`;
      this.#fail(Http2ErrorCode.ENHANCE_YOUR_CALM, message, undefined, "headerTimeoutMs");
      return;
    }
    if (this.#drainPing.expired(nowMs)) {
      this.#counting.count("drainPingTimeoutMs");
      this.#endDrain();
    }
    if (!this.#outgoing.pending || this.#takesAtTick !== this.#outgoing.takes) this.#stalled = NEVER;
    else this.#stalled = arm(this.#stalled, this.#limits.stallTimeoutMs);
    this.#takesAtTick = this.#outgoing.takes;
    if (this.#stalled.expired(nowMs)) {
      const message = `the peer has not read anything for ${this.#limits.stallTimeoutMs} ms`;
      this.#fail(Http2ErrorCode.NO_ERROR, message, undefined, "stallTimeoutMs");
      return;
    }
    this.#keepAlive(nowMs);
    if (this.#closed) return;
    try {
      this.#streams.endStalled(nowMs, this.#limits.stallTimeoutMs);
    } catch (error) {
      this.#onError(error);
    }
  }

  #keepAlive(nowMs: number): void {
    if (this.#closed || !this.#ready || this.#limits.keepaliveIntervalMs === 0) return;
    const heard = this.#heard;
    this.#heard = false;
    if (heard) {
      this.#keepalive = NEVER;
      this.#keepaliveAnswer = NEVER;
    }
    if (this.#keepaliveAnswer.expired(nowMs)) {
      const message = `the peer has not answered a keepalive PING within ${this.#limits.keepaliveTimeoutMs} ms`;
      this.#fail(Http2ErrorCode.NO_ERROR, message, undefined, "keepaliveTimeoutMs");
      return;
    }
    if (!this.#limits.keepaliveWithoutStreams && this.#streams.table.count === 0) {
      this.#keepalive = NEVER;
      return;
    }
    this.#keepalive = arm(this.#keepalive, this.#limits.keepaliveIntervalMs);
    if (!this.#keepalive.expired(nowMs) || this.#keepaliveAnswer.armed || this.#pings.full) return;
    this.#keepaliveAnswer = arm(this.#keepaliveAnswer, this.#limits.keepaliveTimeoutMs);
    this.#keepaliveAnswer.expired(nowMs);
    this.ping(() => {
      this.#keepaliveAnswer = NEVER;
    });
  }
}
