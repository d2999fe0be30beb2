import { allocateUnset } from "./allocate.js";
import { copyStart } from "./small-copy.js";

/**
 * A growing byte buffer with a write position: the one thing that the codec writes into and the HTTP/2 outbox sends
 * from. Both fields are public and plain, because the encoders of generated code touch them for every byte; whoever
 * writes first calls {@link ByteWriter.reserve} for the most it will write and then stores at `buf[pos++]`.
 *
 * The owner may swap `buf` between messages (the outbox takes a fresh chunk after each flush), so a writer of bytes
 * must not keep a reference to `buf` over a call of `reserve`.
 */
export class ByteWriter {
  /** The bytes; valid up to {@link ByteWriter.pos}. */
  buf: Uint8Array;
  /** Where the next byte goes. */
  pos: number;

  /** @param size the first capacity in bytes */
  constructor(size: number = DEFAULT_CAPACITY) {
    this.buf = new Uint8Array(size);
    this.pos = 0;
  }

  /** Makes room for `count` more bytes. @throws RangeError past {@link MAX_CAPACITY} */
  reserve(count: number): void {
    if (this.pos + count > this.buf.length) this.#grow(count);
  }

  /** A copy of what was written: see {@link copyStart}. */
  finish(): Uint8Array {
    return copyStart(this.buf, this.pos);
  }

  #grow(count: number): void {
    const needed = this.pos + count;
    if (needed > MAX_CAPACITY) {
      throw new RangeError(`a message of ${needed} bytes is over the ${MAX_CAPACITY} bytes that one buffer can hold`);
    }
    // What a large field needs is known; a little more lets small fields follow it.
    const grown = allocateUnset(Math.min(MAX_CAPACITY, Math.max(needed + (needed >>> 4), this.buf.length * 2)));
    grown.set(this.buf.subarray(0, this.pos));
    this.buf = grown;
  }
}

/** 4 KiB: most messages fit, and a fresh buffer of this size comes cheap. */
export const DEFAULT_CAPACITY = 4096;

/** 2 GiB - 1: the largest message that Protocol Buffers allow (protobuf.dev, "Proto Limits"). */
export const MAX_CAPACITY: number = 2 ** 31 - 1;
