/** The incoming half of a connection: what frames mean for streams, windows and settings. */

import type { Counting } from "./counters.js";
import type { FrameTarget } from "./frame/frame-parser.js";
import { FrameFlag } from "./frame/frame-types.js";
import { writePing, writeSettingsAck } from "./frame/frame-writer.js";
import { type Head, HeadKind, HeadReader } from "./head.js";
import { HpackDecoder } from "./hpack/decoder.js";
import { ENCODER_TABLE_SIZE } from "./hpack/encoder.js";
import { latin1 } from "./hpack/latin1.js";
import type { HttpFields } from "./http-types.js";
import { connectionError, Http2ErrorCode } from "./http2-error.js";
import { type Http2Limits, MAX_FRAME_SIZE } from "./limits.js";
import type { Outgoing } from "./outgoing.js";
import { flawOfPromise } from "./pushes.js";
import { ReceiveWindows, type WindowHost } from "./receive-windows.js";
import { PeerSettings } from "./settings.js";
import { Http2Stream, type StreamOwner } from "./stream/stream.js";
import { nextState, remoteOpen, StreamEvent, StreamState } from "./stream/stream-state.js";
import { MUTE_SINK, type Streams } from "./stream/streams.js";
import { TokenBucket } from "./token-bucket.js";

/** What the incoming half tells its connection. */
export interface IncomingHost extends StreamOwner, WindowHost {
  onPeerStream(stream: Http2Stream, head: Head, endStream: boolean): void;
  /** Clients: true if the server speaks for the authority of what it promises (RFC 9113 §8.4, §10.1). */
  isAuthoritative(associated: Http2Stream, head: Head): boolean;
  onPromise(promised: Http2Stream, associated: Http2Stream, head: Head): void;
  /** The peer's settings have changed. */
  onPeerSettings(): void;
  onSettingsAcknowledged(): void;
  /** The time, as exact as it is to be had. */
  exactNowMs(): number;
  onPong(bytes: Uint8Array, start: number): void;
  onPeerGoAway(lastId: number, code: number, debug: string): void;
}

/** RFC 6585 §5: what a request with too large a header section is told. */
const TOO_LARGE: HttpFields = [{ name: ":status", value: "431" }];

/** How much of the debug data of a GOAWAY is kept. */
const DEBUG_KEPT = 256;

/** A tenth less than the interval is in time: one PING may be held up on its way, and the next not. */
const PING_TOLERANCE = 0.9;

export class Incoming implements FrameTarget {
  readonly peer: PeerSettings = new PeerSettings();
  /** The highest stream that is worked on after our last GOAWAY; later ones are ignored. */
  acceptUpTo: number = 2 ** 31 - 1;
  /** When the clock looked last. */
  nowMs = 0;
  /** DATA frames that were empty, one after the other. */
  emptyFrames = 0;

  readonly #role: "client" | "server";
  readonly #host: IncomingHost;
  readonly #streams: Streams;
  readonly #outgoing: Outgoing;
  readonly #limits: Http2Limits;
  readonly #counting: Counting;
  readonly #heads: HeadReader;
  readonly #glitches: TokenBucket;
  readonly windows: ReceiveWindows;
  #dataStream: Http2Stream | undefined = undefined;
  #pingStrikes = 0;
  #lastPingMs = Number.NEGATIVE_INFINITY;

  constructor(
    role: "client" | "server",
    host: IncomingHost,
    streams: Streams,
    outgoing: Outgoing,
    limits: Http2Limits,
    counting: Counting,
  ) {
    this.#role = role;
    this.#host = host;
    this.#streams = streams;
    this.#outgoing = outgoing;
    this.#limits = limits;
    this.#counting = counting;
    this.#heads = new HeadReader(new HpackDecoder(limits.maxHeaderListSize, limits.maxHeaderFields));
    this.windows = new ReceiveWindows(host, streams, outgoing, limits, counting);
    this.#glitches = new TokenBucket(limits.glitchBurst, limits.glitchesPerSecond);
  }

  get drained(): boolean {
    return this.#glitches.drained;
  }

  refill(elapsedMs: number): void {
    this.#glitches.refill(elapsedMs);
  }

  // DATA

  onDataBegin(id: number, length: number, padding: number): void {
    this.#dataStream = undefined;
    this.windows.takeConnection(length);
    const stream = this.#streams.table.get(id);
    if (stream === undefined) {
      this.#onLateFrame(id, "DATA");
      return;
    }
    if (!remoteOpen(stream.state)) {
      if (stream.state === StreamState.RESERVED_LOCAL) throw reserved("DATA", id);
      this.#streams.fault(stream, Http2ErrorCode.STREAM_CLOSED, "the peer sent DATA after the end of the stream");
      return;
    }
    if (!stream.headReceived) {
      if (stream.state === StreamState.RESERVED_REMOTE) throw reserved("DATA", id);
      this.#streams.fault(stream, Http2ErrorCode.PROTOCOL_ERROR, "the peer sent DATA before the header section");
      return;
    }
    // An empty frame needs no window, also where that is negative (RFC 9113 §6.9.1, §6.9.2).
    if (length > stream.receiveWindow && length > 0) {
      const message = "the peer sent more DATA than the window of the stream allows";
      this.#streams.fault(stream, Http2ErrorCode.FLOW_CONTROL_ERROR, message);
      return;
    }
    stream.receiveWindow -= length;
    if (stream.expected >= 0) {
      stream.expected -= length - padding;
      if (stream.expected < 0) {
        const message = "the body is longer than content-length says";
        this.#streams.fault(stream, Http2ErrorCode.PROTOCOL_ERROR, message, "malformedMessages");
        return;
      }
    }
    this.#dataStream = stream;
    this.windows.onReceived(stream, length - padding);
    if (padding > 0) this.windows.credit(stream, padding);
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    const stream = this.#dataStream;
    if (start === end && !endStream) {
      if (++this.emptyFrames > this.#limits.maxEmptyFrames) {
        const message = "the peer sent too many empty DATA frames";
        throw connectionError(Http2ErrorCode.ENHANCE_YOUR_CALM, message, "maxEmptyFrames");
      }
      return;
    }
    this.emptyFrames = 0;
    if (stream === undefined || stream.state === StreamState.CLOSED) return;
    if (endStream) {
      if (stream.expected > 0) {
        const message = "the body is shorter than content-length says";
        this.#streams.fault(stream, Http2ErrorCode.PROTOCOL_ERROR, message, "malformedMessages");
        return;
      }
      const { sink } = stream;
      // What the stream's call holds must not live on with the connection.
      this.#dataStream = undefined;
      this.#streams.remoteEnd(stream);
      sink.onData(bytes, start, end, true);
      this.#streams.announceClosed(stream);
      return;
    }
    stream.sink.onData(bytes, start, end, false);
  }

  // HEADERS

  onHeaderBlock(id: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    // No DATA frame is under way now; a stream that ends with trailers must not live on with the connection.
    this.#dataStream = undefined;
    if ((id & 1) === 0 && (this.#role === "server" || this.#streams.isIdle(id))) {
      throw connectionError(Http2ErrorCode.PROTOCOL_ERROR, `HEADERS came on stream ${id}`);
    }
    const stream = this.#streams.table.get(id);
    if (stream !== undefined) {
      const kind = stream.headReceived ? HeadKind.TRAILERS : HeadKind.RESPONSE;
      const head = this.#heads.read(bytes, start, end, kind);
      this.#onSection(stream, head, endStream);
      return;
    }
    if (this.#role === "server" && id > this.#streams.lastPeerId) {
      this.#streams.lastPeerId = id;
      this.#onRequest(id, this.#heads.read(bytes, start, end, HeadKind.REQUEST), endStream);
      return;
    }
    // Whatever becomes of it, the block goes through the decoder: the dynamic table must stay in step.
    this.#heads.read(bytes, start, end, HeadKind.TRAILERS);
    const finished = this.#streams.table.wasFinished(id);
    if (finished || (this.#role === "server" && !this.#streams.table.wasReset(id))) {
      // RFC 9113 §5.1 for a stream that has ended, §5.1.1 for one that was passed over.
      const code = finished ? Http2ErrorCode.STREAM_CLOSED : Http2ErrorCode.PROTOCOL_ERROR;
      throw connectionError(code, `the peer sent HEADERS on stream ${id}, which is closed`);
    }
    this.#onLateFrame(id, "HEADERS");
  }

  #onRequest(id: number, head: Head, endStream: boolean): void {
    if (id > this.acceptUpTo) return;
    const streams = this.#streams;
    if (streams.inUse >= this.#limits.maxConcurrentStreams) {
      streams.faultClosed(id, Http2ErrorCode.REFUSED_STREAM);
      return;
    }
    const stream = new Http2Stream(id, this.#host, MUTE_SINK, this.peer.initialWindowSize, this.windows.streamWindow);
    stream.headReceived = true;
    streams.add(stream);
    if (endStream) streams.remoteEnd(stream);
    if (this.#heads.oversize) {
      stream.sendHead(TOO_LARGE, undefined, true);
      streams.reset(stream, Http2ErrorCode.NO_ERROR);
      this.#counting.count(this.#oversizeCounter());
      streams.countReset();
      return;
    }
    const flaw = head.flaw === "" ? this.#expectBody(stream, head, endStream) : head.flaw;
    if (flaw !== "") {
      streams.fault(stream, Http2ErrorCode.PROTOCOL_ERROR, malformed(flaw), "malformedMessages");
      return;
    }
    this.#host.onPeerStream(stream, head, endStream);
  }

  #onSection(stream: Http2Stream, head: Head, endStream: boolean): void {
    const streams = this.#streams;
    if (!remoteOpen(stream.state)) {
      const message = "the peer sent HEADERS after the end of the stream";
      streams.fault(stream, Http2ErrorCode.STREAM_CLOSED, message);
      return;
    }
    if (stream.state === StreamState.RESERVED_REMOTE) {
      // The limits of what is promised hold for what is pushed as well: there is nothing to refuse here any more.
      stream.state = nextState(stream.state, StreamEvent.HEADERS);
    }
    if (this.#heads.oversize) {
      const message = `the peer sent a header section of ${this.#heads.listSize} bytes; the limits are ${
        this.#limits.maxHeaderListSize
      } bytes and ${this.#limits.maxHeaderFields} fields`;
      streams.fault(stream, Http2ErrorCode.ENHANCE_YOUR_CALM, message, this.#oversizeCounter());
      return;
    }
    let { flaw } = head;
    if (stream.headReceived) {
      if (flaw === "" && !endStream) flaw = "trailers do not end the stream";
      if (flaw === "" && stream.expected > 0) flaw = "the body is shorter than content-length says";
    } else if (head.status < 200 && flaw === "") {
      // RFC 9113 §8.1, §8.6: informational responses come before the response, except 101, which HTTP/2 does not have.
      if (!endStream && head.status !== 101) return;
      flaw = `the response ended with status ${head.status}`;
    } else if (flaw === "" && !endStream) {
      flaw = this.#expectBody(stream, head, false);
    }
    if (flaw !== "") {
      streams.fault(stream, Http2ErrorCode.PROTOCOL_ERROR, malformed(flaw), "malformedMessages");
      return;
    }
    const { sink } = stream;
    const isTrailers = stream.headReceived;
    stream.headReceived = true;
    if (endStream) streams.remoteEnd(stream);
    if (isTrailers) sink.onTrailers(head);
    else sink.onHead(head, endStream);
    if (endStream) streams.announceClosed(stream);
  }

  /** Which limit the last section was over. */
  #oversizeCounter(): "maxHeaderListSize" | "maxHeaderFields" {
    return this.#heads.listSize > this.#limits.maxHeaderListSize ? "maxHeaderListSize" : "maxHeaderFields";
  }

  /** RFC 9113 §8.1.1. A response without DATA may have a length all the same: it may be one to HEAD. */
  #expectBody(stream: Http2Stream, head: Head, endStream: boolean): string {
    if (endStream) return head.contentLength > 0 ? "the body is shorter than content-length says" : "";
    stream.expected = head.contentLength;
    return "";
  }

  // PUSH_PROMISE

  /** RFC 9113 §6.6, §8.4. Only clients that want pushes get here. */
  onPushPromise(id: number, promisedId: number, bytes: Uint8Array, start: number, end: number): void {
    // The dynamic table must stay in step, whatever becomes of the promise.
    const head = this.#heads.read(bytes, start, end, HeadKind.REQUEST);
    const streams = this.#streams;
    const { table } = streams;
    if ((promisedId & 1) === 1 || promisedId <= streams.lastPeerId) {
      const message = `the peer promised stream ${promisedId}, which is not idle`;
      throw connectionError(Http2ErrorCode.PROTOCOL_ERROR, message);
    }
    const associated = table.get(id);
    const ended = associated === undefined ? table.wasFinished(id) : !remoteOpen(associated.state);
    if ((id & 1) === 0 || streams.isIdle(id) || ended) {
      const message = `the peer sent PUSH_PROMISE on stream ${id}, on which none can come`;
      throw connectionError(Http2ErrorCode.PROTOCOL_ERROR, message);
    }
    streams.lastPeerId = promisedId;
    const flaw = flawOfPromise(head);
    if (associated === undefined) {
      // It crossed our RST_STREAM, which did not close what is promised (RFC 9113 §5.1, "closed").
      streams.faultClosed(promisedId, Http2ErrorCode.CANCEL, "unwantedPushes");
    } else if (this.#heads.oversize) {
      streams.faultClosed(promisedId, Http2ErrorCode.ENHANCE_YOUR_CALM, this.#oversizeCounter());
    } else if (flaw !== "") {
      streams.faultClosed(promisedId, Http2ErrorCode.PROTOCOL_ERROR, "malformedMessages");
    } else if (!this.#host.isAuthoritative(associated, head)) {
      streams.faultClosed(promisedId, Http2ErrorCode.PROTOCOL_ERROR, "unwantedPushes");
    } else if (streams.pushed >= this.#limits.maxPushedStreams || promisedId > this.acceptUpTo) {
      streams.faultClosed(promisedId, Http2ErrorCode.REFUSED_STREAM, "maxPushedStreams");
    } else {
      const { streamWindow } = this.windows;
      const promised = new Http2Stream(promisedId, this.#host, MUTE_SINK, this.peer.initialWindowSize, streamWindow);
      streams.reserve(promised, StreamEvent.PROMISE_RECEIVED);
      this.#host.onPromise(promised, associated, head);
    }
  }

  // The rest

  onResetStream(id: number, code: number): void {
    const stream = this.#streams.table.get(id);
    if (stream !== undefined) {
      this.#streams.peerReset(stream, code);
      return;
    }
    if (this.#streams.isIdle(id)) throw idle("RST_STREAM", id);
  }

  onWindowUpdate(id: number, increment: number): void {
    if (id === 0) {
      if (this.#outgoing.addConnectionWindow(increment)) return;
      throw connectionError(Http2ErrorCode.FLOW_CONTROL_ERROR, "the peer made the window of the connection too large");
    }
    const stream = this.#streams.table.get(id);
    if (stream === undefined) {
      if (this.#streams.isIdle(id)) throw idle("WINDOW_UPDATE", id);
      return;
    }
    if (stream.state === StreamState.RESERVED_REMOTE) throw reserved("WINDOW_UPDATE", id);
    if (this.#outgoing.addStreamWindow(stream, increment)) return;
    this.#streams.fault(stream, Http2ErrorCode.FLOW_CONTROL_ERROR, "the peer made the window of the stream too large");
  }

  onSettings(bytes: Uint8Array, start: number, end: number): void {
    this.onIgnoredFrame();
    const before = this.peer.initialWindowSize;
    for (let at = start; at < end; at += 6) {
      const id = (bytes[at]! << 8) | bytes[at + 1]!;
      const value = bytes[at + 2]! * 0x1000000 + ((bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!);
      this.peer.apply(id, value, this.#role === "client");
    }
    // However large the peer takes them: a frame holds up all other streams.
    this.#outgoing.maxFrameSize = Math.min(this.peer.maxFrameSize, MAX_FRAME_SIZE);
    this.#outgoing.encoder.setPeerTableSize(this.peer.headerTableSize);
    if (this.peer.headerTableSize > ENCODER_TABLE_SIZE) this.#counting.count("encoderTableSize");
    const delta = this.peer.initialWindowSize - before;
    if (delta !== 0) {
      // RFC 9113 §6.9.2.
      for (const stream of this.#streams.table.all()) {
        if (!this.#outgoing.addStreamWindow(stream, delta)) {
          throw connectionError(Http2ErrorCode.FLOW_CONTROL_ERROR, "the peer's SETTINGS make a window too large");
        }
      }
    }
    this.#streams.countReply();
    const { outbox } = this.#outgoing;
    outbox.reserve(9);
    outbox.writer.pos = writeSettingsAck(outbox.writer.buf, outbox.writer.pos);
    this.#host.onDirty();
    this.#host.onPeerSettings();
  }

  onSettingsAck(): void {
    this.#host.onSettingsAcknowledged();
    this.windows.onAcknowledged();
  }

  /** Peers that estimate bandwidth send a PING each round trip, so that their mere number means nothing. */
  onPing(bytes: Uint8Array, start: number): void {
    if (this.#role === "server") this.#judgePing();
    this.#streams.countReply();
    const { outbox } = this.#outgoing;
    outbox.reserve(17);
    outbox.writer.pos = writePing(outbox.writer.buf, outbox.writer.pos, FrameFlag.ACK, bytes, start);
    this.#host.onDirty();
  }

  /** SECURITY row 5. A PING after something was sent measures the network and is no keepalive. */
  #judgePing(): void {
    const nowMs = this.#host.exactNowMs();
    if (this.#outgoing.sentSincePing) {
      this.#outgoing.sentSincePing = false;
      this.#pingStrikes = 0;
    } else if (nowMs - this.#lastPingMs < this.#limits.minPingIntervalMs * PING_TOLERANCE) {
      if (++this.#pingStrikes > this.#limits.maxPingStrikes) {
        throw connectionError(Http2ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings", "maxPingStrikes");
      }
    }
    this.#lastPingMs = nowMs;
  }

  onPingAck(bytes: Uint8Array, start: number): void {
    this.#host.onPong(bytes, start);
  }

  onGoAway(lastId: number, code: number, bytes: Uint8Array, start: number, end: number): void {
    this.onIgnoredFrame();
    this.#host.onPeerGoAway(lastId, code, latin1(bytes, start, Math.min(end, start + DEBUG_KEPT)));
  }

  onIgnoredFrame(): void {
    if (this.#glitches.take()) return;
    const message = "the peer sends too many frames that bring nothing";
    throw connectionError(Http2ErrorCode.ENHANCE_YOUR_CALM, message, "glitchBurst");
  }

  onStreamFault(id: number, code: number, message: string): void {
    const stream = this.#streams.table.get(id);
    if (stream !== undefined) this.#streams.fault(stream, code, message);
    else if (this.#streams.isIdle(id)) throw connectionError(code, message);
    else if (!this.#streams.table.wasReset(id)) this.#streams.faultClosed(id, code);
  }

  /**
   * DATA or HEADERS for a stream that is not there. Frames that were under way when a stream was reset are dropped
   * (RFC 9113 §5.1); after another end they are a fault (§6.1), which a server answers for the stream. A client
   * cannot trust a server that goes on after its own END_STREAM; it gives the benefit of the doubt about streams of
   * which no end is remembered: it may have cancelled very many.
   */
  #onLateFrame(id: number, type: string): void {
    const { table } = this.#streams;
    if (this.#streams.isIdle(id)) throw idle(type, id);
    if (id > this.acceptUpTo || table.wasReset(id)) return;
    if (this.#role === "client") {
      if (!table.wasFinished(id)) return;
      throw connectionError(Http2ErrorCode.STREAM_CLOSED, `the peer sent ${type} on stream ${id}, which has ended`);
    }
    this.#streams.faultClosed(id, Http2ErrorCode.STREAM_CLOSED);
  }
}

function malformed(flaw: string): string {
  return `the peer sent a malformed message: ${flaw}`;
}

/** RFC 9113 §5.1: what may come in a reserved state is little. */
function reserved(frame: string, id: number): Error {
  const message = `the peer sent ${frame} on stream ${id}, which is reserved`;
  return connectionError(Http2ErrorCode.PROTOCOL_ERROR, message);
}

function idle(frame: string, id: number): Error {
  return connectionError(Http2ErrorCode.PROTOCOL_ERROR, `the peer sent ${frame} on stream ${id}, which is not open`);
}
