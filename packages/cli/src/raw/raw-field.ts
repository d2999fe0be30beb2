/** A field as it lies in the bytes, with what its value may mean: without a schema several readings are possible. */
export type RawField = {
  readonly number: number;
  /** Where its tag begins, from the first byte of the input. */
  readonly offset: number;
} & RawValue;

/** A value by its wire type (protobuf.dev, "Encoding"). */
export type RawValue =
  | { readonly wire: "varint"; readonly value: bigint }
  | { readonly wire: "fixed64"; readonly value: bigint }
  | { readonly wire: "fixed32"; readonly value: number }
  | { readonly wire: "group"; readonly fields: readonly RawField[] }
  | { readonly wire: "bytes"; readonly bytes: Uint8Array; readonly guess: BytesGuess };

/** What bytes with a length look like. */
export type BytesGuess =
  | { readonly kind: "empty" }
  | { readonly kind: "message"; readonly fields: readonly RawField[]; readonly text: string | undefined }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "varints"; readonly values: readonly bigint[] }
  | { readonly kind: "doubles"; readonly values: readonly number[] }
  | { readonly kind: "floats"; readonly values: readonly number[] }
  | { readonly kind: "bytes" };

/** Bytes that are no fields. */
export class RawError extends Error {
  /** From the first byte of the input. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
