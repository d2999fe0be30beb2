import type { ByteWriter } from "../../base/byte-writer.js";
import { unknownCase } from "../codec/message.js";
import { wireTypeOf } from "../codec/scalar.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType } from "../type/message-type.js";
import type { ScalarType } from "../type/scalar-type.js";
import { boolKey, intKey } from "../wire/map-entry.js";
import { invalidValue } from "../wire/protobuf-error.js";
import { WireType } from "../wire/wire-type.js";
import { beginMessage, endMessage } from "../wire/write-message.js";
import { writeTag } from "../wire/write-varint.js";
import { SCALAR_FUNCTIONS } from "./scalar-functions.js";

/**
 * How the value of a field is written: the frequent kinds by the loop of the message itself, which saves the call of a
 * function that V8 cannot foresee, all others by {@link FieldWriter.write}.
 */
export const WriteKind = { other: 0, message: 1, string: 2, int32: 3, int64: 4 } as const;

/** Writes one property of a message: a field or a oneof. All are of one shape, so that the loop over them is fast. */
export interface FieldWriter {
  /** The property. */
  readonly name: string;
  readonly kind: (typeof WriteKind)[keyof typeof WriteKind];
  readonly tag: number;
  /** Whether a value that is falsy is not written: a field without presence. */
  readonly implicit: boolean;
  /** The name of the field if it must be set. */
  readonly required: string | undefined;
  /** Writes a value that is not `undefined`, whatever the kind; of a message what is behind tag and length. */
  readonly write: ValueWriter;
}

/** Writes one value with its tag. */
export type ValueWriter = (w: ByteWriter, value: unknown) => void;

/** The writer of a field that is no member of a oneof. */
export function fieldWriter(field: FieldType): FieldWriter {
  const single = !field.repeated && field.mapKey === undefined;
  const kind = single ? kindOf(field) : WriteKind.other;
  const implicit = single && !field.optional && !field.required && !isMessageType(field.type);
  return {
    name: field.localName,
    kind,
    tag: kind === WriteKind.message ? field.number * 8 + WireType.LEN : kind === WriteKind.other ? 0 : scalarTag(field),
    implicit,
    required: field.required ? field.name : undefined,
    write: kind === WriteKind.message ? (field.type as AnyMessageType).write : propertyWriter(field, implicit),
  };
}

/** The writer of a oneof. */
export function oneofWriter(name: string, members: readonly FieldType[]): FieldWriter {
  const cases = new Map(members.map((member) => [member.localName, valueWriter(member)]));
  const write: ValueWriter = (w, value) => {
    const chosen = value as { readonly case: string; readonly value: unknown };
    const writeChosen = cases.get(chosen.case);
    if (writeChosen === undefined) throw unknownCase(chosen);
    writeChosen(w, chosen.value);
  };
  return { name, kind: WriteKind.other, tag: 0, implicit: false, required: undefined, write };
}

function kindOf(field: FieldType): FieldWriter["kind"] {
  const { type } = field;
  if (isMessageType(type)) return field.delimited ? WriteKind.other : WriteKind.message;
  if (isEnumType(type) || type === "int32") return WriteKind.int32;
  if (type === "string") return WriteKind.string;
  return type === "int64" && field.longAs !== "string" ? WriteKind.int64 : WriteKind.other;
}

function propertyWriter(field: FieldType, implicit: boolean): ValueWriter {
  if (field.mapKey !== undefined) return mapWriter(field, field.mapKey);
  if (field.packed) {
    const tag = field.number * 8 + WireType.LEN;
    const writePacked = SCALAR_FUNCTIONS[scalarOf(field)].writePacked!;
    return (w, values) => writePacked(w, tag, values as unknown[]);
  }
  if (field.repeated) {
    const write = valueWriter(field);
    return (w, values) => {
      if (!Array.isArray(values)) throw invalidValue("a repeated field takes an array");
      for (const value of values) write(w, value);
    };
  }
  return implicit ? implicitWriter(field) : valueWriter(field);
}

/** Without presence: what is not the default is written. */
function implicitWriter(field: FieldType): ValueWriter {
  const tag = scalarTag(field);
  const scalar = scalarOf(field);
  const { write } = SCALAR_FUNCTIONS[scalar];
  if (scalar === "bytes") {
    return (w, value) => {
      if ((value as Uint8Array).length !== 0) write(w, tag, value);
    };
  }
  // Minus zero has bits of its own, and NaN is falsy.
  if (scalar === "double" || scalar === "float") {
    return (w, value) => {
      if (!Object.is(value, 0)) write(w, tag, value);
    };
  }
  const zero = field.longAs === "string" ? "0" : undefined;
  return (w, value) => {
    if (value && value !== zero) write(w, tag, value);
  };
}

/** The writer of a value of any field but a map. */
export function valueWriter(field: FieldType): ValueWriter {
  const { type } = field;
  if (!isMessageType(type)) {
    const tag = scalarTag(field);
    const { write } = SCALAR_FUNCTIONS[scalarOf(field)];
    return (w, value) => write(w, tag, value);
  }
  const { write } = type;
  const base = field.number * 8;
  if (field.delimited) {
    return (w, value) => {
      writeTag(w, base + WireType.SGROUP);
      write(w, value);
      writeTag(w, base + WireType.EGROUP);
    };
  }
  const tag = base + WireType.LEN;
  return (w, value) => {
    const start = beginMessage(w, tag);
    write(w, value);
    endMessage(w, start);
  };
}

function mapWriter(field: FieldType, mapKey: ScalarType): ValueWriter {
  const tag = field.number * 8 + WireType.LEN;
  const keyTag = 8 + wireTypeOf(mapKey);
  const { write: writeKey } = SCALAR_FUNCTIONS[mapKey];
  const writeValue = valueWriter({ ...field, number: 2, mapKey: undefined });
  const keyOf: (key: string) => unknown =
    mapKey === "bool" ? boolKey : mapKey.endsWith("32") ? intKey : (key: string) => key;
  return (w, value) => {
    const map = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(map)) {
      const start = beginMessage(w, tag);
      writeKey(w, keyTag, keyOf(key));
      writeValue(w, map[key]);
      endMessage(w, start);
    }
  };
}

/** What is on the wire: an enum is an int32. */
function scalarOf(field: FieldType): ScalarType {
  return isEnumType(field.type) ? "int32" : (field.type as ScalarType);
}

function scalarTag(field: FieldType): number {
  return field.number * 8 + wireTypeOf(scalarOf(field));
}
