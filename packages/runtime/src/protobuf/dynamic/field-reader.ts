import { wireTypeOf } from "../codec/scalar.js";
import type { EnumType } from "../type/enum-type.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType } from "../type/message-type.js";
import type { LongAs, ScalarType } from "../type/scalar-type.js";
import { setEntry } from "../wire/map-entry.js";
import { readPackedInt32 } from "../wire/read-packed.js";
import { readStringUnchecked } from "../wire/read-string.js";
import { readInt32, toSafeNumber } from "../wire/read-varint.js";
import { checkEnd, type Reader, readGroup, readMessageLength, readTag } from "../wire/reader.js";
import { keepEntry, keepEnum, skipOther } from "../wire/unknown-fields.js";
import { WireType } from "../wire/wire-type.js";
import type { DynamicField } from "./dynamic-field.js";
import { SCALAR_FUNCTIONS, zeroOf } from "./scalar-functions.js";

type Fields = Record<string, unknown>;

/** How an occurrence of a field is read: as {@link WriteKind} of writing. */
export const ReadKind = { other: 0, message: 1, messages: 2, string: 3, int32: 4, int64: 5, scalar: 6 } as const;

/** Reads one occurrence of a field, behind its tag, into a message. */
type Read = (message: Fields, r: Reader, end: number, depth: number) => void;

/** Reads what comes under one tag. All are of one shape, so that finding and calling them is fast. */
export interface FieldReader {
  readonly name: string;
  readonly kind: (typeof ReadKind)[keyof typeof ReadKind];
  /** For the kind `other`. */
  readonly read: Read;
  /** For the kind `scalar`. */
  readonly value: ValueReader;
  /** For the kinds `message` and `messages`. */
  readonly message: AnyMessageType["read"];
}

/** Reads a value behind its tag. @param previous what a message is merged into */
type ValueReader = (r: Reader, end: number, depth: number, previous: unknown) => unknown;

/** The readers of a field by the tags that it takes. */
export function fieldReaders(field: DynamicField): [tag: number, reader: FieldReader][] {
  const { row } = field;
  const kind = kindOf(field);
  const message = isMessageType(row.type) ? row.type.read : unused;
  return readsOf(field).map(([tag, read, value = unused]) => [
    tag,
    { name: row.localName, kind, read, value, message },
  ]);
}

function unused(): never {
  throw new Error("a reader of another kind");
}

function kindOf({ row, checkUtf8 }: DynamicField): FieldReader["kind"] {
  const { type } = row;
  if (row.mapKey !== undefined || row.oneof !== undefined || row.delimited) return ReadKind.other;
  if (isMessageType(type)) return row.repeated ? ReadKind.messages : ReadKind.message;
  if (row.repeated) return ReadKind.other;
  if (isEnumType(type)) return type.closed ? ReadKind.other : ReadKind.int32;
  if (type === "string" && checkUtf8) return ReadKind.string;
  if (type === "int32") return ReadKind.int32;
  return type === "int64" && row.longAs === "bigint" ? ReadKind.int64 : ReadKind.scalar;
}

function readsOf(field: DynamicField): [tag: number, read: Read, value?: ValueReader][] {
  const { row } = field;
  const tag = row.number * 8 + wireTypeIn(row);
  if (row.mapKey !== undefined) return [[row.number * 8 + WireType.LEN, mapReader(field, row.mapKey)]];
  if (isEnumType(row.type) && row.type.closed) return closedEnumReaders(row, row.type, tag);
  const read = valueReader(field);
  if (row.repeated) return repeatedReaders(row, tag, read);
  if (row.oneof !== undefined) return [[tag, oneofReader(row, row.oneof, read)]];
  return [[tag, singleReader(field, read), read]];
}

function wireTypeIn(field: FieldType): number {
  if (isMessageType(field.type)) return field.delimited ? WireType.SGROUP : WireType.LEN;
  return isEnumType(field.type) ? WireType.VARINT : wireTypeOf(field.type);
}

function singleReader({ row }: DynamicField, read: ValueReader): Read {
  const { localName } = row;
  return (message, r, end, depth) => {
    message[localName] = read(r, end, depth, message[localName]);
  };
}

function oneofReader(row: FieldType, oneof: string, read: ValueReader): Read {
  const name = row.localName;
  return (message, r, end, depth) => {
    const before = message[oneof] as { readonly case: string; readonly value: unknown } | undefined;
    const previous = before?.case === name ? before.value : undefined;
    message[oneof] = { case: name, value: read(r, end, depth, previous) };
  };
}

/** Packed or not, whatever the schema says (protobuf.dev, "Encoding", "Packed Repeated Fields"). */
function repeatedReaders(row: FieldType, tag: number, read: ValueReader): [number, Read][] {
  const { localName } = row;
  const readers: [number, Read][] = [
    [
      tag,
      (message, r, end, depth) => {
        (message[localName] as unknown[]).push(read(r, end, depth, undefined));
      },
    ],
  ];
  if (isMessageType(row.type)) return readers;
  const { readPacked } = SCALAR_FUNCTIONS[isEnumType(row.type) ? "int32" : row.type];
  if (readPacked === undefined) return readers;
  const packedTag = row.number * 8 + WireType.LEN;
  if (row.longAs === "bigint") {
    readers.push([
      packedTag,
      (message, r, end) => {
        message[localName] = readPacked(r, end, message[localName] as unknown[]);
      },
    ]);
  } else {
    const convert = converter(row.longAs);
    readers.push([
      packedTag,
      (message, r, end) => {
        const values = message[localName] as unknown[];
        for (const value of readPacked(r, end, []) as bigint[]) values.push(convert(value, r));
      },
    ]);
  }
  return readers;
}

function converter(longAs: LongAs): (value: bigint, r: Reader) => unknown {
  return longAs === "string" ? (value) => value.toString() : toSafeNumber;
}

function valueReader({ row, checkUtf8 }: DynamicField): ValueReader {
  const { type } = row;
  if (isMessageType(type)) return messageReader(type, row);
  if (type === "string" && !checkUtf8) return readStringUnchecked;
  const { read } = SCALAR_FUNCTIONS[isEnumType(type) ? "int32" : type];
  if (row.longAs === "bigint") return read;
  const convert = converter(row.longAs);
  return (r, end) => convert(read(r, end) as bigint, r);
}

function messageReader(type: AnyMessageType, row: FieldType): ValueReader {
  const { read } = type;
  if (row.delimited) {
    const { number } = row;
    return (r, end, depth, previous) => readGroup(read, number, r, end, depth, previous);
  }
  return (r, end, depth, previous) => read(r, readMessageLength(r, end, depth), depth + 1, previous);
}

/** A number that a closed enum does not list goes to the unknown fields (protobuf.dev, "Enum Behavior"). */
function closedEnumReaders(row: FieldType, type: EnumType, tag: number): [number, Read][] {
  const { localName, oneof } = row;
  const set = row.repeated
    ? (message: Fields, value: number) => (message[localName] as number[]).push(value)
    : oneof === undefined
      ? (message: Fields, value: number) => (message[localName] = value)
      : (message: Fields, value: number) => (message[oneof] = { case: localName, value });
  const take = (message: Fields, value: number): void => {
    if (type.nameOf(value) !== undefined) set(message, value);
    else keepEnum(message, tag, value);
  };
  const readers: [number, Read][] = [[tag, (message, r) => take(message, readInt32(r))]];
  if (row.repeated) {
    readers.push([
      row.number * 8 + WireType.LEN,
      (message, r, end) => {
        for (const value of readPackedInt32(r, end, [])) take(message, value);
      },
    ]);
  }
  return readers;
}

function mapReader(field: DynamicField, mapKey: ScalarType): Read {
  const { row } = field;
  const { localName, type } = row;
  const closed = isEnumType(type) && type.closed ? type : undefined;
  const tag = row.number * 8 + WireType.LEN;
  const valueRow: FieldType = { ...row, number: 2, mapKey: undefined };
  const keyTag = 8 + wireTypeOf(mapKey);
  const valueTag = 16 + wireTypeIn(valueRow);
  const { read: readKey } = SCALAR_FUNCTIONS[mapKey];
  const readValue = valueReader({ row: valueRow, checkUtf8: field.checkUtf8 });
  const noKey = zeroOf(mapKey, "bigint");
  const noValue = isMessageType(type) ? undefined : isEnumType(type) ? firstOf(type) : zeroOf(type, row.longAs);
  const empty = isMessageType(type) ? type.empty : undefined;
  return (message, r, outerEnd, depth) => {
    const end = readMessageLength(r, outerEnd, depth);
    const start = r.pos;
    let key = noKey;
    let value = noValue;
    while (r.pos < end) {
      const entryTag = readTag(r);
      if (entryTag === keyTag) key = readKey(r, end);
      else if (entryTag === valueTag) value = readValue(r, end, depth + 1, empty === undefined ? undefined : value);
      else skipOther(r, entryTag, end, depth + 1);
    }
    checkEnd(r, end);
    if (closed !== undefined && closed.nameOf(value as number) === undefined) {
      keepEntry(message, tag, r.buf, start, end);
    } else {
      const entry = value === undefined && empty !== undefined ? empty() : value;
      setEntry(message[localName] as Fields, key as string, entry);
    }
  };
}

/** The value that an enum field without presence has if it is not set: the first that is declared. */
export function firstOf(type: EnumType): number {
  for (const name of Object.keys(type.values)) return type.values[name]!;
  return 0;
}
