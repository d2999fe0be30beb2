import { ByteWriter } from "../base/byte-writer.js";
import { NO_BYTES } from "../base/no-bytes.js";
import { Code } from "./code.js";
import { type Compression, InflatedTooLarge } from "./compression.js";
import type { HttpStream } from "./http-types.js";
import { RpcError } from "./rpc-error.js";

/**
 * Collects a body that is one message, up to a limit. Window is given back as it comes: the limit is what bounds the
 * memory, and bytes are copied together, so that many small pieces cost no more than one large one.
 */
export class BodyCollector {
  readonly #stream: HttpStream;
  readonly #maxBytes: number;
  /** The first piece, which is the whole body as a rule, at its own size. */
  #first: Uint8Array | undefined;
  /** All pieces, once there are two. */
  #writer: ByteWriter | undefined;

  constructor(stream: HttpStream, maxBytes: number) {
    this.#stream = stream;
    this.#maxBytes = maxBytes;
  }

  /** Takes `bytes[start, end)`. @throws RpcError RESOURCE_EXHAUSTED if the body is over the limit */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    const held = this.#writer?.pos ?? this.#first?.length ?? 0;
    if (held + end - start > this.#maxBytes) {
      throw new RpcError(
        Code.ResourceExhausted,
        `a message of more than ${this.#maxBytes} bytes was received, over the limit: raise maxReceiveBytes if it is meant to be that large`,
      );
    }
    if (held === 0) this.#first = this.#kept(bytes, start, end);
    else this.#append(bytes.subarray(start, end));
    // Kept, and not read before the whole body is here.
    if (this.#stream.prefetch === undefined) this.#stream.consume(end - start);
    else this.#stream.prefetch(end - start);
  }

  /** All that came. */
  take(): Uint8Array {
    if (this.#writer !== undefined) return this.#writer.buf.subarray(0, this.#writer.pos);
    return this.#first ?? NO_BYTES;
  }

  #kept(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const piece = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
    return this.#stream.lastingData === true ? piece : new Uint8Array(piece);
  }

  #append(bytes: Uint8Array): void {
    let writer = this.#writer;
    if (writer === undefined) {
      this.#writer = writer = new ByteWriter(0);
      if (this.#first !== undefined) this.#append(this.#first);
      this.#first = undefined;
    }
    writer.reserve(bytes.length);
    writer.buf.set(bytes, writer.pos);
    writer.pos += bytes.length;
  }
}

/**
 * Inflates a body that is one message; an empty one is taken as it is.
 * @throws RpcError, or rejects with one: RESOURCE_EXHAUSTED over the limit, INVALID_ARGUMENT if it can't be inflated
 */
export function inflateBody(
  bytes: Uint8Array,
  compression: Compression | undefined,
  maxBytes: number,
): Uint8Array | Promise<Uint8Array> {
  if (compression === undefined || bytes.length === 0) return bytes;
  const failed = (error: unknown): never => {
    if (error instanceof InflatedTooLarge) {
      throw new RpcError(
        Code.ResourceExhausted,
        `a message inflates to more than the limit of ${maxBytes} bytes: raise maxReceiveBytes if it is meant to be that large`,
      );
    }
    const cause = error instanceof Error ? error.message : String(error);
    throw new RpcError(Code.InvalidArgument, `a message can't be inflated as ${compression.name}: ${cause}`);
  };
  try {
    const inflated = compression.decompress(bytes, maxBytes);
    return inflated instanceof Uint8Array ? inflated : inflated.catch(failed);
  } catch (error) {
    return failed(error);
  }
}
