import type { AnyMessageType, EnumType, FieldType, Registry, ScalarType } from "hawser/protobuf";

/** What a value is in ProtoJSON (protobuf.dev, "ProtoJSON Format"). */
export type Shape =
  | { readonly kind: "message"; readonly type: AnyMessageType }
  | { readonly kind: "scalar"; readonly type: ScalarType }
  | { readonly kind: "enum"; readonly type: EnumType }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly key: ScalarType; readonly of: Shape }
  /** An object with "@type", and the members of the type that it names. */
  | { readonly kind: "any" }
  | { readonly kind: "timestamp" }
  | { readonly kind: "duration" }
  | { readonly kind: "field mask" }
  /** A scalar, or null. */
  | { readonly kind: "wrapper"; readonly type: ScalarType }
  /** Any JSON object. */
  | { readonly kind: "struct" }
  /** Any JSON array. */
  | { readonly kind: "list value" }
  /** Any JSON. */
  | { readonly kind: "value" }
  | { readonly kind: "null" };

const WRAPPED: Readonly<Record<string, ScalarType>> = {
  DoubleValue: "double",
  FloatValue: "float",
  Int64Value: "int64",
  UInt64Value: "uint64",
  Int32Value: "int32",
  UInt32Value: "uint32",
  BoolValue: "bool",
  StringValue: "string",
  BytesValue: "bytes",
};

const OWN_FORMS: Readonly<Record<string, Shape>> = {
  Any: { kind: "any" },
  Timestamp: { kind: "timestamp" },
  Duration: { kind: "duration" },
  FieldMask: { kind: "field mask" },
  Struct: { kind: "struct" },
  ListValue: { kind: "list value" },
  Value: { kind: "value" },
};

/** What a message is in JSON: an object of its fields, unless it has a form of its own. */
export function messageShape(type: AnyMessageType): Shape {
  const [, name = ""] = /^google\.protobuf\.(\w+)$/.exec(type.typeName) ?? [];
  if (Object.hasOwn(OWN_FORMS, name)) return OWN_FORMS[name]!;
  if (Object.hasOwn(WRAPPED, name)) return { kind: "wrapper", type: WRAPPED[name]! };
  return { kind: "message", type };
}

/** What a field is in JSON. */
export function fieldShape(field: FieldType): Shape {
  const single = typeShape(field.type);
  if (field.mapKey !== undefined) return { kind: "map", key: field.mapKey, of: single };
  return field.repeated ? { kind: "list", of: single } : single;
}

function typeShape(type: FieldType["type"]): Shape {
  if (typeof type === "string") return { kind: "scalar", type };
  if ("readFrom" in type) return messageShape(type);
  return type.typeName === "google.protobuf.NullValue" ? { kind: "null" } : { kind: "enum", type };
}

/** The name of a shape, as a user knows it from the `.proto`. */
export function shapeName(shape: Shape): string {
  switch (shape.kind) {
    case "message":
    case "enum":
      return shape.type.typeName;
    case "scalar":
      return shape.type;
    case "list":
      return `repeated ${shapeName(shape.of)}`;
    case "map":
      return `map<${shape.key}, ${shapeName(shape.of)}>`;
    case "wrapper":
      return `${shape.type} or null`;
    case "any":
      return "Any";
    case "timestamp":
      return "Timestamp";
    case "duration":
      return "Duration";
    case "field mask":
      return "FieldMask";
    case "struct":
      return "JSON object";
    case "list value":
      return "JSON array";
    case "value":
      return "any JSON";
    case "null":
      return "null";
  }
}

/** A shape's name without its package, for where there is little room. */
export function shortShapeName(shape: Shape): string {
  return shapeName(shape).replace(/[A-Za-z_][\w.]*\.(?=\w)/g, "");
}

/** The field of a message that a member of an object names, by either of its names in JSON, or an extension in brackets. */
export function fieldOfKey(type: AnyMessageType, key: string, registry: Registry): FieldType | undefined {
  if (key.startsWith("[") && key.endsWith("]")) {
    const extension = registry.extension(key.slice(1, -1));
    return extension?.extendee.typeName === type.typeName ? extension.field : undefined;
  }
  return type.fields.find((field) => field.jsonName === key) ?? type.fields.find((field) => field.name === key);
}

/** The full name that comments of a field go by. */
export function fieldFullName(type: AnyMessageType, field: FieldType): string {
  return `${type.typeName}.${field.name}`;
}

/** The type that the "@type" of an Any names: the part behind its last slash. */
export function anyType(typeUrl: string, registry: Registry): AnyMessageType | undefined {
  const slash = typeUrl.lastIndexOf("/");
  return slash < 0 ? undefined : registry.message(typeUrl.slice(slash + 1));
}
