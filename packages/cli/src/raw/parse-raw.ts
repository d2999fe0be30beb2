import { type BytesGuess, RawError, type RawField } from "./raw-field.js";

/** Groups nest at most so deep, as everywhere (protobuf's default recursion limit). */
const MAX_DEPTH = 100;

/** Says what bytes with a length look like. @param base the offset of the first in the whole input */
export type GuessBytes = (bytes: Uint8Array, base: number) => BytesGuess;

/**
 * The fields in bytes of which nothing is known but that they are a message.
 *
 * @param base the offset of the first byte in the whole input
 * @throws RawError if they are no message
 */
export function parseRaw(bytes: Uint8Array, base: number, guess: GuessBytes): RawField[] {
  return new RawParser(bytes, base, guess).fields(0, undefined);
}

class RawParser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  readonly #guess: GuessBytes;
  #at = 0;

  constructor(bytes: Uint8Array, base: number, guess: GuessBytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#base = base;
    this.#guess = guess;
  }

  /** Up to the end, or to the end tag of `group`. */
  fields(depth: number, group: number | undefined): RawField[] {
    const found: RawField[] = [];
    while (this.#at < this.#bytes.length) {
      const offset = this.#base + this.#at;
      const tag = this.#varint();
      const number = Number(tag >> 3n);
      if (number < 1 || number > 536_870_911) throw new RawError(`a field cannot have the number ${number}`, offset);
      const wire = Number(tag & 7n);
      if (wire === 4) {
        if (number === group) return found;
        throw new RawError(`a group ${number} ends that has not begun`, offset);
      }
      found.push(this.#field(number, wire, offset, depth));
    }
    if (group !== undefined) throw new RawError(`the group ${group} does not end`, this.#base + this.#at);
    return found;
  }

  #field(number: number, wire: number, offset: number, depth: number): RawField {
    switch (wire) {
      case 0:
        return { number, offset, wire: "varint", value: this.#varint() };
      case 1:
        return { number, offset, wire: "fixed64", value: this.#view.getBigUint64(this.#take(8, "8 bytes"), true) };
      case 2: {
        const length = this.#varint();
        const at = this.#take(length, `${length} bytes`);
        const bytes = this.#bytes.subarray(at, this.#at);
        return { number, offset, wire: "bytes", bytes, guess: this.#guess(bytes, this.#base + at) };
      }
      case 3:
        if (depth >= MAX_DEPTH) throw new RawError(`groups nest more than ${MAX_DEPTH} deep`, offset);
        return { number, offset, wire: "group", fields: this.fields(depth + 1, number) };
      case 5:
        return { number, offset, wire: "fixed32", value: this.#view.getUint32(this.#take(4, "4 bytes"), true) };
      default:
        throw new RawError(`the field ${number} has the wire type ${wire}, which does not exist`, offset);
    }
  }

  #varint(): bigint {
    const start = this.#at;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RawError("the bytes end within a number", this.#base + start);
      this.#at++;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new RawError("a number has more than ten bytes", this.#base + start);
  }

  /** Passes over bytes. @returns where they begin */
  #take(length: bigint | number, what: string): number {
    const at = this.#at;
    const left = this.#bytes.length - at;
    if (length > left) throw new RawError(`${what} should follow, and ${left} are left`, this.#base + at);
    this.#at += Number(length);
    return at;
  }
}
