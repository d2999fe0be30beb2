import type { AnyMessageType, FieldType, ScalarType } from "hawser/protobuf";
import type { JsonMember, JsonNode, JsonObjectNode } from "../editor/json-tree.js";
import { isInteger } from "../schema/check-scalar.js";
import { fieldShape, type Shape } from "../schema/shape.js";

/** A field of a form, and the member of the JSON that has its value. */
export interface FormField {
  readonly field: FieldType;
  readonly shape: Shape;
  /** Where the member is in its object; -1 if the field is not set. */
  readonly index: number;
  readonly member: JsonMember | undefined;
  /** Whether the field may be set to its default, which then differs from not being set. */
  readonly presence: boolean;
}

/** A line of a form: a field, or a oneof with the fields of which one may be set. */
export type FormEntry =
  | ({ readonly kind: "field" } & FormField)
  | {
      readonly kind: "oneof";
      readonly name: string;
      readonly fields: readonly FormField[];
      /** The one that is set. */
      readonly chosen: FormField | undefined;
    };

/** The lines of the form of a message, in the order of its fields; a oneof stands where its first field does. */
export function formEntries(type: AnyMessageType, object: JsonObjectNode): FormEntry[] {
  const places = new Map<string, number>();
  for (const [index, { key }] of object.members.entries()) places.set(key, index);
  const entries: FormEntry[] = [];
  const oneofs = new Set<string>();
  for (const field of type.fields) {
    if (field.oneof === undefined) {
      entries.push({ kind: "field", ...formField(field, object, places) });
      continue;
    }
    if (oneofs.has(field.oneof)) continue;
    oneofs.add(field.oneof);
    const fields = type.fields
      .filter(({ oneof }) => oneof === field.oneof)
      .map((each) => formField(each, object, places));
    entries.push({
      kind: "oneof",
      name: field.oneof,
      fields,
      chosen: fields.find(({ member }) => member !== undefined),
    });
  }
  return entries;
}

function formField(field: FieldType, object: JsonObjectNode, places: ReadonlyMap<string, number>): FormField {
  const index = places.get(field.jsonName) ?? places.get(field.name) ?? -1;
  const found = index < 0 ? undefined : object.members[index];
  // Null is nothing, but for what has null as a value.
  const shape = fieldShape(field);
  const isNull = found?.value.kind === "null" && shape.kind !== "value" && shape.kind !== "null";
  const plainList = shape.kind === "list" || shape.kind === "map";
  const presence = field.optional || field.required || field.oneof !== undefined || isMessage(shape);
  return { field, shape, index, member: isNull ? undefined : found, presence: presence && !plainList };
}

function isMessage(shape: Shape): boolean {
  return shape.kind !== "scalar" && shape.kind !== "enum" && shape.kind !== "null";
}

/**
 * What a user typed into the field of a value, as JSON. What is no number stays text, so that it is not lost, and the checks say
 * what is wrong with it.
 */
export function literalOf(shape: Shape, text: string): string {
  if ((shape.kind === "scalar" || shape.kind === "wrapper") && isNumber(shape.type))
    return numberLiteral(shape.type, text);
  if (shape.kind === "enum") return /^-?[0-9]{1,10}$/.test(text) ? text : JSON.stringify(text);
  return JSON.stringify(text);
}

function isNumber(type: ScalarType): boolean {
  return type !== "string" && type !== "bytes" && type !== "bool";
}

function numberLiteral(type: ScalarType, text: string): string {
  const trimmed = text.trim();
  // JSON readers round integers of 64 bits, so ProtoJSON writes them in quotes.
  if (type.endsWith("64")) return JSON.stringify(trimmed);
  const plain = isInteger(type)
    ? /^(?:0|-?[1-9][0-9]{0,9})$/
    : /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
  return plain.test(trimmed) ? trimmed : JSON.stringify(trimmed);
}

/** What the field of a value shows; undefined if the value is an object or an array, which no line of text can hold. */
export function textOf(node: JsonNode | undefined): string | undefined {
  if (node === undefined || node.kind === "missing") return "";
  return "text" in node ? node.text : undefined;
}

/** The key of a new entry of a map: one that is not there yet. */
export function freshKey(type: ScalarType, object: JsonObjectNode): string {
  const keys = new Set(object.members.map(({ key }) => key));
  if (type === "bool") return keys.has("true") ? "false" : "true";
  if (type === "string") {
    if (!keys.has("")) return "";
    for (let i = 1; ; i++) if (!keys.has(`key${i}`)) return `key${i}`;
  }
  for (let i = 1; ; i++) if (!keys.has(String(i))) return String(i);
}

/** What stands, faint, where nothing is set: the default. */
export function placeholderOf(shape: Shape, field: FieldType | undefined): string {
  if (field?.default !== undefined) return defaultText(field);
  switch (shape.kind) {
    case "scalar":
      if (shape.type === "string" || shape.type === "bytes") return "";
      return shape.type === "bool" ? "false" : "0";
    case "timestamp":
      return "2031-12-24T18:00:00Z";
    case "duration":
      return "1.5s";
    case "field mask":
      return "name,address.street";
    default:
      return "";
  }
}

function defaultText({ default: value, type }: FieldType): string {
  if (typeof type === "object" && "nameOf" in type) return type.nameOf(value as number) ?? String(value);
  return value instanceof Uint8Array ? `${value.length} bytes` : String(value);
}
