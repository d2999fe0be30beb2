/** The HPACK decoder (RFC 7541): header blocks in, fields out. */
import { Field, sameName } from "../field.js";
import { connectionError, type Http2Error, Http2ErrorCode } from "../http2-error.js";
import { decodeHuffman, maxDecodedLength } from "./huffman.js";
import { latin1 } from "./latin1.js";
import { STATIC_COUNT, STATIC_ENTRIES } from "./static-table.js";

/** RFC 9113 §6.5.2: the table size until SETTINGS_HEADER_TABLE_SIZE says otherwise; the engine never says otherwise. */
export const DECODER_TABLE_SIZE = 4096;

const STATIC_FIELDS: readonly Field[] = STATIC_ENTRIES.map(([name, value]) => new Field(name, value));

/** Entries that the table has room for at first, a power of two; {@link DECODER_TABLE_SIZE} can hold 128. */
const FIRST_RING = 16;

/**
 * Keeps the dynamic table of one direction of a connection. Whatever becomes of a header list, its block goes through
 * {@link HpackDecoder.decode}: an encoder and a decoder out of step would give one caller's fields to another
 * (SECURITY row 16).
 */
export class HpackDecoder {
  /** Changes when the dynamic table does: equal bytes under an equal generation mean equal fields. */
  generation = 0;
  /** True if the last block gave more than the limits allow; the fields beyond them were dropped. */
  oversize = false;
  /** The size of the last header list, as RFC 9113 §6.5.2 counts it. */
  listSize = 0;

  readonly #maxListSize: number;
  /** A longer string makes its section oversize and fits no table, so that only its length matters. */
  readonly #maxString: number;
  readonly #maxFields: number;
  /** Grows with the table: most connections have a dozen entries, and there may be many connections. */
  #ring: (Field | undefined)[] = new Array<Field | undefined>(FIRST_RING).fill(undefined);
  #inserted = 0;
  #count = 0;
  #size = 0;
  #capacity: number = DECODER_TABLE_SIZE;
  #pos = 0;

  /**
   * @param maxListSize the most that a header list may measure
   * @param maxFields the most fields that it may have
   */
  constructor(maxListSize: number, maxFields: number) {
    this.#maxListSize = maxListSize;
    this.#maxString = Math.max(maxListSize, DECODER_TABLE_SIZE);
    this.#maxFields = maxFields;
  }

  /**
   * Decodes the whole block `bytes[start, end)` and appends its fields to `out`.
   * @throws Http2Error COMPRESSION_ERROR, after which the connection cannot go on
   */
  decode(bytes: Uint8Array, start: number, end: number, out: Field[]): void {
    this.oversize = false;
    this.listSize = 0;
    this.#pos = start;
    let updates = 0;
    let begun = false;
    while (this.#pos < end) {
      const first = bytes[this.#pos]!;
      if (first >= 0x80) {
        const index = this.#integer(bytes, end, 0x7f);
        this.#add(this.#entry(index), out);
      } else if (first >= 0x40) {
        const field = this.#literal(bytes, end, 0x3f);
        this.#insert(field);
        this.#add(field, out);
      } else if (first >= 0x20) {
        // RFC 7541 §4.2: only at the beginning, and two at most: the smallest size between blocks and the last one.
        const size = this.#integer(bytes, end, 0x1f);
        if (begun || ++updates > 2)
          throw compressionError("a table size update stands in the middle of a header block");
        if (size > DECODER_TABLE_SIZE) throw compressionError(`a table size update to ${size} is over the limit`);
        this.#capacity = size;
        this.#evict(0);
        this.generation++;
        continue;
      } else {
        // Without indexing and never indexed are the same to a receiver.
        this.#add(this.#literal(bytes, end, 0x0f), out);
      }
      begun = true;
    }
  }

  #add(field: Field, out: Field[]): void {
    this.listSize += field.size;
    if (this.listSize > this.#maxListSize || out.length >= this.#maxFields) this.oversize = true;
    else out.push(field);
  }

  #entry(index: number): Field {
    if (index > 0 && index <= STATIC_COUNT) return STATIC_FIELDS[index - 1]!;
    const dynamic = index - STATIC_COUNT;
    if (dynamic < 1 || dynamic > this.#count) throw compressionError(`index ${index} is in no table`);
    return this.#ring[(this.#inserted - dynamic) & (this.#ring.length - 1)]!;
  }

  #literal(bytes: Uint8Array, end: number, prefix: number): Field {
    const index = this.#integer(bytes, end, prefix);
    if (index !== 0) return sameName(this.#entry(index), this.#string(bytes, end));
    const name = this.#string(bytes, end);
    return new Field(name, this.#string(bytes, end));
  }

  #insert(field: Field): void {
    this.generation++;
    this.#evict(field.size);
    // RFC 7541 §4.4: an entry over the table's size empties the table and is not added.
    if (field.size > this.#capacity) return;
    if (this.#count === this.#ring.length) this.#growRing();
    this.#ring[this.#inserted & (this.#ring.length - 1)] = field;
    this.#inserted++;
    this.#count++;
    this.#size += field.size;
  }

  #growRing(): void {
    const old = this.#ring;
    const ring = new Array<Field | undefined>(old.length * 2).fill(undefined);
    for (let at = this.#inserted - this.#count; at < this.#inserted; at++) {
      ring[at & (ring.length - 1)] = old[at & (old.length - 1)];
    }
    this.#ring = ring;
  }

  #evict(incoming: number): void {
    while (this.#count > 0 && this.#size + incoming > this.#capacity) {
      const slot = (this.#inserted - this.#count) & (this.#ring.length - 1);
      this.#size -= this.#ring[slot]!.size;
      this.#ring[slot] = undefined;
      this.#count--;
    }
  }

  /** RFC 7541 §5.1, in at most five octets (SECURITY row 14): no index or length within the limits needs more. */
  #integer(bytes: Uint8Array, end: number, prefix: number): number {
    if (this.#pos >= end) throw truncated();
    let value = bytes[this.#pos++]! & prefix;
    if (value < prefix) return value;
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.#pos >= end) throw truncated();
      const byte = bytes[this.#pos++]!;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw compressionError("an integer takes more than five octets");
  }

  #string(bytes: Uint8Array, end: number): string {
    const huffman = this.#pos < end && bytes[this.#pos]! >= 0x80;
    const length = this.#integer(bytes, end, 0x7f);
    const start = this.#pos;
    if (length > end - start) throw truncated();
    this.#pos = start + length;
    if (!huffman) return length > this.#maxString ? unread(length) : latin1(bytes, start, start + length);
    const most = maxDecodedLength(length);
    if (scratch.length < most) scratch = new Uint8Array(most);
    const decoded = decodeHuffman(bytes, start, start + length, scratch);
    if (decoded < 0) throw compressionError("a string is no valid Huffman code");
    return decoded > this.#maxString ? unread(decoded) : latin1(scratch, 0, decoded);
  }
}

/** Where strings are decoded that become JavaScript's at once: one for all connections. No string is longer than a block may be. */
let scratch: Uint8Array = new Uint8Array(256);

/** Stands for a string that nobody will see: making it of its octets costs far more than skipping them. */
function unread(length: number): string {
  return "\0".repeat(length);
}

function compressionError(message: string): Http2Error {
  return connectionError(Http2ErrorCode.COMPRESSION_ERROR, `the peer's header compression is broken: ${message}`);
}

function truncated(): Http2Error {
  return compressionError("the header block ends within a field");
}
