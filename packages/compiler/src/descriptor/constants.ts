/** The numbers of descriptor.proto's enums, and the limits of the language, by the names the specification uses. */

import type { FieldDescriptorProto_Type } from "hawser/wkt";

/** google.protobuf.FieldDescriptorProto.Type */
export const FieldType = {
  Double: 1,
  Float: 2,
  Int64: 3,
  Uint64: 4,
  Int32: 5,
  Fixed64: 6,
  Fixed32: 7,
  Bool: 8,
  String: 9,
  Group: 10,
  Message: 11,
  Bytes: 12,
  Uint32: 13,
  Enum: 14,
  Sfixed32: 15,
  Sfixed64: 16,
  Sint32: 17,
  Sint64: 18,
} as const;

/** google.protobuf.FieldDescriptorProto.Label */
export const Label = { Optional: 1, Required: 2, Repeated: 3 } as const;

/** google.protobuf.Edition */
export const Edition = {
  Proto2: 998,
  Proto3: 999,
  E2023: 1000,
  E2024: 1001,
  E2026: 1002,
} as const;

/** google.protobuf.SymbolVisibility */
export const Visibility = { Local: 1, Export: 2 } as const;

/** The values of the features in google.protobuf.FeatureSet. */
export const FieldPresence = { Explicit: 1, Implicit: 2, LegacyRequired: 3 } as const;
export const EnumFeature = { Open: 1, Closed: 2 } as const;
export const RepeatedEncoding = { Packed: 1, Expanded: 2 } as const;
export const Utf8Validation = { Verify: 2, None: 3 } as const;
export const MessageEncoding = { LengthPrefixed: 1, Delimited: 2 } as const;
export const JsonFormat = { Allow: 1, LegacyBestEffort: 2 } as const;
export const NamingStyle = { Style2024: 1, Legacy: 2, Style2026: 3 } as const;
export const SymbolVisibilityDefault = { ExportAll: 1, ExportTopLevel: 2, LocalAll: 3, Strict: 4 } as const;
export const ProtoLimits = { None: 1, Limits2026: 2 } as const;

/** 2^29 - 1: a tag is a varint of 32 bits, three of which are the wire type ("Assigning Field Numbers"). */
export const MAX_FIELD_NUMBER = 536_870_911;

/** 2^31 - 1: enum numbers, and the extension numbers of a message set. */
export const MAX_INT32 = 2_147_483_647;

const SCALAR_TYPES: ReadonlyMap<string, FieldDescriptorProto_Type> = new Map<string, FieldDescriptorProto_Type>([
  ["double", FieldType.Double],
  ["float", FieldType.Float],
  ["int64", FieldType.Int64],
  ["uint64", FieldType.Uint64],
  ["int32", FieldType.Int32],
  ["fixed64", FieldType.Fixed64],
  ["fixed32", FieldType.Fixed32],
  ["bool", FieldType.Bool],
  ["string", FieldType.String],
  ["group", FieldType.Group],
  ["bytes", FieldType.Bytes],
  ["uint32", FieldType.Uint32],
  ["sfixed32", FieldType.Sfixed32],
  ["sfixed64", FieldType.Sfixed64],
  ["sint32", FieldType.Sint32],
  ["sint64", FieldType.Sint64],
]);

/** The type number of a type keyword (`group` included), or `undefined` for the name of a message or enum. */
export function scalarType(keyword: string): FieldDescriptorProto_Type | undefined {
  return SCALAR_TYPES.get(keyword);
}

/** The names of the scalar types, for suggestions. */
export const SCALAR_TYPE_NAMES: readonly string[] = [...SCALAR_TYPES.keys()].filter((name) => name !== "group");
