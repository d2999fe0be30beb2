/**
 * Compression of single messages. A call's compression is an offer: each message says by the flag of its envelope
 * whether it makes use of it (gRPC over HTTP2, "Compressed-Flag").
 */

/** Kept beside the messages, not on them: calls that compress nothing pay nothing. */
const plain = new WeakSet<object>();
const compressed = new WeakSet<object>();

/**
 * Has `message` sent as it is, though its call compresses: worth it where the bytes are compressed already, or hold a
 * secret beside what a stranger chose. For requests and for replies, of every kind of method.
 *
 * ```ts
 * yield withoutCompression({ jpeg });
 * ```
 *
 * @returns `message` itself
 */
export function withoutCompression<T extends object>(message: T): T {
  plain.add(message);
  return message;
}

/** Whether a request or a reply that came was compressed; false for any other object. */
export function wasCompressed(message: object): boolean {
  return compressed.has(message);
}

/** @internal */
export function isPlain(message: unknown): boolean {
  return plain.has(message as object);
}

/** @internal */
export function noteCompressed(message: object): void {
  compressed.add(message);
}
