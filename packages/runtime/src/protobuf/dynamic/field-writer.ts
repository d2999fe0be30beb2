import type { ByteWriter } from "../../base/byte-writer.js";
import { missingField } from "../codec/message.js";
import { wireTypeOf } from "../codec/scalar.js";
import { isEnumType, isMessageType } from "../type/field-type.js";
import type { FieldType } from "../type/message-type.js";
import type { ScalarType } from "../type/scalar-type.js";
import { boolKey, intKey } from "../wire/map-entry.js";
import { invalidValue } from "../wire/protobuf-error.js";
import { WireType } from "../wire/wire-type.js";
import { beginMessage, endMessage } from "../wire/write-message.js";
import { writeTag } from "../wire/write-varint.js";
import { SCALAR_FUNCTIONS } from "./scalar-functions.js";

type Fields = Readonly<Record<string, unknown>>;

/** Writes one field of a message, if it is set. */
export type FieldWriter = (w: ByteWriter, message: Fields) => void;

/** Writes one value with its tag. */
export type ValueWriter = (w: ByteWriter, value: unknown) => void;

/** The writer of a field that is no member of a oneof. */
export function fieldWriter(field: FieldType): FieldWriter {
  const { localName } = field;
  if (field.mapKey !== undefined) return mapWriter(field, field.mapKey);
  if (field.packed) {
    const tag = field.number * 8 + WireType.LEN;
    const writePacked = SCALAR_FUNCTIONS[scalarOf(field)].writePacked!;
    return (w, message) => {
      const values = message[localName];
      if (values !== undefined) writePacked(w, tag, values as unknown[]);
    };
  }
  if (field.repeated) {
    const write = valueWriter(field);
    return (w, message) => {
      const values = message[localName];
      if (values === undefined) return;
      if (!Array.isArray(values)) throw invalidValue("a repeated field takes an array");
      for (const value of values) write(w, value);
    };
  }
  if (field.required) {
    const write = valueWriter(field);
    return (w, message) => {
      const value = message[localName];
      if (value === undefined) throw missingField(field.name);
      write(w, value);
    };
  }
  if (isMessageType(field.type) || field.optional) return presentWriter(field);
  return implicitWriter(field);
}

/** With presence: what is given is written. */
function presentWriter(field: FieldType): FieldWriter {
  const { localName } = field;
  if (isMessageType(field.type)) {
    const write = valueWriter(field);
    return (w, message) => {
      const value = message[localName];
      if (value !== undefined) write(w, value);
    };
  }
  const tag = scalarTag(field);
  const { write } = SCALAR_FUNCTIONS[scalarOf(field)];
  return (w, message) => {
    const value = message[localName];
    if (value !== undefined) write(w, tag, value);
  };
}

/** Without presence: what is given and not the default is written. */
function implicitWriter(field: FieldType): FieldWriter {
  const { localName } = field;
  const tag = scalarTag(field);
  const scalar = scalarOf(field);
  const { write } = SCALAR_FUNCTIONS[scalar];
  if (scalar === "bytes") {
    return (w, message) => {
      const value = message[localName] as Uint8Array | undefined;
      if (value !== undefined && value.length !== 0) write(w, tag, value);
    };
  }
  // Minus zero has bits of its own, and NaN is falsy.
  if (scalar === "double" || scalar === "float") {
    return (w, message) => {
      const value = message[localName];
      if (value !== undefined && !Object.is(value, 0)) write(w, tag, value);
    };
  }
  const zero = field.longAs === "string" ? "0" : undefined;
  return (w, message) => {
    const value = message[localName];
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

function mapWriter(field: FieldType, mapKey: ScalarType): FieldWriter {
  const { localName } = field;
  const tag = field.number * 8 + WireType.LEN;
  const keyTag = 8 + wireTypeOf(mapKey);
  const { write: writeKey } = SCALAR_FUNCTIONS[mapKey];
  const writeValue = valueWriter({ ...field, number: 2, mapKey: undefined });
  const keyOf: (key: string) => unknown =
    mapKey === "bool" ? boolKey : mapKey.endsWith("32") ? intKey : (key: string) => key;
  return (w, message) => {
    const map = message[localName] as Record<string, unknown> | undefined;
    if (map === undefined) return;
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
