/**
 * Text as UTF-8. On Node short texts share the memory of a pool, since an array with memory of its own costs a small
 * response more than its characters do.
 */
export function encodeText(text: string): Uint8Array {
  return fromPool === undefined ? encoder.encode(text) : fromPool.from(text);
}

interface NodeGlobals {
  readonly Buffer?: { readonly from: (text: string) => Uint8Array };
  readonly process?: { readonly release?: { readonly name?: string } };
}

const { Buffer: nodeBuffer, process: nodeProcess } = globalThis as NodeGlobals;
const fromPool = nodeProcess?.release?.name === "node" ? nodeBuffer : undefined;

const encoder = new TextEncoder();
