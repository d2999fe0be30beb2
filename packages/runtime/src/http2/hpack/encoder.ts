/** The HPACK encoder (RFC 7541): fields in, header blocks out. */
import type { ByteWriter } from "../../base/byte-writer.js";
import { isFieldName, isFieldValue, quote } from "../field.js";
import type { HttpField, HttpFields } from "../http-types.js";
import { misuse } from "../http2-error.js";
import { encodeHuffman, huffmanLength } from "./huffman.js";
import { indexingOf, NEVER, VOLATILE } from "./indexing.js";
import { ENTRY_OVERHEAD, STATIC_COUNT, STATIC_ENTRIES } from "./static-table.js";

/** The encoder's table never measures more, whatever the peer's SETTINGS allow (SECURITY row 18). */
export const ENCODER_TABLE_SIZE = 4096;

/** How many once-seen fields are remembered in order to tell a field that repeats from one that never will. */
const SEEN_FIELDS = 64;

/** Longer fields of one call are not worth a quarter of the table. */
const MAX_INDEXED = 1024;

/** A value under this many octets goes as it is when its block is not kept: Huffman code would save too little. */
const HUFFMAN_MIN = 16;

/** The most octets of an integer with its prefix, for the room that a field may take. */
const INTEGER_MAX = 6;

/** How many blocks are found by a scan before the weak map is asked. */
const RECENT = 8;

/**
 * Tables of up to this many entries are searched from the newest to the oldest; the maps of a larger one cost as much
 * memory as all the rest of an idle connection's encoder.
 */
const SCANNED = 16;

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly size: number;
}

/** A finished block and the state of the table that it presumes. */
class Block {
  readonly fields: HttpFields;
  bytes: Uint8Array;
  generation: number;

  constructor(fields: HttpFields, bytes: Uint8Array, generation: number) {
    this.fields = fields;
    this.bytes = bytes;
    this.generation = generation;
  }
}

const STATIC_NAMES: ReadonlyMap<string, number> = new Map(
  STATIC_ENTRIES.map(([name], i): [string, number] => [name, i + 1]).reverse(),
);
const STATIC_FIELDS: ReadonlyMap<string, number> = new Map(
  STATIC_ENTRIES.map(([name, value], i): [string, number] => [keyOf(name, value), i + 1]).reverse(),
);

/**
 * Keeps the dynamic table of one direction of a connection. Sections whose array comes again are written from a
 * finished block for as long as the table has not changed, which is what it comes to when the fields of those arrays
 * are in the table and the fields of single calls stay out of it.
 */
export class HpackEncoder {
  #generation = 0;
  #entries: Entry[] = [];
  /** Where the oldest entry stands in {@link HpackEncoder.#entries}; those before it are gone. */
  #oldest = 0;
  #dropped = 0;
  #size = 0;
  #capacity: number = ENCODER_TABLE_SIZE;
  /** By field and by name, the newest each; made for a table of more than {@link SCANNED} entries. */
  #fieldIds: Map<string, number> | undefined = undefined;
  #nameIds: Map<string, number> | undefined = undefined;
  #smallestUpdate = -1;
  #lastUpdate = -1;
  #seen: Set<string> | undefined = undefined;
  readonly #recent: (Block | undefined)[] = new Array<Block | undefined>(RECENT).fill(undefined);
  #recentNext = 0;
  /** Blocks that are recent no more. */
  #blocks: WeakMap<HttpFields, Block> | undefined = undefined;

  /** Takes the peer's SETTINGS_HEADER_TABLE_SIZE; the next block announces what becomes of it (RFC 7541 §4.2). */
  setPeerTableSize(size: number): void {
    const capped = Math.min(size, ENCODER_TABLE_SIZE);
    if (capped === (this.#lastUpdate < 0 ? this.#capacity : this.#lastUpdate)) return;
    this.#lastUpdate = capped;
    if (this.#smallestUpdate < 0 || capped < this.#smallestUpdate) this.#smallestUpdate = capped;
    this.#generation++;
  }

  /** The finished block of a section that has been written before, if it can be sent as it is. */
  finished(fields: HttpFields): Uint8Array | undefined {
    return this.#find(fields)?.bytes;
  }

  /** The most octets that {@link HpackEncoder.write} takes for these fields. */
  bound(fields: HttpFields, extra: HttpFields | undefined): number {
    return extra === undefined ? boundOf(fields) : boundOf(fields) + boundOf(extra);
  }

  /**
   * Writes the block of `fields` and then `extra`. The writer must have room for {@link HpackEncoder.bound}.
   * @throws Http2Error (misuse) for a name or value that HTTP/2 cannot carry; then nothing was written
   */
  write(fields: HttpFields, extra: HttpFields | undefined, writer: ByteWriter): void {
    if (extra !== undefined) checkFields(extra);
    const block = this.#find(fields);
    if (block !== undefined) {
      writer.buf.set(block.bytes, writer.pos);
      writer.pos += block.bytes.length;
    } else {
      this.#writeFields(fields, writer);
    }
    if (extra !== undefined) for (let i = 0; i < extra.length; i++) this.#writeExtra(extra[i]!, writer);
  }

  #find(fields: HttpFields): Block | undefined {
    const recent = this.#recent;
    for (let i = 0; i < RECENT; i++) {
      const block = recent[i];
      if (block !== undefined && block.fields === fields) {
        return block.generation === this.#generation ? block : undefined;
      }
    }
    const block = this.#blocks?.get(fields);
    if (block === undefined || block.generation !== this.#generation) return undefined;
    this.#remember(block);
    return block;
  }

  #remember(block: Block): void {
    const left = this.#recent[this.#recentNext];
    if (left !== undefined) {
      this.#blocks ??= new WeakMap();
      this.#blocks.set(left.fields, left);
    }
    this.#recent[this.#recentNext] = block;
    this.#recentNext = (this.#recentNext + 1) % RECENT;
  }

  #writeFields(fields: HttpFields, writer: ByteWriter): void {
    checkFields(fields);
    const announced = this.#writeSizeUpdates(writer);
    const start = writer.pos;
    const before = this.#generation;
    for (let i = 0; i < fields.length; i++) this.#writeRepeating(fields[i]!, writer);
    // A block that changed the table cannot be sent twice; the next one for these fields will only index.
    if (before !== this.#generation || announced) return;
    const bytes = writer.buf.slice(start, writer.pos);
    const recent = this.#recent.find((each) => each?.fields === fields);
    const known = recent ?? this.#blocks?.get(fields);
    if (known === undefined) {
      this.#remember(new Block(fields, bytes, before));
      return;
    }
    known.bytes = bytes;
    known.generation = before;
    if (recent === undefined) this.#remember(known);
  }

  #writeSizeUpdates(writer: ByteWriter): boolean {
    if (this.#lastUpdate < 0) return false;
    // RFC 7541 §4.2: the smallest size that applied since the last block, then the one that applies now.
    if (this.#smallestUpdate < this.#lastUpdate) writeInteger(writer, 0x20, 0x1f, this.#smallestUpdate);
    writeInteger(writer, 0x20, 0x1f, this.#lastUpdate);
    this.#capacity = this.#smallestUpdate;
    this.#evict(0);
    this.#capacity = this.#lastUpdate;
    this.#lastUpdate = -1;
    this.#smallestUpdate = -1;
    return true;
  }

  /** A field of an array that will come again: into the table at once. */
  #writeRepeating(field: HttpField, writer: ByteWriter): void {
    const { name, value } = field;
    const indexing = indexingOf(name);
    if (indexing === NEVER) {
      this.#writeLiteral(name, value, 0x10, 0x0f, writer, 0);
      return;
    }
    if (this.#writeIndexed(name, value, writer)) return;
    const size = name.length + value.length + ENTRY_OVERHEAD;
    if (indexing === VOLATILE || size > this.#capacity) {
      this.#writeLiteral(name, value, 0, 0x0f, writer, 0);
      return;
    }
    this.#writeLiteral(name, value, 0x40, 0x3f, writer, 0);
    this.#insert(name, value, size);
  }

  /**
   * A field of one call: into the table when it is seen for the second time, so that unique ones leave it alone. One
   * that is known to change goes in once for the sake of its name, which the later ones then refer to.
   */
  #writeExtra(field: HttpField, writer: ByteWriter): void {
    const { name, value } = field;
    const indexing = indexingOf(name);
    if (indexing === NEVER) {
      this.#writeLiteral(name, value, 0x10, 0x0f, writer, HUFFMAN_MIN);
      return;
    }
    const size = name.length + value.length + ENTRY_OVERHEAD;
    if (size > MAX_INDEXED || size > this.#capacity) {
      this.#writeLiteral(name, value, 0, 0x0f, writer, HUFFMAN_MIN);
      return;
    }
    if (indexing === VOLATILE && this.#writeNamed(name, value, writer)) return;
    if (this.#writeIndexed(name, value, writer)) return;
    if (indexing !== VOLATILE && !this.#seenBefore(keyOf(name, value))) {
      this.#writeLiteral(name, value, 0, 0x0f, writer, HUFFMAN_MIN);
      return;
    }
    this.#writeLiteral(name, value, 0x40, 0x3f, writer, 0);
    this.#insert(name, value, size);
  }

  /** Writes a changing field by its name's last entry, if there is one: only in part, unless the value is the same. */
  #writeNamed(name: string, value: string, writer: ByteWriter): boolean {
    const id = this.#nameId(name);
    if (id === undefined) {
      if (!STATIC_NAMES.has(name)) return false;
      this.#writeLiteral(name, value, 0, 0x0f, writer, HUFFMAN_MIN);
      return true;
    }
    if (this.#entries[id - this.#dropped]!.value === value) {
      writeInteger(writer, 0x80, 0x7f, this.#indexOf(id));
    } else {
      writeInteger(writer, 0, 0x0f, this.#indexOf(id));
      writeString(writer, value, HUFFMAN_MIN);
    }
    return true;
  }

  #seenBefore(key: string): boolean {
    this.#seen ??= new Set();
    if (this.#seen.delete(key)) return true;
    if (this.#seen.size >= SEEN_FIELDS) this.#seen.clear();
    this.#seen.add(key);
    return false;
  }

  #writeIndexed(name: string, value: string, writer: ByteWriter): boolean {
    let index = STATIC_FIELDS.get(keyOf(name, value)) ?? 0;
    if (index === 0) {
      const id = this.#fieldId(name, value);
      if (id === undefined) return false;
      index = this.#indexOf(id);
    }
    writeInteger(writer, 0x80, 0x7f, index);
    return true;
  }

  /** Entries are numbered by insertion; the newest has the lowest index (RFC 7541 §2.3.3). */
  #indexOf(id: number): number {
    return STATIC_COUNT + (this.#dropped + this.#entries.length - id);
  }

  #writeLiteral(name: string, value: string, bits: number, mask: number, writer: ByteWriter, plainUnder: number): void {
    let index = STATIC_NAMES.get(name) ?? 0;
    if (index === 0) {
      const id = this.#nameId(name);
      if (id !== undefined) index = this.#indexOf(id);
    }
    writeInteger(writer, bits, mask, index);
    if (index === 0) writeString(writer, name, plainUnder);
    writeString(writer, value, plainUnder);
  }

  /** The number of the newest entry with this field. */
  #fieldId(name: string, value: string): number | undefined {
    if (this.#fieldIds !== undefined) return this.#fieldIds.get(keyOf(name, value));
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= this.#oldest; i--) {
      const entry = entries[i]!;
      if (entry.name === name && entry.value === value) return this.#dropped + i;
    }
    return undefined;
  }

  /** The number of the newest entry with this name. */
  #nameId(name: string): number | undefined {
    if (this.#nameIds !== undefined) return this.#nameIds.get(name);
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= this.#oldest; i--) if (entries[i]!.name === name) return this.#dropped + i;
    return undefined;
  }

  #insert(name: string, value: string, size: number): void {
    this.#evict(size);
    this.#entries.push({ name, value, size });
    this.#size += size;
    this.#generation++;
    if (this.#nameIds !== undefined) this.#note(this.#entries.length - 1);
    else if (this.#entries.length - this.#oldest > SCANNED) {
      for (let i = this.#oldest; i < this.#entries.length; i++) this.#note(i);
    }
  }

  /** Puts an entry into the maps. */
  #note(index: number): void {
    const { name, value } = this.#entries[index]!;
    this.#fieldIds ??= new Map();
    this.#nameIds ??= new Map();
    this.#fieldIds.set(keyOf(name, value), this.#dropped + index);
    this.#nameIds.set(name, this.#dropped + index);
  }

  #evict(incoming: number): void {
    while (this.#oldest < this.#entries.length && this.#size + incoming > this.#capacity) {
      const { name, value, size } = this.#entries[this.#oldest]!;
      const id = this.#dropped + this.#oldest;
      this.#oldest++;
      this.#size -= size;
      const key = keyOf(name, value);
      if (this.#fieldIds?.get(key) === id) this.#fieldIds.delete(key);
      if (this.#nameIds?.get(name) === id) this.#nameIds.delete(name);
      this.#generation++;
    }
    // The gone entries leave in bulk: shifting an array one by one would take quadratic time.
    if (this.#oldest >= 128) {
      this.#entries = this.#entries.slice(this.#oldest);
      this.#dropped += this.#oldest;
      this.#oldest = 0;
    }
  }
}

function keyOf(name: string, value: string): string {
  return `${name}\0${value}`;
}

function boundOf(fields: HttpFields): number {
  // Room for two table size updates, which stand in front of a block.
  let total = 2 * INTEGER_MAX;
  for (let i = 0; i < fields.length; i++) {
    const { name, value } = fields[i]!;
    total += name.length + value.length + 3 * INTEGER_MAX;
  }
  return total;
}

function checkFields(fields: HttpFields): void {
  for (let i = 0; i < fields.length; i++) {
    const { name, value } = fields[i]!;
    const bare = name.charCodeAt(0) === 0x3a ? name.slice(1) : name;
    if (!isFieldName(bare)) throw misuse(`${quote(name)} is no name of an HTTP/2 field`);
    if (!isFieldValue(value)) throw misuse(`the value of the field ${quote(name)} cannot be sent by HTTP/2`);
  }
}

/** RFC 7541 §5.1. */
function writeInteger(writer: ByteWriter, bits: number, mask: number, value: number): void {
  const { buf } = writer;
  if (value < mask) {
    buf[writer.pos++] = bits | value;
    return;
  }
  buf[writer.pos++] = bits | mask;
  value -= mask;
  while (value >= 0x80) {
    buf[writer.pos++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  buf[writer.pos++] = value;
}

/** RFC 7541 §5.2: in Huffman code if that is shorter, and the string is not so short that it matters little. */
function writeString(writer: ByteWriter, text: string, plainUnder: number): void {
  const { length } = text;
  if (length >= plainUnder) {
    const coded = huffmanLength(text);
    if (coded < length) {
      writeInteger(writer, 0x80, 0x7f, coded);
      writer.pos = encodeHuffman(text, writer.buf, writer.pos);
      return;
    }
  }
  writeInteger(writer, 0, 0x7f, length);
  const { buf } = writer;
  let { pos } = writer;
  for (let i = 0; i < length; i++) buf[pos++] = text.charCodeAt(i);
  writer.pos = pos;
}
