/**
 * Eight shared bytes, seen as each of the types whose bits the codec needs. Every use stores and loads at once, so
 * sharing is safe; `DataView` or a fresh array per value would cost an allocation.
 */
const bytes = new ArrayBuffer(8);

export const scratchBytes: Uint8Array = new Uint8Array(bytes);
/** On a little-endian machine word 0 is the low half: see {@link LOW}. */
export const scratchWords: Int32Array = new Int32Array(bytes);
export const scratchInt64: BigInt64Array = new BigInt64Array(bytes);
export const scratchUint64: BigUint64Array = new BigUint64Array(bytes);
export const scratchDouble: Float64Array = new Float64Array(bytes);
export const scratchFloat: Float32Array = new Float32Array(bytes);

scratchWords[0] = 1;

/** Whether this machine stores the low byte first, as the wire does. */
export const LITTLE_ENDIAN: boolean = scratchBytes[0] === 1;
/** The index in {@link scratchWords} of the low half of a 64-bit number. */
export const LOW: number = LITTLE_ENDIAN ? 0 : 1;
/** The index of the high half. */
export const HIGH: number = LITTLE_ENDIAN ? 1 : 0;
