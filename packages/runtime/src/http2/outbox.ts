import { ByteWriter } from "../base/byte-writer.js";

/**
 * Sizes of chunks. A small one is for a connection that wrote little the last time: with 64 connections that write 150
 * bytes each in a turn, chunks of 64 KiB are over what the pool keeps, and making them anew was more than half of a call.
 * The usual one takes what some hundred unary calls write in a turn, a bulk one several messages of 64 KiB
 * (docs/performance.md).
 */
const SMALL_CHUNK_SIZE: number = 8 * 1024;
const CHUNK_SIZE: number = 64 * 1024;
const BULK_CHUNK_SIZE: number = 256 * 1024;

/**
 * A piece of body begins in a fresh chunk if less than this is left: growing would copy the whole chunk. Where pieces are
 * larger, the room follows them up to what fits a chunk twice.
 */
const BODY_ROOM = 4096;
const MAX_BODY_ROOM: number = BULK_CHUNK_SIZE / 2;
/** Headers and the like that stand before a piece of body, with room to spare. */
const ROOM_SLACK = 64;

/** Idle chunks of each size that all connections of a process keep together: 2 MiB of each. */
const POOLED_BYTES: number = 2 * 1024 * 1024;

/** Chunks of one connection that are watched for their return; one that does not come back is left to the collector. */
const WATCHED_CHUNKS = 64;

const EMPTY: Uint8Array = new Uint8Array(0);
const smallPool: Uint8Array[] = [];
const usualPool: Uint8Array[] = [];
const bulkPool: Uint8Array[] = [];

interface ChunkInFlight {
  readonly chunk: Uint8Array;
  segments: number;
  next: ChunkInFlight | undefined;
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
  /** What is left free for a piece of body. */
  #bodyRoom: number = BODY_ROOM;
  /** Chunks that are being written, the latest first: a list, for there are one or two of them, and usually none. */
  #inFlight: ChunkInFlight | undefined = undefined;
  #inFlightCount = 0;

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
    this.reserve(this.#bodyRoom);
  }

  /**
   * After somebody else has written `length` bytes of body: notices that the writer has grown out of the chunk, and how
   * large the next piece may be.
   */
  settle(length: number): void {
    if (this.writer.buf !== this.#chunk && this.#chunk !== EMPTY) this.#releaseChunk();
    if (length > BODY_ROOM || this.#bodyRoom > BODY_ROOM) this.#followBody(length);
  }

  #followBody(length: number): void {
    const room = length + ROOM_SLACK;
    if (room > MAX_BODY_ROOM) return;
    // Down by an eighth at a time: small messages between large ones make no difference.
    this.#bodyRoom = Math.max(BODY_ROOM, room, this.#bodyRoom - (this.#bodyRoom >>> 3));
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
    let before: ChunkInFlight | undefined;
    let flight = this.#inFlight;
    while (flight !== undefined && flight.chunk.buffer !== segment.buffer) {
      before = flight;
      flight = flight.next;
    }
    if (flight === undefined || --flight.segments > 0) return;
    if (before === undefined) this.#inFlight = flight.next;
    else before.next = flight.next;
    this.#inFlightCount--;
    pool(flight.chunk);
  }

  #roll(count: number): void {
    this.#cutSegment(this.writer.pos);
    this.#releaseChunk();
    this.#reset();
    const usual = this.#busy || this.#segmentBytes > 0;
    this.#chunk = chunkOf(usual && count < CHUNK_SIZE ? CHUNK_SIZE : count);
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
    if (poolOf(chunk.length) === undefined) return;
    if (this.#cuts === 0) {
      pool(chunk);
      return;
    }
    if (this.#inFlightCount >= WATCHED_CHUNKS) {
      this.#inFlight = undefined;
      this.#inFlightCount = 0;
    }
    this.#inFlight = { chunk, segments: this.#cuts, next: this.#inFlight };
    this.#inFlightCount++;
    this.#cuts = 0;
  }

  #reset(): void {
    this.writer.buf = EMPTY;
    this.writer.pos = 0;
    this.#cut = 0;
    this.#cuts = 0;
  }
}

/** A chunk of the least size that takes `count` bytes. */
function chunkOf(count: number): Uint8Array {
  if (count <= SMALL_CHUNK_SIZE) return smallPool.pop() ?? new Uint8Array(SMALL_CHUNK_SIZE);
  if (count <= CHUNK_SIZE) return usualPool.pop() ?? new Uint8Array(CHUNK_SIZE);
  if (count <= BULK_CHUNK_SIZE) return bulkPool.pop() ?? new Uint8Array(BULK_CHUNK_SIZE);
  return new Uint8Array(count);
}

function poolOf(size: number): Uint8Array[] | undefined {
  if (size === SMALL_CHUNK_SIZE) return smallPool;
  if (size === CHUNK_SIZE) return usualPool;
  return size === BULK_CHUNK_SIZE ? bulkPool : undefined;
}

function pool(chunk: Uint8Array): void {
  const idle = poolOf(chunk.length);
  if (idle !== undefined && idle.length * chunk.length < POOLED_BYTES) idle.push(chunk);
}
