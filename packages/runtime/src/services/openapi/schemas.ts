import { getExtension } from "../../protobuf/codec/extension.js";
import type { JsonObject, JsonValue } from "../../protobuf/json/json-value.js";
import { protoJsonName } from "../../protobuf/type/names.js";
import { FieldBehavior, fieldBehavior } from "../../protobuf/wkt/google/api/field_behavior.pb.js";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "../../protobuf/wkt/google/protobuf/descriptor.pb.js";
import type { DescriptorIndex } from "./descriptor-index.js";

/** The well-known types, which JSON writes in ways of their own (protobuf.dev, "ProtoJSON Format"). */
const WELL_KNOWN: Readonly<Record<string, JsonObject>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": {
    type: "string",
    pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$",
    description: 'Seconds, as "1.5s".',
  },
  "google.protobuf.FieldMask": {
    type: "string",
    description: "Paths of fields in lower camel case, joined by commas.",
  },
  "google.protobuf.Struct": { type: "object", additionalProperties: true },
  "google.protobuf.Value": { description: "Any JSON value." },
  "google.protobuf.ListValue": { type: "array", items: {} },
  "google.protobuf.Empty": { type: "object" },
  "google.protobuf.Any": {
    type: "object",
    properties: { "@type": { type: "string", description: "The URL of the type, which ends in its full name." } },
    required: ["@type"],
    additionalProperties: true,
  },
  "google.protobuf.DoubleValue": { type: ["number", "null"], format: "double" },
  "google.protobuf.FloatValue": { type: ["number", "null"], format: "float" },
  "google.protobuf.Int64Value": { type: ["string", "null"], format: "int64" },
  "google.protobuf.UInt64Value": { type: ["string", "null"], format: "uint64" },
  "google.protobuf.Int32Value": { type: ["integer", "null"], format: "int32" },
  "google.protobuf.UInt32Value": { type: ["integer", "null"], format: "int64", minimum: 0 },
  "google.protobuf.BoolValue": { type: ["boolean", "null"] },
  "google.protobuf.StringValue": { type: ["string", "null"] },
  "google.protobuf.BytesValue": { type: ["string", "null"], contentEncoding: "base64" },
};

/** Scalars in ProtoJSON: what has 64 bits is a string. */
const SCALARS: Partial<Readonly<Record<Type, JsonObject>>> = {
  [Type.TYPE_DOUBLE]: { type: "number", format: "double" },
  [Type.TYPE_FLOAT]: { type: "number", format: "float" },
  [Type.TYPE_INT32]: { type: "integer", format: "int32" },
  [Type.TYPE_SINT32]: { type: "integer", format: "int32" },
  [Type.TYPE_SFIXED32]: { type: "integer", format: "int32" },
  [Type.TYPE_UINT32]: { type: "integer", format: "int64", minimum: 0 },
  [Type.TYPE_FIXED32]: { type: "integer", format: "int64", minimum: 0 },
  [Type.TYPE_INT64]: { type: "string", format: "int64" },
  [Type.TYPE_SINT64]: { type: "string", format: "int64" },
  [Type.TYPE_SFIXED64]: { type: "string", format: "int64" },
  [Type.TYPE_UINT64]: { type: "string", format: "uint64" },
  [Type.TYPE_FIXED64]: { type: "string", format: "uint64" },
  [Type.TYPE_BOOL]: { type: "boolean" },
  [Type.TYPE_STRING]: { type: "string" },
  [Type.TYPE_BYTES]: { type: "string", contentEncoding: "base64" },
};

/** Makes JSON Schemas (draft 2020-12, as OpenAPI 3.1 has them) of messages and enums, and keeps those that are referred to. */
export class Schemas {
  /** By full name; `components.schemas` of the document. */
  readonly components: Map<string, JsonObject> = new Map();
  readonly #index: DescriptorIndex;

  constructor(index: DescriptorIndex) {
    this.#index = index;
  }

  /** A message: a reference, or what it is if it is a well-known one. */
  message(typeName: string): JsonObject {
    const known = WELL_KNOWN[typeName];
    if (known !== undefined) return { ...known };
    if (!this.components.has(typeName)) {
      const proto = this.#index.messages.get(typeName);
      // Set before it is made: a message may hold itself.
      const schema: JsonObject = {};
      this.components.set(typeName, schema);
      Object.assign(schema, proto === undefined ? { type: "object" } : this.object(typeName, proto, () => true));
    }
    return { $ref: `#/components/schemas/${typeName}` };
  }

  /** An object with those fields of a message that `wanted` lets through. */
  object(fullName: string, proto: DescriptorProto, wanted: (field: FieldDescriptorProto) => boolean): JsonObject {
    const properties: JsonObject = {};
    const required: string[] = [];
    for (const field of proto.field) {
      if (!wanted(field)) continue;
      const name = jsonNameOf(field);
      // A field may be called "__proto__".
      Object.defineProperty(properties, name, {
        value: this.field(`${fullName}.${field.name}`, field),
        enumerable: true,
        configurable: true,
        writable: true,
      });
      if (isRequired(field)) required.push(name);
    }
    return {
      type: "object",
      ...described(this.#index.comment(fullName), this.#oneofs(proto, wanted)),
      properties,
      ...(required.length === 0 ? {} : { required }),
      ...(proto.options?.deprecated === true ? { deprecated: true } : {}),
    };
  }

  /** A field with its comment and what field_behavior says of it. */
  field(fullName: string, field: FieldDescriptorProto): JsonObject {
    const behaviors = behaviorsOf(field);
    const extra: JsonObject = {
      ...described(
        this.#index.comment(fullName),
        behaviors.includes(FieldBehavior.IMMUTABLE) ? ["Can't be changed."] : [],
      ),
      ...(behaviors.includes(FieldBehavior.OUTPUT_ONLY) ? { readOnly: true } : {}),
      ...(behaviors.includes(FieldBehavior.INPUT_ONLY) ? { writeOnly: true } : {}),
      ...(field.options?.deprecated === true ? { deprecated: true } : {}),
    };
    const schema = this.#type(field);
    // Beside a $ref the rest counts, too (OpenAPI 3.1, "Schema Object").
    return { ...schema, ...extra };
  }

  #type(field: FieldDescriptorProto): JsonObject {
    if (field.label !== Label.LABEL_REPEATED) return this.value(field);
    const entry = this.#index.message(field.typeName)?.proto;
    if (entry?.options?.mapEntry === true) {
      const value = entry.field.find(({ number }) => number === 2);
      return { type: "object", additionalProperties: value === undefined ? true : this.value(value) };
    }
    return { type: "array", items: this.value(field) };
  }

  /** One value of a field. */
  value(field: FieldDescriptorProto): JsonObject {
    if (field.type === Type.TYPE_MESSAGE || field.type === Type.TYPE_GROUP)
      return this.message((field.typeName ?? "").slice(1));
    if (field.type === Type.TYPE_ENUM) return this.#enum((field.typeName ?? "").slice(1));
    return { ...(SCALARS[field.type as Type] ?? {}) };
  }

  #enum(typeName: string): JsonObject {
    if (typeName === "google.protobuf.NullValue") return { type: "null" };
    if (!this.components.has(typeName)) {
      const values = this.#index.enums.get(typeName)?.value.map(({ name }) => name ?? "") ?? [];
      const told = values.flatMap((value) => {
        const comment = this.#index.comment(`${typeName}.${value}`);
        return comment === undefined ? [] : [`- ${value}: ${comment.replaceAll(/\s*\n\s*/g, " ")}`];
      });
      this.components.set(typeName, {
        type: "string",
        ...described(this.#index.comment(typeName), told.length === 0 ? [] : [told.join("\n")]),
        // Two names may share a number; the same name does not come twice.
        enum: values,
      });
    }
    return { $ref: `#/components/schemas/${typeName}` };
  }

  #oneofs(proto: DescriptorProto, wanted: (field: FieldDescriptorProto) => boolean): string[] {
    return proto.oneofDecl.flatMap((_, index) => {
      const members = proto.field.filter(
        (field) => field.oneofIndex === index && field.proto3Optional !== true && wanted(field),
      );
      return members.length < 2
        ? []
        : [`At most one of ${members.map((field) => `\`${jsonNameOf(field)}\``).join(", ")}.`];
    });
  }
}

/** A comment and what else is to be said, as `description`. */
export function described(comment: string | undefined, more: readonly string[] = []): { description?: string } {
  const parts = [...(comment === undefined ? [] : [comment]), ...more];
  return parts.length === 0 ? {} : { description: parts.join("\n\n") };
}

/** The name of a field in JSON. */
export function jsonNameOf(field: FieldDescriptorProto): string {
  return field.jsonName ?? protoJsonName(field.name ?? "");
}

/** Whether a request must have the field. */
export function isRequired(field: FieldDescriptorProto): boolean {
  return field.label === Label.LABEL_REQUIRED || behaviorsOf(field).includes(FieldBehavior.REQUIRED);
}

/** Whether a message is written as one value, so that a query can hold it. */
export function isValueInJson(typeName: string): boolean {
  const { type } = WELL_KNOWN[typeName] ?? {};
  const first: JsonValue | undefined = Array.isArray(type) ? type[0] : type;
  return first !== undefined && first !== "object" && first !== "array";
}

function behaviorsOf({ options }: FieldDescriptorProto): readonly FieldBehavior[] {
  return options === undefined ? [] : (getExtension(options, fieldBehavior) ?? []);
}
