import { ByteWriter } from "../base/byte-writer.js";

/** The size of a large chunk: what some hundred unary calls write in one turn of the event loop. */
export const CHUNK_SIZE: number = 64 * 1024;

/**
 * The size of a small chunk, which a connection gets that wrote little the last time. With 64 connections that write
 * 150 bytes each in a turn, 64 large chunks are over what the pool keeps, and making them anew cost a third of a call
 * (docs/performance.md).
 */
const SMALL_CHUNK_SIZE = 8 * 1024;

/** A piece of body begins in a fresh chunk if less than this is left: growing would copy the whole chunk. */
const BODY_ROOM = 4096;

/** Idle chunks of either size that all connections of a process keep together: 2 MiB of each. */
const POOLED_BYTES: number = 2 * 1024 * 1024;

/** Chunks of one connection that are watched for their return; one that does not come back is left to the collector. */
const WATCHED_CHUNKS = 64;

const EMPTY: Uint8Array = new Uint8Array(0);
const largePool: Uint8Array[] = [];
const smallPool: Uint8Array[] = [];

interface ChunkInFlight {
  readonly chunk: Uint8Array;
  segments: number;
}

/**
 * The bytes to be written next. Frames go straight into a pooled chunk; large payloads stand between as references.
 * Nothing that is in here can be taken back.
 */
export class Outbox {
  /** Where frames are written; {@link Outbox.reserve} first. */
  readonly writer: ByteWriter = new ByteWriter(0);
  /** The pooled chunk that the writer has, unless the writer has grown out of it. */
  #chunk: Uint8Array = EMPTY;
  /** Where the part of the writer's buffer begins that is in no segment yet. */
  #cut = 0;
  #cuts = 0;
  #segments: Uint8Array[] = [];
  #segmentBytes = 0;
  /** The last take was more than a small chunk is good for. */
  #busy = false;
  readonly #inFlight = new Map<ArrayBufferLike, ChunkInFlight>();

  /** How much there is. */
  get bytes(): number {
    return this.#segmentBytes + this.writer.pos - this.#cut;
  }

  /** Makes room for `count` bytes in one piece. */
  reserve(count: number): void {
    if (this.writer.pos + count > this.writer.buf.length) this.#roll(count);
  }

  /** Makes room for a frame header and a body of a length that is not known yet. */
  reserveBody(): void {
    this.reserve(BODY_ROOM);
  }

  /** After somebody else has written: notices that the writer has grown out of the chunk. */
  settle(): void {
    if (this.writer.buf !== this.#chunk && this.#chunk !== EMPTY) this.#releaseChunk();
  }

  /** Adds bytes by reference. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.#cutSegment(this.writer.pos);
    this.#segments.push(bytes.subarray(start, end));
    this.#segmentBytes += end - start;
  }

  /**
   * Ends the current buffer at `pos` and gives it away with what stands behind `pos`; the outbox goes on in another.
   */
  detach(pos: number): Uint8Array {
    this.#cutSegment(pos);
    const { buf } = this.writer;
    this.#chunk = EMPTY;
    this.#reset();
    return buf;
  }

  /** True if the writer's buffer is one of its own and not a pooled chunk. */
  get grown(): boolean {
    return this.writer.buf !== this.#chunk;
  }

  /** Hands out all there is, in order. */
  take(): Uint8Array[] {
    this.#cutSegment(this.writer.pos);
    this.#busy = this.#segmentBytes > SMALL_CHUNK_SIZE - BODY_ROOM;
    this.#releaseChunk();
    this.#reset();
    const segments = this.#segments;
    this.#segments = [];
    this.#segmentBytes = 0;
    return segments;
  }

  /** Takes a segment back that was written and is needed no more. Segments that are not the outbox's own are ignored. */
  recycle(segment: Uint8Array): void {
    const flight = this.#inFlight.get(segment.buffer);
    if (flight === undefined || --flight.segments > 0) return;
    this.#inFlight.delete(segment.buffer);
    pool(flight.chunk);
  }

  #roll(count: number): void {
    this.#cutSegment(this.writer.pos);
    this.#releaseChunk();
    this.#reset();
    const large = this.#busy || this.#segmentBytes > 0 || count > SMALL_CHUNK_SIZE;
    this.#chunk = count > CHUNK_SIZE ? new Uint8Array(count) : chunkOf(large);
    this.writer.buf = this.#chunk;
  }

  #cutSegment(end: number): void {
    if (end > this.#cut) {
      this.#segments.push(this.writer.buf.subarray(this.#cut, end));
      this.#segmentBytes += end - this.#cut;
      this.#cut = end;
      if (this.writer.buf === this.#chunk) this.#cuts++;
    }
  }

  /** The chunk is full or left: back to the pool, once those segments are written that lie in it. */
  #releaseChunk(): void {
    const chunk = this.#chunk;
    this.#chunk = EMPTY;
    if (chunk.length !== CHUNK_SIZE && chunk.length !== SMALL_CHUNK_SIZE) return;
    if (this.#cuts === 0) {
      pool(chunk);
      return;
    }
    if (this.#inFlight.size >= WATCHED_CHUNKS) this.#inFlight.clear();
    this.#inFlight.set(chunk.buffer, { chunk, segments: this.#cuts });
    this.#cuts = 0;
  }

  #reset(): void {
    this.writer.buf = EMPTY;
    this.writer.pos = 0;
    this.#cut = 0;
    this.#cuts = 0;
  }
}

function chunkOf(large: boolean): Uint8Array {
  return large
    ? (largePool.pop() ?? new Uint8Array(CHUNK_SIZE))
    : (smallPool.pop() ?? new Uint8Array(SMALL_CHUNK_SIZE));
}

function pool(chunk: Uint8Array): void {
  const idle = chunk.length === CHUNK_SIZE ? largePool : smallPool;
  if (idle.length * chunk.length < POOLED_BYTES) idle.push(chunk);
}
