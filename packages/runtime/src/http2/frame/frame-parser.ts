/** Cuts the incoming bytes into frames (RFC 9113 §4) and checks what each type asks of a frame by itself (§6). */
import type { Http2Counter } from "../counters.js";
import { quote } from "../field.js";
import { latin1 } from "../hpack/latin1.js";
import { connectionError, type Http2Error, Http2ErrorCode } from "../http2-error.js";
import { type Http2Limits, MAX_CONTROL_FRAME_SIZE } from "../limits.js";
import { CLIENT_PREFACE, FRAME_HEADER_SIZE, FrameFlag, FrameType } from "./frame-types.js";

/** Takes the frames, in order. Ranges `bytes[start, end)` are valid during the call. */
export interface FrameTarget {
  /** A DATA frame begins; `length` is what it takes from the windows, padding included. */
  onDataBegin(streamId: number, length: number, padding: number): void;
  /** A part of a DATA frame's payload, as soon as it comes. `endStream` comes with the last part. */
  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void;
  /** A whole header block, CONTINUATIONs included. */
  onHeaderBlock(streamId: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void;
  /** A whole PUSH_PROMISE with its header block; only where the limits enable push. */
  onPushPromise(streamId: number, promisedId: number, bytes: Uint8Array, start: number, end: number): void;
  onResetStream(streamId: number, code: number): void;
  /** The entries are six octets each. */
  onSettings(bytes: Uint8Array, start: number, end: number): void;
  onSettingsAck(): void;
  onPing(bytes: Uint8Array, start: number): void;
  onPingAck(bytes: Uint8Array, start: number): void;
  /** The debug data is `bytes[start, end)`. */
  onGoAway(lastId: number, code: number, bytes: Uint8Array, start: number, end: number): void;
  onWindowUpdate(streamId: number, increment: number): void;
  /** PRIORITY or a frame of unknown type: nothing follows from it. */
  onIgnoredFrame(): void;
  /** A fault of a frame that ends its stream only. */
  onStreamFault(streamId: number, code: number, message: string): void;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** How much of a foreign protocol's first words an error quotes. */
const QUOTED = 64;

export class FrameParser {
  /** Set when nothing that comes may be parsed any more (SECURITY row 25). */
  stopped = false;
  /** True between HEADERS and the last CONTINUATION. */
  inHeaderBlock = false;

  readonly #target: FrameTarget;
  readonly #role: "client" | "server";
  /** Push is a thing of servers, and only if the client wants it (RFC 9113 §6.6, §8.4). */
  readonly #takesPushes: boolean;
  readonly #maxFrameSize: number;
  readonly #maxBlockBytes: number;
  readonly #maxContinuations: number;
  readonly #maxSettingsEntries: number;
  #prefaceSeen: number;
  #settingsSeen = false;
  /** The beginning of a frame whose rest has not come. */
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  /** Of the DATA frame at hand: payload and padding still to come. */
  #dataLeft = 0;
  #paddingLeft = 0;
  #dataEnds = false;
  #inData = false;
  /** Of the header block at hand. */
  #blockStream = 0;
  #blockEnds = false;
  /** The promised stream if the block is that of a PUSH_PROMISE; 0 if it is one of HEADERS. */
  #blockPromises = 0;
  #block: Uint8Array = NO_BYTES;
  #blockLength = 0;
  #continuations = 0;

  constructor(role: "client" | "server", target: FrameTarget, limits: Http2Limits) {
    this.#role = role;
    this.#target = target;
    this.#takesPushes = role === "client" && limits.enablePush;
    this.#maxFrameSize = limits.maxFrameSize;
    this.#maxBlockBytes = limits.maxHeaderBlockBytes;
    this.#maxContinuations = limits.maxContinuations;
    this.#maxSettingsEntries = limits.maxSettingsEntries;
    this.#prefaceSeen = role === "server" ? 0 : CLIENT_PREFACE.length;
  }

  /** True once the peer has sent its preface (RFC 9113 §3.4). */
  get begun(): boolean {
    return this.#settingsSeen;
  }

  /** What came so far of a peer that has not sent its preface, quoted; empty if nothing came. */
  get opening(): string {
    if (this.#settingsSeen || this.#heldLength === 0) return "";
    return quoteLine(this.#held, 0, this.#heldLength);
  }

  /**
   * Parses a chunk, which may begin and end anywhere.
   * @throws Http2Error for a connection error
   */
  parse(chunk: Uint8Array): void {
    let pos = 0;
    const end = chunk.length;
    if (this.#prefaceSeen < CLIENT_PREFACE.length) {
      pos = this.#parsePreface(chunk, end);
      if (this.#prefaceSeen < CLIENT_PREFACE.length) return;
    }
    if (this.#inData) pos = this.#continueData(chunk, pos, end);
    while (this.#heldLength > 0 && pos < end && !this.stopped) {
      pos = this.#fill(chunk, pos, end);
      if (this.#inData) pos = this.#continueData(chunk, pos, end);
    }
    while (end - pos >= FRAME_HEADER_SIZE && !this.stopped) {
      const length = this.#check(chunk, pos);
      const type = chunk[pos + 3]!;
      if (type === FrameType.DATA) {
        const flags = chunk[pos + 4]!;
        if ((flags & FrameFlag.PADDED) !== 0 && length > 0 && end - pos === FRAME_HEADER_SIZE) break;
        pos = this.#continueData(chunk, this.#beginData(chunk, pos, length, flags), end);
        continue;
      }
      const next = pos + FRAME_HEADER_SIZE + length;
      if (next > end) break;
      this.#dispatch(chunk, pos, type, length);
      pos = next;
    }
    if (pos < end && !this.stopped) this.#hold(chunk, pos, end);
  }

  #parsePreface(chunk: Uint8Array, end: number): number {
    let pos = 0;
    while (pos < end && this.#prefaceSeen < CLIENT_PREFACE.length) {
      if (chunk[pos] !== CLIENT_PREFACE[this.#prefaceSeen]) {
        const before = this.#prefaceSeen;
        const line = new Uint8Array(Math.min(QUOTED + 1, before + end - pos));
        for (let i = 0; i < line.length; i++) line[i] = i < before ? CLIENT_PREFACE[i]! : chunk[pos + i - before]!;
        throw notHttp2(`it sent ${quoteLine(line, 0, line.length)}${secondThoughts(line, 0)}`);
      }
      pos++;
      this.#prefaceSeen++;
    }
    return pos;
  }

  /** Checks the frame header at `pos` before anything is kept of the frame. Returns the length of the payload. */
  #check(bytes: Uint8Array, pos: number): number {
    const length = (bytes[pos]! << 16) | (bytes[pos + 1]! << 8) | bytes[pos + 2]!;
    const type = bytes[pos + 3]!;
    if (!this.#settingsSeen) {
      // RFC 9113 §3.4: SETTINGS is the first frame of either side.
      if (type !== FrameType.SETTINGS || (bytes[pos + 4]! & FrameFlag.ACK) !== 0 || length > this.#maxFrameSize) {
        const said = this.#role === "client" ? "it answered" : "it sent";
        throw notHttp2(`${said} ${quoteLine(bytes, pos, bytes.length)}${secondThoughts(bytes, pos)}`);
      }
      this.#settingsSeen = true;
    }
    if (length > this.#maxFrameSize) {
      throw connectionError(
        Http2ErrorCode.FRAME_SIZE_ERROR,
        `the peer sent a frame of ${length} bytes; the limit is ${this.#maxFrameSize}`,
        "maxFrameSize",
      );
    }
    // What is not DATA is held until it is whole (SECURITY row 10).
    if (length > MAX_CONTROL_FRAME_SIZE && type !== FrameType.DATA && !this.#isBlock(type, length)) {
      throw connectionError(
        Http2ErrorCode.FRAME_SIZE_ERROR,
        `the peer sent a frame of type ${type} and ${length} bytes; the limit is ${MAX_CONTROL_FRAME_SIZE}`,
      );
    }
    if (this.inHeaderBlock && type !== FrameType.CONTINUATION) {
      throw protocolError(`a frame of type ${type} stands in the middle of a header block`);
    }
    return length;
  }

  #isBlock(type: number, length: number): boolean {
    return (type === FrameType.HEADERS || type === FrameType.CONTINUATION) && length <= this.#maxBlockBytes;
  }

  /** Keeps what is left of the chunk. A frame's length was checked by then, if its header was there. */
  #hold(chunk: Uint8Array, pos: number, end: number): void {
    const length = end - pos;
    this.#growHeld(length);
    for (let i = 0; i < length; i++) this.#held[i] = chunk[pos + i]!;
    this.#heldLength = length;
  }

  #growHeld(size: number): void {
    if (this.#held.length >= size) return;
    const grown = new Uint8Array(Math.max(64, size));
    grown.set(this.#held.subarray(0, this.#heldLength));
    this.#held = grown;
  }

  /** Completes the held frame from the chunk. Returns the position after what it took. */
  #fill(chunk: Uint8Array, pos: number, end: number): number {
    pos = this.#fillTo(FRAME_HEADER_SIZE, chunk, pos, end);
    if (this.#heldLength < FRAME_HEADER_SIZE) return pos;
    const held = this.#held;
    const length = this.#check(held, 0);
    const type = held[3]!;
    if (type === FrameType.DATA) {
      const flags = held[4]!;
      if ((flags & FrameFlag.PADDED) !== 0 && length > 0) {
        pos = this.#fillTo(FRAME_HEADER_SIZE + 1, chunk, pos, end);
        if (this.#heldLength < FRAME_HEADER_SIZE + 1) return pos;
      }
      this.#heldLength = 0;
      this.#beginData(held, 0, length, flags);
      return pos;
    }
    pos = this.#fillTo(FRAME_HEADER_SIZE + length, chunk, pos, end);
    if (this.#heldLength < FRAME_HEADER_SIZE + length) return pos;
    this.#heldLength = 0;
    this.#dispatch(this.#held, 0, type, length);
    return pos;
  }

  #fillTo(size: number, chunk: Uint8Array, pos: number, end: number): number {
    const count = Math.min(size - this.#heldLength, end - pos);
    if (count <= 0) return pos;
    this.#growHeld(size);
    this.#held.set(chunk.subarray(pos, pos + count), this.#heldLength);
    this.#heldLength += count;
    return pos + count;
  }

  /** Returns where the payload begins. */
  #beginData(bytes: Uint8Array, pos: number, length: number, flags: number): number {
    const id = streamIdAt(bytes, pos + 5);
    if (id === 0) throw protocolError("DATA came on stream 0");
    pos += FRAME_HEADER_SIZE;
    let padding = 0;
    if ((flags & FrameFlag.PADDED) !== 0) {
      if (length === 0) throw connectionError(Http2ErrorCode.FRAME_SIZE_ERROR, "DATA is too short for its padding");
      padding = bytes[pos++]! + 1;
      if (padding > length) throw protocolError("the padding of DATA is longer than the frame");
    }
    this.#inData = true;
    this.#dataLeft = length - padding;
    this.#paddingLeft = padding === 0 ? 0 : padding - 1;
    this.#dataEnds = (flags & FrameFlag.END_STREAM) !== 0;
    this.#target.onDataBegin(id, length, padding);
    if (this.#dataLeft === 0) this.#target.onData(bytes, pos, pos, this.#dataEnds);
    return pos;
  }

  /** Hands on what the chunk has of the DATA frame at hand. Returns the position after it. */
  #continueData(chunk: Uint8Array, pos: number, end: number): number {
    if (this.stopped) return end;
    if (this.#dataLeft > 0) {
      const count = Math.min(this.#dataLeft, end - pos);
      if (count === 0) return pos;
      this.#dataLeft -= count;
      this.#target.onData(chunk, pos, pos + count, this.#dataLeft === 0 && this.#dataEnds);
      pos += count;
    }
    const padding = Math.min(this.#paddingLeft, end - pos);
    this.#paddingLeft -= padding;
    this.#inData = this.#dataLeft > 0 || this.#paddingLeft > 0;
    return pos + padding;
  }

  #dispatch(bytes: Uint8Array, pos: number, type: number, length: number): void {
    const flags = bytes[pos + 4]!;
    const id = streamIdAt(bytes, pos + 5);
    const start = pos + FRAME_HEADER_SIZE;
    const end = start + length;
    switch (type) {
      case FrameType.HEADERS:
        this.#onHeaders(bytes, start, end, flags, id);
        return;
      case FrameType.WINDOW_UPDATE:
        if (length !== 4) throw sizeError("WINDOW_UPDATE", length);
        this.#onWindowUpdate(id, uint32At(bytes, start) & 0x7fffffff);
        return;
      case FrameType.RST_STREAM:
        if (length !== 4) throw sizeError("RST_STREAM", length);
        if (id === 0) throw protocolError("RST_STREAM came on stream 0");
        this.#target.onResetStream(id, uint32At(bytes, start));
        return;
      case FrameType.SETTINGS:
        this.#onSettings(bytes, start, end, flags, id);
        return;
      case FrameType.PING:
        if (length !== 8) throw sizeError("PING", length);
        if (id !== 0) throw protocolError(`PING came on stream ${id}`);
        if ((flags & FrameFlag.ACK) !== 0) this.#target.onPingAck(bytes, start);
        else this.#target.onPing(bytes, start);
        return;
      case FrameType.GOAWAY:
        if (id !== 0) throw protocolError(`GOAWAY came on stream ${id}`);
        if (length < 8) throw sizeError("GOAWAY", length);
        this.#target.onGoAway(streamIdAt(bytes, start), uint32At(bytes, start + 4), bytes, start + 8, end);
        return;
      case FrameType.CONTINUATION:
        this.#onContinuation(bytes, start, end, flags, id);
        return;
      case FrameType.PRIORITY:
        this.#onPriority(bytes, start, length, id);
        return;
      case FrameType.PRIORITY_UPDATE:
        this.#onPriorityUpdate(bytes, start, length, id);
        return;
      case FrameType.PUSH_PROMISE:
        this.#onPushPromise(bytes, start, end, flags, id);
        return;
      default:
        // RFC 9113 §5.5.
        this.#target.onIgnoredFrame();
    }
  }

  #onHeaders(bytes: Uint8Array, start: number, end: number, flags: number, id: number): void {
    if (id === 0) throw protocolError("HEADERS came on stream 0");
    if ((flags & FrameFlag.PADDED) !== 0) {
      if (start === end) throw sizeError("HEADERS", 0);
      const padding = bytes[start++]!;
      if (padding > end - start) throw protocolError("the padding of HEADERS is longer than the frame");
      end -= padding;
    }
    let fault = false;
    if ((flags & FrameFlag.PRIORITY) !== 0) {
      if (end - start < 5) throw sizeError("HEADERS", end - start);
      fault = streamIdAt(bytes, start) === id;
      start += 5;
    }
    const endStream = (flags & FrameFlag.END_STREAM) !== 0;
    if ((flags & FrameFlag.END_HEADERS) !== 0) {
      this.#target.onHeaderBlock(id, bytes, start, end, endStream);
    } else {
      this.#beginBlock(bytes, start, end, id, endStream, 0);
    }
    if (fault) this.#selfDependency(id);
  }

  /** RFC 9113 §6.6. */
  #onPushPromise(bytes: Uint8Array, start: number, end: number, flags: number, id: number): void {
    if (!this.#takesPushes) {
      const message = "the peer broke the protocol: it tried to push";
      throw connectionError(Http2ErrorCode.PROTOCOL_ERROR, message, "unwantedPushes");
    }
    if (id === 0) throw protocolError("PUSH_PROMISE came on stream 0");
    if ((flags & FrameFlag.PADDED) !== 0) {
      if (start === end) throw sizeError("PUSH_PROMISE", 0);
      const padding = bytes[start++]!;
      if (padding > end - start) throw protocolError("the padding of PUSH_PROMISE is longer than the frame");
      end -= padding;
    }
    if (end - start < 4) throw sizeError("PUSH_PROMISE", end - start);
    const promisedId = streamIdAt(bytes, start);
    if (promisedId === 0) throw protocolError("PUSH_PROMISE promises stream 0");
    start += 4;
    if ((flags & FrameFlag.END_HEADERS) !== 0) this.#target.onPushPromise(id, promisedId, bytes, start, end);
    else this.#beginBlock(bytes, start, end, id, false, promisedId);
  }

  #beginBlock(bytes: Uint8Array, start: number, end: number, id: number, endStream: boolean, promisedId: number): void {
    this.inHeaderBlock = true;
    this.#blockStream = id;
    this.#blockEnds = endStream;
    this.#blockPromises = promisedId;
    this.#blockLength = 0;
    this.#continuations = 0;
    this.#appendBlock(bytes, start, end);
  }

  #onContinuation(bytes: Uint8Array, start: number, end: number, flags: number, id: number): void {
    if (!this.inHeaderBlock) throw protocolError("CONTINUATION came without HEADERS");
    if (id !== this.#blockStream) throw protocolError("CONTINUATION came on another stream than its HEADERS");
    // Frames are counted as well as bytes: empty ones never reach a limit in bytes (SECURITY row 10).
    if (++this.#continuations > this.#maxContinuations) {
      const message = `the peer sent a header section in more than ${this.#maxContinuations} CONTINUATION frames`;
      throw calm(message, "maxContinuations");
    }
    this.#appendBlock(bytes, start, end);
    if ((flags & FrameFlag.END_HEADERS) === 0) return;
    this.inHeaderBlock = false;
    const block = this.#block;
    const length = this.#blockLength;
    this.#block = NO_BYTES;
    this.#blockLength = 0;
    if (this.#blockPromises > 0) this.#target.onPushPromise(id, this.#blockPromises, block, 0, length);
    else this.#target.onHeaderBlock(id, block, 0, length, this.#blockEnds);
  }

  #appendBlock(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#blockLength + end - start;
    if (length > this.#maxBlockBytes) {
      throw calm(`the peer sent a header block of more than ${this.#maxBlockBytes} bytes`, "maxHeaderBlockBytes");
    }
    if (length > this.#block.length) {
      const grown = new Uint8Array(Math.min(this.#maxBlockBytes, Math.max(length, 2 * this.#block.length)));
      grown.set(this.#block.subarray(0, this.#blockLength));
      this.#block = grown;
    }
    this.#block.set(bytes.subarray(start, end), this.#blockLength);
    this.#blockLength = length;
  }

  #onWindowUpdate(id: number, increment: number): void {
    if (increment > 0) {
      this.#target.onWindowUpdate(id, increment);
      return;
    }
    if (id === 0) throw protocolError("WINDOW_UPDATE of the connection by 0");
    this.#target.onStreamFault(id, Http2ErrorCode.PROTOCOL_ERROR, "the peer sent WINDOW_UPDATE by 0");
  }

  #onSettings(bytes: Uint8Array, start: number, end: number, flags: number, id: number): void {
    if (id !== 0) throw protocolError(`SETTINGS came on stream ${id}`);
    const length = end - start;
    if ((flags & FrameFlag.ACK) !== 0) {
      if (length !== 0) throw sizeError("SETTINGS with ACK", length);
      this.#target.onSettingsAck();
      return;
    }
    if (length % 6 !== 0) throw sizeError("SETTINGS", length);
    if (length / 6 > this.#maxSettingsEntries) {
      const message = `the peer sent ${length / 6} settings in one frame; the limit is ${this.#maxSettingsEntries}`;
      throw calm(message, "maxSettingsEntries");
    }
    this.#target.onSettings(bytes, start, end);
  }

  /** RFC 9113 §5.3.2, §6.3: priorities are ignored, but not their faults. */
  #onPriority(bytes: Uint8Array, start: number, length: number, id: number): void {
    if (id === 0) throw protocolError("PRIORITY came on stream 0");
    if (length !== 5) {
      this.#target.onStreamFault(id, Http2ErrorCode.FRAME_SIZE_ERROR, `the peer sent PRIORITY of ${length} bytes`);
    } else if (streamIdAt(bytes, start) === id) {
      this.#selfDependency(id);
    } else {
      this.#target.onIgnoredFrame();
    }
  }

  /** RFC 9218 §7.1: a hint, which streams that take turns have no use for; its faults are faults all the same. */
  #onPriorityUpdate(bytes: Uint8Array, start: number, length: number, id: number): void {
    if (this.#role === "client") throw protocolError("a server sent PRIORITY_UPDATE");
    if (id !== 0) throw protocolError(`PRIORITY_UPDATE came on stream ${id}`);
    if (length < 4) throw sizeError("PRIORITY_UPDATE", length);
    if (streamIdAt(bytes, start) === 0) throw protocolError("PRIORITY_UPDATE for stream 0");
    this.#target.onIgnoredFrame();
  }

  #selfDependency(id: number): void {
    const message = "the peer made a stream depend on itself";
    this.#target.onStreamFault(id, Http2ErrorCode.PROTOCOL_ERROR, message);
  }
}

function streamIdAt(bytes: Uint8Array, pos: number): number {
  return ((bytes[pos]! & 0x7f) << 24) | (bytes[pos + 1]! << 16) | (bytes[pos + 2]! << 8) | bytes[pos + 3]!;
}

function uint32At(bytes: Uint8Array, pos: number): number {
  return ((bytes[pos]! << 24) | (bytes[pos + 1]! << 16) | (bytes[pos + 2]! << 8) | bytes[pos + 3]!) >>> 0;
}

function protocolError(message: string): Http2Error {
  return connectionError(Http2ErrorCode.PROTOCOL_ERROR, `the peer broke the protocol: ${message}`);
}

function sizeError(frame: string, length: number): Http2Error {
  return connectionError(Http2ErrorCode.FRAME_SIZE_ERROR, `the peer sent ${frame} of ${length} bytes`);
}

function calm(message: string, counter: Http2Counter): Http2Error {
  return connectionError(Http2ErrorCode.ENHANCE_YOUR_CALM, message, counter);
}

function notHttp2(detail: string): Http2Error {
  return connectionError(Http2ErrorCode.PROTOCOL_ERROR, `the peer does not speak HTTP/2: ${detail}`);
}

/** The first line of what a peer said, for people to recognise it by. */
function quoteLine(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop < end && stop - start <= QUOTED && bytes[stop] !== 0x0d && bytes[stop] !== 0x0a) stop++;
  return quote(latin1(bytes, start, stop));
}

/** A TLS record where HTTP/2 should be is the commonest mistake of configuration. */
function secondThoughts(bytes: Uint8Array, pos: number): string {
  const isTls = bytes[pos]! >= 0x14 && bytes[pos]! <= 0x17 && bytes[pos + 1] === 0x03;
  return isTls ? ", which is TLS" : "";
}
