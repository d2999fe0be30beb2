import { allocateUnset } from "../base/allocate.js";
import { ByteWriter } from "../base/byte-writer.js";
import { Code } from "./code.js";
import { type Compression, InflatedTooLarge } from "./compression.js";
import { COMPRESSED, ENVELOPE_BYTES, writeEnvelopePrefix } from "./envelope.js";
import { INTERNAL_ERROR } from "./http-code.js";
import type { HttpFailure, HttpHead, HttpSink, HttpStream } from "./http-types.js";
import { isPlain, noteCompressed } from "./message-compression.js";
import type { MessageFormat } from "./message-format.js";
import type { MessageTracer } from "./observer.js";

/** An envelope that is cut across DATA frames: its prefix, then its body. Few streams have one at a time. */
class PartialEnvelope {
  prefixBytes = 0;
  flags = 0;
  length = 0;
  /** Undefined until the prefix is whole. */
  body: Uint8Array | undefined = undefined;
  /** How much of the body is here. */
  count = 0;
  /** Of these, the bytes for which window was given already. */
  prefetched = 0;
}

/**
 * Messages over an HTTP stream: envelopes cut and joined, messages encoded and decoded, compressed and inflated in
 * order, limits kept and flow-control credit given back. Both sides of gRPC extend it with what heads and trailers mean.
 *
 * The usual message lies whole in one DATA frame and is decoded where it lies. Only what is cut across frames is
 * collected, and only what must be inflated by another thread makes what follows wait.
 */
export abstract class MessageStream implements HttpSink {
  readonly stream: HttpStream;
  private readonly inboundType: MessageFormat;
  private readonly outboundType: MessageFormat;
  private readonly maxReceiveBytes: number;
  /** How received messages with the compressed flag are encoded; the head says. */
  protected inboundCompression: Compression | undefined = undefined;
  /** How sent messages are encoded. */
  protected outboundCompression: Compression | undefined = undefined;
  /** True once nothing that comes matters any more. */
  protected closed = false;
  /** Who is shown each message; usually nobody. */
  tracer: MessageTracer | undefined = undefined;

  private partial: PartialEnvelope | undefined = undefined;

  /** Body bytes received and not yet given back as window. */
  private owedBytes = 0;
  private paused = false;
  /** What waits for an inflation, or a deflation, to finish; undefined when none is under way. */
  private inboundWaiting: (() => void)[] | undefined = undefined;
  private outboundWaiting: (() => void)[] | undefined = undefined;

  constructor(stream: HttpStream, inbound: MessageFormat, outbound: MessageFormat, maxReceiveBytes: number) {
    this.stream = stream;
    this.inboundType = inbound;
    this.outboundType = outbound;
    this.maxReceiveBytes = maxReceiveBytes;
  }

  abstract onHead(head: HttpHead, endStream: boolean): void;
  abstract onTrailers(head: HttpHead): void;
  abstract onFailure(failure: HttpFailure): void;
  abstract onWritable(): void;

  /** A message and its size on the wire. False withholds credit until {@link MessageStream.resume}. */
  protected abstract onMessage(message: unknown, size: number): boolean;
  /** The peer's last DATA frame came, and all its messages were handed on. */
  protected abstract onEndOfData(): void;
  /** What came can't be read. The stream is closed already as far as this class is concerned. */
  protected abstract onUnreadable(code: Code, message: string): void;

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (this.closed) return;
    if (this.inboundWaiting !== undefined) {
      const copy = bytes.slice(start, end);
      this.inboundWaiting.push(() => this.onData(copy, 0, copy.length, endStream));
      return;
    }
    this.owedBytes += end - start;
    this.cut(bytes, start, end);
    if (this.closed) return;
    if (endStream) {
      if (this.inflating) this.afterInflating(() => this.endOfData());
      else this.endOfData();
    } else if (!this.paused && this.inboundWaiting === undefined) {
      this.giveCredit();
    }
  }

  /** Gives back the credit that was withheld and goes on giving it. */
  resume(): void {
    this.paused = false;
    if (!this.closed && this.inboundWaiting === undefined) this.giveCredit();
  }

  /** True while what comes has to wait for an inflation; {@link MessageStream.afterInflating} then. */
  protected get inflating(): boolean {
    return this.inboundWaiting !== undefined;
  }

  /** Runs `action` once every message that came so far was handed on. Only while {@link MessageStream.inflating}. */
  protected afterInflating(action: () => void): void {
    this.inboundWaiting?.push(action);
  }

  /** True while what is sent has to wait for a deflation; {@link MessageStream.afterDeflating} then. */
  protected get deflating(): boolean {
    return this.outboundWaiting !== undefined;
  }

  /** Runs `action` once every message sent so far is on its way. Only while {@link MessageStream.deflating}. */
  protected afterDeflating(action: () => void): void {
    this.outboundWaiting?.push(action);
  }

  /** Runs `action` once all that was sent is on its way, or never will be. */
  whenSent(action: () => void): void {
    if (this.outboundWaiting === undefined) action();
    else sentListeners.set(this, [...(sentListeners.get(this) ?? []), action]);
  }

  private notifySent(): void {
    const actions = sentListeners.get(this);
    if (actions === undefined) return;
    sentListeners.delete(this);
    for (const action of actions) action();
  }

  /**
   * Sends a message; false asks to wait for `onWritable`.
   * @throws ProtobufError if `message` can't be encoded
   */
  protected sendMessage(message: unknown, endStream: boolean): boolean {
    if (this.outboundCompression !== undefined) return this.sendCompressed(message, endStream);
    const stream = this.stream;
    const writer = stream.beginData();
    writer.reserve(ENVELOPE_BYTES);
    const start = writer.pos;
    writer.pos = start + ENVELOPE_BYTES;
    try {
      this.outboundType.writeTo(writer, message);
    } catch (error) {
      stream.abortData();
      throw error;
    }
    writeEnvelopePrefix(writer.buf, start, 0, writer.pos - start - ENVELOPE_BYTES);
    if (this.tracer !== undefined) {
      this.traceSent(this.tracer, writer.buf, start + ENVELOPE_BYTES, writer.pos, undefined, endStream);
    }
    return stream.commitData(endStream);
  }

  private traceSent(
    tracer: MessageTracer,
    bytes: Uint8Array,
    start: number,
    end: number,
    compressedBytes: number | undefined,
    last: boolean,
  ): void {
    tracer.onMessageSent?.(bytes, start, end, compressedBytes);
    if (last) tracer.onHalfClose?.();
  }

  /** True while a message has begun and its end has not come. */
  protected get inMessage(): boolean {
    return this.partial !== undefined;
  }

  private endOfData(): void {
    if (this.closed) return;
    if (this.inMessage) {
      this.unreadable(Code.Internal, ENDED_IN_MESSAGE);
      return;
    }
    this.onEndOfData();
  }

  private giveCredit(): void {
    let bytes = this.owedBytes;
    if (bytes === 0) return;
    this.owedBytes = 0;
    const { partial } = this;
    if (partial !== undefined && this.stream.prefetch !== undefined) {
      // Half a message is not read yet: its bytes stay with those that the connection bounds.
      const kept = partial.count - partial.prefetched;
      partial.prefetched = partial.count;
      bytes -= kept;
      if (kept > 0) this.stream.prefetch(kept);
    }
    if (bytes > 0) this.stream.consume(bytes);
  }

  protected unreadable(code: Code, message: string): void {
    this.closed = true;
    this.partial = undefined;
    this.onUnreadable(code, message);
  }

  /** Cuts envelopes out of `bytes[start, end)`. */
  private cut(bytes: Uint8Array, start: number, end: number): void {
    while (start < end) {
      const { partial } = this;
      if (partial?.body !== undefined) {
        start = this.collect(partial, partial.body, bytes, start, end);
      } else if (partial === undefined && end - start >= ENVELOPE_BYTES) {
        const length =
          ((bytes[start + 1] << 24) | (bytes[start + 2] << 16) | (bytes[start + 3] << 8) | bytes[start + 4]) >>> 0;
        const flags = bytes[start];
        start += ENVELOPE_BYTES;
        if (length <= end - start && length <= this.maxReceiveBytes) {
          this.deliver(flags, bytes, start, start + length, false);
          start += length;
        } else {
          this.begin(flags, length, end - start);
        }
      } else {
        start = this.collectPrefix(bytes, start, end);
      }
      if (this.closed) return;
      if (this.inboundWaiting !== undefined && start < end) {
        // What is left will be counted again when it is taken up.
        this.owedBytes -= end - start;
        const copy = bytes.slice(start, end);
        this.inboundWaiting.push(() => this.onData(copy, 0, copy.length, false));
        return;
      }
    }
  }

  private collectPrefix(bytes: Uint8Array, start: number, end: number): number {
    this.partial ??= new PartialEnvelope();
    const { partial } = this;
    while (start < end && partial.prefixBytes < ENVELOPE_BYTES) {
      const byte = bytes[start++];
      if (partial.prefixBytes === 0) partial.flags = byte;
      else partial.length = ((partial.length << 8) | byte) >>> 0;
      partial.prefixBytes++;
    }
    if (partial.prefixBytes === ENVELOPE_BYTES) this.begin(partial.flags, partial.length, end - start);
    return start;
  }

  /** Begins an envelope of which `here` bytes are here; its size is judged before anything is kept. */
  private begin(flags: number, length: number, here: number): void {
    if (length > this.maxReceiveBytes) {
      this.unreadable(
        Code.ResourceExhausted,
        `a message of ${length} bytes was received, over the limit of ${this.maxReceiveBytes}: raise maxReceiveBytes if it is meant to be that large`,
      );
      return;
    }
    if (length === 0) {
      this.partial = undefined;
      this.deliver(flags, EMPTY, 0, 0, false);
      return;
    }
    this.partial ??= new PartialEnvelope();
    const { partial } = this;
    partial.flags = flags;
    partial.length = length;
    // What the peer announces is not believed beyond this: the buffer grows with what really comes.
    partial.body = allocateUnset(Math.min(length, Math.max(FIRST_PARTIAL_BYTES, here * PARTIAL_GROWTH)));
  }

  private collect(partial: PartialEnvelope, kept: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
    let body = kept;
    const take = Math.min(end - start, partial.length - partial.count);
    const needed = partial.count + take;
    if (needed > body.length) {
      const grown = allocateUnset(Math.min(partial.length, Math.max(needed, body.length * PARTIAL_GROWTH)));
      grown.set(body.subarray(0, partial.count));
      partial.body = body = grown;
    }
    body.set(take === bytes.length ? bytes : bytes.subarray(start, start + take), partial.count);
    partial.count = needed;
    if (needed === partial.length) {
      this.partial = undefined;
      this.owedBytes += partial.prefetched;
      this.deliver(partial.flags, body, 0, needed, true);
    }
    return start + take;
  }

  /** @param owned nobody else has the bytes, now or later */
  private deliver(flags: number, bytes: Uint8Array, start: number, end: number, owned: boolean): void {
    if (flags === 0) this.decode(bytes, start, end, end - start + ENVELOPE_BYTES, false, owned);
    else if (flags === COMPRESSED) this.inflate(bytes.slice(start, end));
    else this.onOtherEnvelope(flags, bytes, start, end);
  }

  /** An envelope that is no message; protocols that have such override it. */
  protected onOtherEnvelope(flags: number, _bytes: Uint8Array, _start: number, _end: number): void {
    this.unreadable(Code.Internal, `a message has the unknown flags 0x${flags.toString(16).padStart(2, "0")}`);
  }

  private decode(
    bytes: Uint8Array,
    start: number,
    end: number,
    size: number,
    compressed: boolean,
    owned: boolean,
  ): void {
    this.tracer?.onMessageReceived?.(bytes, start, end, compressed ? size - ENVELOPE_BYTES : undefined);
    let message: unknown;
    try {
      message = this.inboundType.readFrom(bytes, start, end, owned);
    } catch (error) {
      this.unreadable(Code.Internal, `a message can't be decoded: ${messageOf(error)}`);
      return;
    }
    if (compressed) noteCompressed(message as object);
    if (!this.onMessage(message, size)) this.paused = true;
  }

  private inflate(bytes: Uint8Array): void {
    const compression = this.inboundCompression;
    if (compression === undefined) {
      this.unreadable(Code.Internal, UNNAMED_ENCODING);
      return;
    }
    const size = bytes.length + ENVELOPE_BYTES;
    let inflated: Uint8Array | Promise<Uint8Array>;
    try {
      inflated = compression.decompress(bytes, this.maxReceiveBytes);
    } catch (error) {
      this.inflateFailed(compression, error);
      return;
    }
    if (inflated instanceof Uint8Array) {
      this.decode(inflated, 0, inflated.length, size, true, false);
      return;
    }
    this.inboundWaiting = [];
    inflated.then(
      (done) => this.endInboundWait(() => this.decode(done, 0, done.length, size, true, false)),
      (error) => this.endInboundWait(() => this.inflateFailed(compression, error)),
    );
  }

  private inflateFailed(compression: Compression, error: unknown): void {
    if (error instanceof InflatedTooLarge) {
      this.unreadable(
        Code.ResourceExhausted,
        `a message inflates to more than the limit of ${this.maxReceiveBytes} bytes: raise maxReceiveBytes if it is meant to be that large`,
      );
    } else {
      this.unreadable(Code.Internal, `a message can't be inflated as ${compression.name}: ${messageOf(error)}`);
    }
  }

  private endInboundWait(first: () => void): void {
    const waiting = this.inboundWaiting as (() => void)[];
    this.inboundWaiting = undefined;
    if (this.closed) return;
    first();
    for (let i = 0; i < waiting.length; i++) {
      if (this.closed) return;
      if (this.inboundWaiting !== undefined) {
        // Another inflation began: the rest waits for that one.
        (this.inboundWaiting as (() => void)[]).push(...waiting.slice(i));
        return;
      }
      waiting[i]();
    }
    if (!this.closed && !this.paused && this.inboundWaiting === undefined) this.giveCredit();
  }

  private sendCompressed(message: unknown, endStream: boolean): boolean {
    const compression = isPlain(message) ? undefined : this.outboundCompression;
    const writer = new ByteWriter();
    this.outboundType.writeTo(writer, message);
    const bytes = writer.finish();
    if (this.outboundWaiting !== undefined) {
      this.outboundWaiting.push(() => this.deflate(compression, bytes, endStream));
      return false;
    }
    return this.deflate(compression, bytes, endStream);
  }

  /** Without a compression the bytes go as they are. */
  private deflate(compression: Compression | undefined, bytes: Uint8Array, endStream: boolean): boolean {
    if (compression === undefined) return this.sendEnvelope(0, bytes, bytes, endStream);
    const deflated = compression.compress(bytes);
    if (deflated instanceof Uint8Array) return this.sendEnvelope(COMPRESSED, deflated, bytes, endStream);
    this.outboundWaiting = [];
    deflated.then(
      (done) => this.endOutboundWait(() => this.sendEnvelope(COMPRESSED, done, bytes, endStream)),
      (error) => {
        this.outboundWaiting = undefined;
        // After the end of the call what waits may be its status: without it the peer would wait for ever.
        if (this.closed) this.stream.reset(INTERNAL_ERROR);
        else this.unreadable(Code.Internal, `a message can't be compressed: ${messageOf(error)}`);
        this.notifySent();
      },
    );
    return false;
  }

  private sendEnvelope(flags: number, body: Uint8Array, plain: Uint8Array, endStream: boolean): boolean {
    if (this.tracer !== undefined) {
      this.traceSent(this.tracer, plain, 0, plain.length, flags === 0 ? undefined : body.length, endStream);
    }
    const bytes = new Uint8Array(ENVELOPE_BYTES + body.length);
    writeEnvelopePrefix(bytes, 0, flags, body.length);
    bytes.set(body, ENVELOPE_BYTES);
    return this.stream.sendData(bytes, endStream);
  }

  private endOutboundWait(first: () => boolean): void {
    const waiting = this.outboundWaiting as (() => void)[];
    this.outboundWaiting = undefined;
    let writable = first();
    for (let i = 0; i < waiting.length; i++) {
      if (this.outboundWaiting !== undefined) {
        (this.outboundWaiting as (() => void)[]).push(...waiting.slice(i));
        return;
      }
      writable = (waiting[i] as () => boolean | undefined)() !== false;
    }
    this.notifySent();
    // A deflation made the sender wait; if the stream did not, nobody else will wake it.
    if (writable && this.outboundWaiting === undefined && !this.closed) this.onWritable();
  }
}

/** What is wrong with a stream that ends while {@link MessageStream.inMessage}. */
export const ENDED_IN_MESSAGE = "the stream ended in the middle of a message";

/** What is wrong with a compressed message of a call whose head says that there are none. */
export const UNNAMED_ENCODING = "a message is marked as compressed, but the call's head names no encoding";

/** Who waits for the end of deflations; beside the streams, since only calls that are watched have any. */
const sentListeners = new WeakMap<MessageStream, (() => void)[]>();

/** 16 KiB: one DATA frame of the default size. */
const FIRST_PARTIAL_BYTES = 16_384;

/**
 * Each time the buffer is full it grows by this factor: a peer that sends n bytes of a message holds at most 4 n, and of a
 * large one a third is copied once more.
 */
const PARTIAL_GROWTH = 4;

const EMPTY = new Uint8Array(0);

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
