import { FieldType } from "../descriptor/constants.js";

/** The wire types of the Protocol Buffers encoding. */
export const WireType = { Varint: 0, Fixed64: 1, Bytes: 2, StartGroup: 3, EndGroup: 4, Fixed32: 5 } as const;

/** A scalar as options hold it; strings are bytes, since a literal may escape any. */
export type ScalarValue = number | bigint | boolean | Uint8Array;

/**
 * Writes the few bytes that custom options come to. Values arrive one by one from text, so this is the plain encoding
 * and nothing of the codec's machinery.
 */
export class WireWriter {
  #buf: Uint8Array = new Uint8Array(64);
  #pos = 0;

  finish(): Uint8Array {
    return this.#buf.slice(0, this.#pos);
  }

  tag(number: number, wireType: number): this {
    return this.varint((BigInt(number) << 3n) | BigInt(wireType));
  }

  /** Writes an unsigned number; a negative one as the 64-bit two's complement. */
  varint(value: bigint): this {
    let rest = BigInt.asUintN(64, value);
    this.#reserve(10);
    while (rest > 0x7fn) {
      this.#buf[this.#pos++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buf[this.#pos++] = Number(rest);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buf.set(bytes, this.#pos);
    this.#pos += bytes.length;
    return this;
  }

  /** Writes a length and the bytes. */
  bytes(bytes: Uint8Array): this {
    return this.varint(BigInt(bytes.length)).raw(bytes);
  }

  /** Writes a scalar of a field type, without a tag. */
  scalar(type: number, value: ScalarValue): this {
    switch (type) {
      case FieldType.Double:
        return this.#fixed(8, (view) => view.setFloat64(0, Number(value), true));
      case FieldType.Float:
        return this.#fixed(4, (view) => view.setFloat32(0, Number(value), true));
      case FieldType.Fixed64:
      case FieldType.Sfixed64:
        return this.#fixed(8, (view) => view.setBigUint64(0, BigInt.asUintN(64, BigInt(value as bigint)), true));
      case FieldType.Fixed32:
      case FieldType.Sfixed32:
        return this.#fixed(4, (view) => view.setUint32(0, Number(value) >>> 0, true));
      case FieldType.Sint32:
      case FieldType.Sint64: {
        const integer = BigInt(value as bigint);
        return this.varint((integer << 1n) ^ (integer >> 63n));
      }
      case FieldType.String:
      case FieldType.Bytes:
        return this.bytes(value as Uint8Array);
      case FieldType.Bool:
        return this.varint(value === true ? 1n : 0n);
      default:
        return this.varint(BigInt(value as bigint));
    }
  }

  #fixed(size: number, write: (view: DataView) => void): this {
    this.#reserve(size);
    write(new DataView(this.#buf.buffer, this.#buf.byteOffset + this.#pos, size));
    this.#pos += size;
    return this;
  }

  #reserve(count: number): void {
    const needed = this.#pos + count;
    if (needed <= this.#buf.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buf.length * 2));
    grown.set(this.#buf.subarray(0, this.#pos));
    this.#buf = grown;
  }
}

/** The wire type in which a single value of a field type is written. */
export function wireTypeOf(type: number): number {
  switch (type) {
    case FieldType.Double:
    case FieldType.Fixed64:
    case FieldType.Sfixed64:
      return WireType.Fixed64;
    case FieldType.Float:
    case FieldType.Fixed32:
    case FieldType.Sfixed32:
      return WireType.Fixed32;
    case FieldType.String:
    case FieldType.Bytes:
    case FieldType.Message:
      return WireType.Bytes;
    case FieldType.Group:
      return WireType.StartGroup;
    default:
      return WireType.Varint;
  }
}
