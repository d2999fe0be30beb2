/**
 * Copies of short byte ranges. An array of more than 64 bytes costs V8 some 300 ns for its memory outside of the heap,
 * more than encoding a small message does; so on Node short copies share memory, as the `Buffer`s of Node itself do.
 *
 * The shared memory is a piece of Node's own pool. Node has made that untransferable, so that nobody can take it away
 * from under the copies with `postMessage(…, [bytes.buffer])`; elsewhere, where there is no such thing, nothing is shared.
 */

/** Up to this many bytes V8 keeps an array within its heap, which is cheaper still. */
const ON_HEAP = 64;
/** From here on the copying outweighs the allocation. */
const MAX_SHARED = 512;
/** `Buffer.allocUnsafe` takes less than half of `Buffer.poolSize` (8 KiB) from the pool, and allocates anything larger. */
const SLAB = 4088;

interface NodeGlobals {
  readonly Buffer?: { readonly poolSize?: number; readonly allocUnsafe?: (size: number) => Uint8Array };
  readonly process?: { readonly release?: { readonly name?: string } };
}

const { Buffer: nodeBuffer, process: nodeProcess } = globalThis as NodeGlobals;
const pooled = nodeProcess?.release?.name === "node" && (nodeBuffer?.poolSize ?? 0) > SLAB * 2;

let slab: Uint8Array = new Uint8Array(0);
let used = 0;

/**
 * Copies `bytes[0, length)` into a plain `Uint8Array` of its own. Its bytes are nobody else's, but on Node its `buffer`
 * may be larger than it: whoever needs the `ArrayBuffer` minds `byteOffset` and `byteLength`, or takes `slice().buffer`.
 */
export function copyStart(bytes: Uint8Array, length: number): Uint8Array {
  if (!pooled || length <= ON_HEAP || length > MAX_SHARED) return bytes.slice(0, length);
  if (used + length > slab.length) {
    slab = nodeBuffer!.allocUnsafe!(SLAB);
    used = 0;
  }
  const start = used;
  // Kept to multiples of eight, so that typed arrays of any kind can be laid over the copy.
  used = (start + length + 7) & ~7;
  slab.set(bytes.subarray(0, length), start);
  return new Uint8Array(slab.buffer, slab.byteOffset + start, length);
}
