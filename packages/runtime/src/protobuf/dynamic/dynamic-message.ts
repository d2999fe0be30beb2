import type { ByteWriter } from "../../base/byte-writer.js";
import { message, missingField } from "../codec/message.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { FieldType, MessageType } from "../type/message-type.js";
import { readString } from "../wire/read-string.js";
import { readInt32, readInt64 } from "../wire/read-varint.js";
import { checkEnd, type Reader, readMessageLength, readTag } from "../wire/reader.js";
import { dateToTimestamp } from "../wire/timestamp-date.js";
import { readOther, writeUnknown } from "../wire/unknown-fields.js";
import { beginMessage, endMessage } from "../wire/write-message.js";
import { writeString } from "../wire/write-string.js";
import { writeInt32, writeInt64 } from "../wire/write-varint.js";
import { cloner } from "./clone-template.js";
import type { DynamicField } from "./dynamic-field.js";
import { type FieldReader, fieldReaders, firstOf, ReadKind } from "./field-reader.js";
import { type FieldWriter, fieldWriter, oneofWriter, WriteKind } from "./field-writer.js";
import { zeroOf } from "./scalar-functions.js";

/** A message of a type that is known only at run time. */
export type DynamicMessage = Record<string, unknown> & {
  /** The fields that the schema does not know, as they were read. */
  $unknown?: Uint8Array;
};

/** The type of such a message. */
export type DynamicMessageType = MessageType<DynamicMessage, Readonly<Record<string, unknown>>>;

/** What reading and writing a message takes, made when it is first read or written. */
interface Plan {
  readonly empty: () => DynamicMessage;
  readonly writers: readonly FieldWriter[];
  /** By tags below {@link DENSE_TAGS}. */
  readonly readers: readonly (FieldReader | undefined)[];
  readonly otherReaders: ReadonlyMap<number, FieldReader>;
  readonly required: readonly FieldType[];
}

/** The tags of the fields up to 127 are looked up in an array. */
const DENSE_TAGS = 128 * 8;

/**
 * Makes a message type that behaves as generated code would: a closure per field in the place of its lines of code, for
 * code must not be made at run time (a strict content security policy forbids it).
 *
 * @param fields called at first use, when every type that it refers to exists
 */
export function dynamicMessage(
  typeName: string,
  fields: () => readonly DynamicField[],
  reservedNames: readonly string[],
): DynamicMessageType {
  let plan: Plan | undefined;
  const takesDate = typeName === "google.protobuf.Timestamp";

  function empty(): DynamicMessage {
    plan ??= makePlan(fields());
    return plan.empty();
  }

  function write(w: ByteWriter, init: Readonly<Record<string, unknown>>): void {
    const { writers } = (plan ??= makePlan(fields()));
    const source = takesDate && init instanceof Date ? { ...dateToTimestamp(init) } : init;
    for (let i = 0; i < writers.length; i++) {
      const f = writers[i]!;
      const value = source[f.name];
      if (value === undefined) {
        if (f.required !== undefined) throw missingField(f.required);
        continue;
      }
      switch (f.kind) {
        case WriteKind.message: {
          const start = beginMessage(w, f.tag);
          f.write(w, value);
          endMessage(w, start);
          break;
        }
        case WriteKind.string:
          if (value || !f.implicit) writeString(w, f.tag, value as string);
          break;
        case WriteKind.int32:
          if (value || !f.implicit) writeInt32(w, f.tag, value as number);
          break;
        case WriteKind.int64:
          if (value || !f.implicit) writeInt64(w, f.tag, value as bigint);
          break;
        default:
          f.write(w, value);
      }
    }
    const unknown = source["$unknown"];
    if (unknown !== undefined) writeUnknown(w, unknown as Uint8Array);
  }

  function read(r: Reader, end: number, depth: number, into?: DynamicMessage): DynamicMessage {
    const { readers, otherReaders, required, empty: create } = (plan ??= makePlan(fields()));
    const m = into ?? create();
    while (r.pos < end) {
      const tag = readTag(r);
      const f = tag < DENSE_TAGS ? readers[tag] : otherReaders.get(tag);
      if (f === undefined) {
        // The end tag of a group ends its message.
        if (readOther(r, tag, end, depth, m)) end = r.pos;
        continue;
      }
      const { name } = f;
      switch (f.kind) {
        case ReadKind.message:
          m[name] = f.message(r, readMessageLength(r, end, depth), depth + 1, m[name]);
          break;
        case ReadKind.messages:
          (m[name] as unknown[]).push(f.message(r, readMessageLength(r, end, depth), depth + 1));
          break;
        case ReadKind.string:
          m[name] = readString(r, end);
          break;
        case ReadKind.int32:
          m[name] = readInt32(r);
          break;
        case ReadKind.int64:
          m[name] = readInt64(r);
          break;
        case ReadKind.scalar:
          m[name] = f.value(r, end, depth, undefined);
          break;
        default:
          f.read(m, r, end, depth);
      }
    }
    checkEnd(r, end);
    for (let i = 0; i < required.length; i++) {
      if (m[required[i]!.localName] === undefined) throw missingField(required[i]!.name);
    }
    return m;
  }

  return message(typeName, empty, write, read, () => fields().map((field) => field.row), reservedNames);
}

function makePlan(fields: readonly DynamicField[]): Plan {
  const readers: (FieldReader | undefined)[] = new Array(DENSE_TAGS).fill(undefined);
  const otherReaders = new Map<number, FieldReader>();
  for (const field of fields) {
    for (const [tag, reader] of fieldReaders(field)) {
      if (tag < DENSE_TAGS) readers[tag] = reader;
      else otherReaders.set(tag, reader);
    }
  }
  const rows = fields.map((field) => field.row);
  return {
    empty: emptyOf(rows),
    writers: writersOf(rows),
    readers: readers.slice(0, readers.findLastIndex((each) => each !== undefined) + 1),
    otherReaders,
    required: rows.filter((row) => row.required),
  };
}

/** In the order of the numbers; a oneof stands where its lowest does. */
function writersOf(rows: readonly FieldType[]): FieldWriter[] {
  const writers: FieldWriter[] = [];
  const oneofs = new Set<string>();
  for (const row of [...rows].sort((a, b) => a.number - b.number)) {
    if (row.oneof === undefined) writers.push(fieldWriter(row));
    else if (!oneofs.has(row.oneof)) {
      oneofs.add(row.oneof);
      writers.push(
        oneofWriter(
          row.oneof,
          rows.filter((each) => each.oneof === row.oneof),
        ),
      );
    }
  }
  return writers;
}

/** Makes messages that all have the same properties in the same order, so that they share a hidden class. */
function emptyOf(rows: readonly FieldType[]): () => DynamicMessage {
  const properties = new Map<string, unknown>();
  const lists: string[] = [];
  const maps: string[] = [];
  for (const row of rows) {
    const name = row.oneof ?? row.localName;
    if (row.mapKey !== undefined) maps.push(name);
    else if (row.repeated) lists.push(name);
    properties.set(name, initialOf(row));
  }
  const clone = cloner(properties);
  if (lists.length + maps.length === 0) return clone;
  return () => {
    const fresh = clone();
    for (let i = 0; i < lists.length; i++) fresh[lists[i]!] = [];
    for (let i = 0; i < maps.length; i++) fresh[maps[i]!] = {};
    return fresh;
  };
}

function initialOf(row: FieldType): unknown {
  if (row.oneof !== undefined || row.optional || row.required || isMessageType(row.type)) return undefined;
  return isEnumType(row.type) ? firstOf(row.type) : zeroOf(row.type, row.longAs);
}
