/** The outgoing half of a connection: frames of streams, in the order and the amount that flow control allows. */
import type { ByteWriter } from "../base/byte-writer.js";
import type { Counting } from "./counters.js";
import { DEFAULT_MAX_FRAME_SIZE, DEFAULT_WINDOW, FrameFlag, FrameType, MAX_WINDOW } from "./frame/frame-types.js";
import { writeFrameHeader, writeRstStream, writeUint32 } from "./frame/frame-writer.js";
import { HpackEncoder } from "./hpack/encoder.js";
import type { HttpFields } from "./http-types.js";
import { misuse } from "./http2-error.js";
import type { Http2Limits } from "./limits.js";
import { Outbox } from "./outbox.js";
import { SendQueue } from "./stream/send-queue.js";
import type { Http2Stream } from "./stream/stream.js";
import { StreamList } from "./stream/stream-list.js";
import { localOpen, nextState, StreamEvent, StreamState } from "./stream/stream-state.js";

/** Payloads from this size on go by reference: copying fewer bytes costs less than one more segment to write. */
export const REFERENCE_MIN = 4096;

/** Up to here a loop copies a finished block faster than a call does. */
const SHORT_BLOCK = 48;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** What the outgoing half tells its connection. */
export interface OutgoingHost {
  /** END_STREAM is in the outbox. */
  onLocalEnd(stream: Http2Stream): void;
  /** There are bytes to take. */
  onDirty(): void;
}

export class Outgoing {
  readonly outbox: Outbox = new Outbox();
  readonly encoder: HpackEncoder = new HpackEncoder();
  /** What the peer lets the connection send (RFC 9113 §5.2). */
  connectionWindow: number = DEFAULT_WINDOW;
  /** The peer's SETTINGS_MAX_FRAME_SIZE. */
  maxFrameSize: number = DEFAULT_MAX_FRAME_SIZE;
  /** How often bytes were taken. */
  takes = 0;
  /** True if HEADERS or DATA were written since the peer's last PING. */
  sentSincePing = false;

  readonly #host: OutgoingHost;
  readonly #counting: Counting;
  readonly #queueBytes: number;
  readonly #outboxBytes: number;
  readonly #takeBytes: number;
  /** Streams that have something to send and may. */
  readonly #ready: StreamList = new StreamList();
  /** Streams that would be ready but for the connection's window. */
  readonly #blocked: StreamList = new StreamList();
  /** Streams whose senders wait for the outbox to be taken. */
  #waiters: Http2Stream[] = [];
  /** Streams whose queue has fallen below half while frames were made. */
  #relieved: Http2Stream[] = [];
  #bodyStart = 0;
  #bodyStream: Http2Stream | undefined = undefined;

  constructor(host: OutgoingHost, limits: Http2Limits, counting: Counting) {
    this.#host = host;
    this.#counting = counting;
    this.#queueBytes = limits.streamQueueBytes;
    this.#outboxBytes = limits.outboxBytes;
    this.#takeBytes = limits.takeBytes;
  }

  /** True if {@link Outgoing.take} would give something. */
  get pending(): boolean {
    return this.#ready.first !== undefined || this.outbox.bytes > 0;
  }

  sendHead(stream: Http2Stream, fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    if (!localOpen(stream.state) || stream.endQueued) return;
    if (stream.queue?.first !== undefined) {
      if (endStream) stream.endQueued = true;
      stream.queue.pushHead(fields, extra);
      return;
    }
    this.#writeHead(stream, fields, extra, endStream);
    this.#host.onDirty();
  }

  beginData(stream: Http2Stream): ByteWriter {
    if (this.#bodyStream !== undefined) throw misuse("beginData was called while another piece of body was not ended");
    const { outbox } = this;
    outbox.reserveBody();
    const { writer } = outbox;
    this.#bodyStream = stream;
    this.#bodyStart = writer.pos;
    writer.pos += 9;
    return writer;
  }

  abortData(stream: Http2Stream): void {
    if (this.#bodyStream !== stream) throw misuse("abortData was called without beginData");
    this.#bodyStream = undefined;
    this.outbox.settle(0);
    this.outbox.writer.pos = this.#bodyStart;
  }

  commitData(stream: Http2Stream, endStream: boolean): boolean {
    if (this.#bodyStream !== stream) throw misuse("commitData was called without beginData");
    this.#bodyStream = undefined;
    const { outbox } = this;
    const { writer } = outbox;
    const start = this.#bodyStart;
    const length = writer.pos - start - 9;
    outbox.settle(length);
    if (!localOpen(stream.state) || stream.endQueued) {
      writer.pos = start;
      return true;
    }
    if (!stream.headSent) {
      writer.pos = start;
      throw misuse("body was sent before the header section");
    }
    if (this.#fits(stream, length, outbox.bytes - length - 9)) {
      writeFrameHeader(writer.buf, start, length, FrameType.DATA, endStream ? FrameFlag.END_STREAM : 0, stream.id);
      this.#sent(stream, length, endStream);
      return this.#accept(stream);
    }
    stream.queue ??= new SendQueue();
    if (length >= REFERENCE_MIN && outbox.grown) {
      const end = writer.pos;
      stream.queue.pushReference(outbox.detach(start), start + 9, end);
    } else {
      if (length > 0) stream.queue.pushCopy(writer.buf, start + 9, start + 9 + length);
      writer.pos = start;
    }
    return this.#queued(stream, endStream);
  }

  sendData(stream: Http2Stream, bytes: Uint8Array, endStream: boolean): boolean {
    if (!localOpen(stream.state) || stream.endQueued) return true;
    if (!stream.headSent) throw misuse("body was sent before the header section");
    const { outbox } = this;
    const { length } = bytes;
    if (length < REFERENCE_MIN && this.#fits(stream, length, outbox.bytes)) {
      outbox.reserve(9 + length);
      const { writer } = outbox;
      const flags = endStream ? FrameFlag.END_STREAM : 0;
      const pos = writeFrameHeader(writer.buf, writer.pos, length, FrameType.DATA, flags, stream.id);
      writer.buf.set(bytes, pos);
      writer.pos = pos + length;
      this.#sent(stream, length, endStream);
      return this.#accept(stream);
    }
    stream.queue ??= new SendQueue();
    if (length > 0) stream.queue.pushReference(bytes, 0, length);
    return this.#queued(stream, endStream);
  }

  /** Writes RST_STREAM; what waits in the stream is dropped. */
  sendReset(stream: Http2Stream, code: number): void {
    this.drop(stream);
    this.writeReset(stream.id, code);
  }

  /** Writes RST_STREAM for a stream that is not, or no longer, in the table. */
  writeReset(id: number, code: number): void {
    const { outbox } = this;
    outbox.reserve(13);
    const { writer } = outbox;
    writer.pos = writeRstStream(writer.buf, writer.pos, id, code);
    this.#host.onDirty();
  }

  /** Forgets what waits in a stream. */
  drop(stream: Http2Stream): void {
    stream.queue = undefined;
    stream.waiting = false;
    stream.links?.remove(stream);
  }

  /**
   * The stream's window has changed by `delta`. Returns false if it is over 2^31 - 1 now (RFC 9113 §6.9.1).
   */
  addStreamWindow(stream: Http2Stream, delta: number): boolean {
    const window = stream.sendWindow + delta;
    if (window > MAX_WINDOW) return false;
    stream.sendWindow = window;
    if (delta > 0) stream.stalledSinceMs = 0;
    const item = stream.queue?.first;
    if (item === undefined) return true;
    if (window > 0) {
      this.#makeReady(stream);
      if (this.#ready.first !== undefined) this.#host.onDirty();
    } else if (item.end > item.start) {
      stream.links?.remove(stream);
    }
    return true;
  }

  /** The connection's window has grown. Returns false if it is over 2^31 - 1 now. */
  addConnectionWindow(increment: number): boolean {
    const window = this.connectionWindow + increment;
    if (window > MAX_WINDOW) return false;
    this.connectionWindow = window;
    if (this.#blocked.first !== undefined) {
      for (let stream = this.#blocked.first; stream !== undefined; stream = this.#blocked.first) {
        this.#blocked.remove(stream);
        stream.stalledSinceMs = 0;
        this.#ready.push(stream);
      }
      this.#host.onDirty();
    }
    return true;
  }

  /** Makes frames of what waits, each stream one at a time, and hands out all that is to be written now. */
  take(): Uint8Array[] {
    this.takes++;
    let budget = this.#takeBytes;
    while (budget > 0) {
      const stream = this.#ready.first;
      if (stream === undefined) break;
      budget -= this.#advance(stream);
    }
    if (this.connectionWindow === 0) this.#parkReady();
    return this.outbox.take();
  }

  /** The connection's window is used up: what is ready is only what needs none. */
  #parkReady(): void {
    for (let stream = this.#ready.first; stream !== undefined; ) {
      const next: Http2Stream | undefined = stream.nextLinked;
      const item = stream.queue!.first!;
      if (item.end > item.start) {
        this.#ready.remove(stream);
        this.#blocked.push(stream);
      }
      stream = next;
    }
  }

  /** After {@link Outgoing.take}: tells senders that there is room again. */
  notifyWritable(): void {
    if (this.#relieved.length > 0) {
      const list = this.#relieved;
      this.#relieved = [];
      for (let i = 0; i < list.length; i++) this.#notify(list[i]!);
    }
    if (this.#waiters.length > 0) {
      const list = this.#waiters;
      this.#waiters = [];
      for (let i = 0; i < list.length; i++) this.#notify(list[i]!);
    }
  }

  #notify(stream: Http2Stream): void {
    if (!stream.waiting || stream.state === StreamState.CLOSED) return;
    if (stream.queue !== undefined && stream.queue.cost > this.#queueBytes) return;
    stream.waiting = false;
    stream.sink.onWritable();
  }

  /** True if a body of `length` bytes may go straight behind the `queued` bytes in the outbox. */
  #fits(stream: Http2Stream, length: number, queued: number): boolean {
    if (stream.queue?.first !== undefined || queued > this.#outboxBytes) return false;
    if (length === 0) return true;
    return (
      length <= this.maxFrameSize &&
      length <= stream.sendWindow &&
      length <= this.connectionWindow &&
      this.#blocked.first === undefined
    );
  }

  #sent(stream: Http2Stream, length: number, endStream: boolean): void {
    stream.sendWindow -= length;
    this.connectionWindow -= length;
    this.sentSincePing = true;
    if (endStream) this.#host.onLocalEnd(stream);
    this.#host.onDirty();
  }

  #accept(stream: Http2Stream): boolean {
    if (this.outbox.bytes <= this.#outboxBytes || !localOpen(stream.state)) return true;
    if (!stream.waiting) {
      stream.waiting = true;
      this.#waiters.push(stream);
    }
    return false;
  }

  #queued(stream: Http2Stream, endStream: boolean): boolean {
    const queue = stream.queue!;
    if (endStream) stream.endQueued = true;
    if (queue.first === undefined) {
      // An empty piece that ends the stream, held up by a full outbox only.
      if (endStream) queue.pushReference(NO_BYTES, 0, 0);
      else return this.#accept(stream);
    }
    this.#makeReady(stream);
    if (this.#ready.first !== undefined) this.#host.onDirty();
    if (queue.cost > this.#queueBytes) {
      stream.waiting = true;
      this.#counting.count("streamQueueBytes");
      return false;
    }
    return this.#accept(stream);
  }

  #makeReady(stream: Http2Stream): void {
    if (stream.links !== undefined) return;
    const item = stream.queue!.first!;
    if (item.end === item.start) this.#ready.push(stream);
    else if (stream.sendWindow > 0) (this.connectionWindow > 0 ? this.#ready : this.#blocked).push(stream);
  }

  /** Sends one frame of the first ready stream. Returns the bytes that went. */
  #advance(stream: Http2Stream): number {
    const queue = stream.queue!;
    const item = queue.first!;
    this.#ready.remove(stream);
    if (item.fields !== undefined) {
      queue.shift();
      this.#writeHead(stream, item.fields, item.extra, stream.endQueued && queue.first === undefined);
      this.#advanced(stream, queue);
      return 9;
    }
    const available = item.end - item.start;
    const length = Math.min(available, this.maxFrameSize, Math.max(0, stream.sendWindow), this.connectionWindow);
    if (length === 0 && available > 0) {
      if (this.connectionWindow === 0) this.#blocked.push(stream);
      return 0;
    }
    const last = length === available;
    const { bytes, start } = item;
    if (last) queue.shift();
    else queue.advance(length);
    const endStream = stream.endQueued && queue.first === undefined;
    this.#writeData(stream.id, bytes, start, start + length, endStream);
    this.#sent(stream, length, endStream);
    stream.stalledSinceMs = 0;
    this.#advanced(stream, queue);
    return length + 9;
  }

  #advanced(stream: Http2Stream, queue: SendQueue): void {
    if (queue.first !== undefined) this.#makeReady(stream);
    if (stream.waiting && queue.cost <= this.#queueBytes >>> 1) this.#relieved.push(stream);
  }

  #writeData(id: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    const { outbox } = this;
    const { writer } = outbox;
    const length = end - start;
    const flags = endStream ? FrameFlag.END_STREAM : 0;
    // This holds for the queue's own blocks, too: they are written on behind what is sent here, but never over it.
    if (length >= REFERENCE_MIN) {
      outbox.reserve(9);
      writer.pos = writeFrameHeader(writer.buf, writer.pos, length, FrameType.DATA, flags, id);
      outbox.append(bytes, start, end);
      return;
    }
    outbox.reserve(9 + length);
    const pos = writeFrameHeader(writer.buf, writer.pos, length, FrameType.DATA, flags, id);
    writer.buf.set(bytes.subarray(start, end), pos);
    writer.pos = pos + length;
  }

  #writeHead(stream: Http2Stream, fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void {
    const { outbox, encoder } = this;
    const { writer } = outbox;
    const flags = endStream ? FrameFlag.END_STREAM | FrameFlag.END_HEADERS : FrameFlag.END_HEADERS;
    const block = extra === undefined ? encoder.finished(fields) : undefined;
    if (block !== undefined && block.length <= SHORT_BLOCK) {
      const { length } = block;
      outbox.reserve(9 + length);
      const { buf } = writer;
      const pos = writeFrameHeader(buf, writer.pos, length, FrameType.HEADERS, flags, stream.id);
      for (let i = 0; i < length; i++) buf[pos + i] = block[i]!;
      writer.pos = pos + length;
    } else {
      this.#encodeHead(stream.id, fields, extra, flags);
    }
    stream.headSent = true;
    if (stream.state === StreamState.RESERVED_LOCAL) stream.state = nextState(stream.state, StreamEvent.HEADERS);
    this.sentSincePing = true;
    if (endStream) this.#host.onLocalEnd(stream);
  }

  /** Writes PUSH_PROMISE on a stream that is open for this side. */
  sendPromise(id: number, promisedId: number, fields: HttpFields, extra: HttpFields | undefined): void {
    this.#encodeHead(id, fields, extra, FrameFlag.END_HEADERS, promisedId);
    this.#host.onDirty();
  }

  /** HEADERS, or PUSH_PROMISE if there is a `promisedId`. */
  #encodeHead(
    id: number,
    fields: HttpFields,
    extra: HttpFields | undefined,
    flags: number,
    promisedId: number = 0,
  ): void {
    const { outbox, encoder } = this;
    outbox.reserve(13 + encoder.bound(fields, extra));
    const { writer } = outbox;
    const start = writer.pos;
    writer.pos = promisedId === 0 ? start + 9 : writeUint32(writer.buf, start + 9, promisedId);
    try {
      encoder.write(fields, extra, writer);
    } catch (error) {
      writer.pos = start;
      throw error;
    }
    const length = writer.pos - start - 9;
    const type = promisedId === 0 ? FrameType.HEADERS : FrameType.PUSH_PROMISE;
    if (length <= this.maxFrameSize) writeFrameHeader(writer.buf, start, length, type, flags, id);
    else this.#splitHead(type, id, start, length, flags);
  }

  /** RFC 9113 §6.10: a block that is too long for one frame goes on in CONTINUATION frames, right behind. */
  #splitHead(first: number, id: number, start: number, length: number, flags: number): void {
    const { outbox, maxFrameSize } = this;
    const { writer } = outbox;
    const block = writer.buf.slice(start + 9, start + 9 + length);
    writer.pos = start;
    outbox.reserve(length + 9 * Math.ceil(length / maxFrameSize));
    let type = first;
    for (let at = 0; at < length; at += maxFrameSize) {
      const part = Math.min(maxFrameSize, length - at);
      const partFlags =
        type === first ? flags & ~FrameFlag.END_HEADERS : at + part === length ? FrameFlag.END_HEADERS : 0;
      const pos = writeFrameHeader(writer.buf, writer.pos, part, type, partFlags, id);
      writer.buf.set(block.subarray(at, at + part), pos);
      writer.pos = pos + part;
      type = FrameType.CONTINUATION;
    }
  }
}
