import { FieldPresence, FieldType, Label, MessageEncoding, RepeatedEncoding } from "../descriptor/constants.js";
import type { FieldDefinition, MessageDefinition } from "../link/definition.js";
import { type ScalarValue, WireType, WireWriter, wireTypeOf } from "./wire-writer.js";

/** The value of an option: a scalar, or a message of them. */
export type OptionValue = ScalarValue | MessageValue;

/** A message as an aggregate writes it: the fields that are set, repeated ones as arrays. */
export interface MessageValue {
  readonly type: MessageDefinition;
  readonly fields: Map<FieldDefinition, OptionValue | OptionValue[]>;
}

/** True for a field that is written as a group: a group, or a message field with delimited encoding. */
export function isDelimited(field: FieldDefinition): boolean {
  if (field.proto.type === FieldType.Group) return true;
  if (field.proto.type !== FieldType.Message) return false;
  const inMap = field.messageType?.isMapEntry === true || field.parent?.isMapEntry === true;
  return field.features.messageEncoding === MessageEncoding.Delimited && !inMap;
}

/** Encodes one value of a field as a record: tag and value. */
export function encodeRecord(field: FieldDefinition, value: OptionValue): Uint8Array {
  const writer = new WireWriter();
  writeRecord(writer, field, value);
  return writer.finish();
}

/** Wraps the content of a message field into its record. */
export function wrapMessage(field: FieldDefinition, content: Uint8Array): Uint8Array {
  const number = field.proto.number!;
  const writer = new WireWriter();
  if (isDelimited(field)) writer.tag(number, WireType.StartGroup).raw(content).tag(number, WireType.EndGroup);
  else writer.tag(number, WireType.Bytes).bytes(content);
  return writer.finish();
}

/** Encodes a message: its fields by number, as protoc's serializer has them. */
export function encodeMessage(message: MessageValue): Uint8Array {
  const writer = new WireWriter();
  const fields = [...message.fields].sort((a, b) => a[0].proto.number! - b[0].proto.number!);
  const isMessageSet = message.type.proto.options?.messageSetWireFormat === true;
  for (const [field, value] of fields) {
    if (isMessageSet && isMessageValue(value as OptionValue)) writeItem(writer, field, value as MessageValue);
    else if (!Array.isArray(value)) {
      if (!isImplicitDefault(field, value, message.type)) writeRecord(writer, field, value);
    } else if (isPacked(field)) {
      const packed = new WireWriter();
      for (const item of value) packed.scalar(field.proto.type!, item as ScalarValue);
      writer.tag(field.proto.number!, WireType.Bytes).bytes(packed.finish());
    } else {
      for (const item of value) writeRecord(writer, field, item);
    }
  }
  return writer.finish();
}

/** An extension of a message set: a group with its number and its bytes ("message_set_wire_format"). */
function writeItem(writer: WireWriter, field: FieldDefinition, value: MessageValue): void {
  writer.tag(1, WireType.StartGroup).tag(2, WireType.Varint).varint(BigInt(field.proto.number!));
  writer.tag(3, WireType.Bytes).bytes(encodeMessage(value)).tag(1, WireType.EndGroup);
}

function writeRecord(writer: WireWriter, field: FieldDefinition, value: OptionValue): void {
  if (isMessageValue(value)) writer.raw(wrapMessage(field, encodeMessage(value)));
  else writer.tag(field.proto.number!, wireTypeOf(field.proto.type!)).scalar(field.proto.type!, value);
}

export function isMessageValue(value: OptionValue): value is MessageValue {
  return typeof value === "object" && "fields" in value;
}

function isPacked(field: FieldDefinition): boolean {
  if (field.proto.label !== Label.Repeated) return false;
  const wireType = wireTypeOf(field.proto.type!);
  if (wireType === WireType.Bytes || wireType === WireType.StartGroup) return false;
  return field.features.repeatedFieldEncoding === RepeatedEncoding.Packed;
}

/** A zero in a field without presence is not written. A map's entry always has both halves. */
function isImplicitDefault(field: FieldDefinition, value: OptionValue, type: MessageDefinition): boolean {
  if (type.isMapEntry || field.isExtension || field.oneof !== undefined || field.proto.proto3Optional === true)
    return false;
  if (field.features.fieldPresence !== FieldPresence.Implicit || isMessageValue(value)) return false;
  if (typeof value === "object") return value.length === 0;
  return typeof value === "boolean" ? !value : Object.is(Number(value), 0);
}
