/**
 * Memory for bytes that are about to be written. `new Uint8Array` fills it with zeros first, which for a message of 64 KiB
 * costs more than encoding it does (docs/performance.md), so on Node large arrays come as they are. Whoever takes one
 * hands on only what it has written.
 */

interface NodeGlobals {
  readonly Buffer?: { readonly allocUnsafeSlow?: (size: number) => Uint8Array };
  readonly process?: { readonly release?: { readonly name?: string } };
}

const { Buffer: nodeBuffer, process: nodeProcess } = globalThis as NodeGlobals;
const unsafe = nodeProcess?.release?.name === "node" ? nodeBuffer?.allocUnsafeSlow : undefined;

/** Up to this many bytes zeros cost nothing that could be measured. */
const SMALL = 4096;

/** An array of `size` bytes that hold anything. */
export function allocateUnset(size: number): Uint8Array {
  if (size <= SMALL || unsafe === undefined) return new Uint8Array(size);
  // A plain array over the memory of its own that this gives.
  return new Uint8Array(unsafe(size).buffer);
}
