import { localFieldName } from "hawser/gen";
import type { DescriptorProto, FieldDescriptorProto } from "hawser/wkt";
import { type Features, withFeatures } from "hawser/wkt";
import type { Identifiers } from "./identifiers.js";
import type {
  EnumModel,
  FieldModel,
  LongAs,
  MemberModel,
  MessageModel,
  OneofModel,
  Scalar,
  ValueModel,
} from "./model.js";

/** The declared types by their full names with a leading dot, map entries included. */
export interface TypeIndex {
  readonly types: ReadonlyMap<string, MessageModel | EnumModel>;
  readonly mapEntries: ReadonlyMap<string, DescriptorProto>;
}

/** The members of `FieldDescriptorProto.Type` by number. */
const SCALARS: Readonly<Record<number, Scalar>> = {
  1: "double",
  2: "float",
  3: "int64",
  4: "uint64",
  5: "int32",
  6: "fixed64",
  7: "fixed32",
  8: "bool",
  9: "string",
  12: "bytes",
  13: "uint32",
  15: "sfixed32",
  16: "sfixed64",
  17: "sint32",
  18: "sint64",
};
const TYPE_GROUP = 10;
const LABEL_REQUIRED = 2;
const LABEL_REPEATED = 3;

/** The properties of a message, in the order of declaration; a oneof stands where its first field does. */
export function membersOf(message: MessageModel, index: TypeIndex): MemberModel[] {
  // A property must be there once, whatever `foo_bar` and `fooBar` become.
  const taken = new Set<string>();
  const unique = (name: string): string => {
    while (taken.has(name)) name += "$";
    taken.add(name);
    return name;
  };
  const members: MemberModel[] = [];
  const oneofs = new Map<number, OneofModel & { readonly fields: FieldModel[] }>();
  const cases = new Map<number, Set<string>>();
  message.proto.field.forEach((proto, i) => {
    const path = [...message.path, 2, i];
    const oneofIndex = proto.proto3Optional === true ? undefined : proto.oneofIndex;
    if (oneofIndex === undefined) {
      const local = unique(localFieldName(proto.name ?? ""));
      members.push({ kind: "field", field: resolveField(proto, path, local, undefined, message.features, index) });
      return;
    }
    let oneof = oneofs.get(oneofIndex);
    if (oneof === undefined) {
      oneof = {
        local: unique(localFieldName(message.proto.oneofDecl[oneofIndex]?.name ?? "")),
        path: [...message.path, 8, oneofIndex],
        fields: [],
      };
      oneofs.set(oneofIndex, oneof);
      cases.set(oneofIndex, new Set());
      members.push({ kind: "oneof", oneof });
    }
    const used = cases.get(oneofIndex)!;
    let local = localFieldName(proto.name ?? "");
    while (used.has(local)) local += "$";
    used.add(local);
    oneof.fields.push(resolveField(proto, path, local, oneof, message.features, index));
  });
  return members;
}

/** All fields of the members, in the order of declaration. */
export function fieldsOf(members: readonly MemberModel[]): FieldModel[] {
  return members.flatMap((member) => (member.kind === "field" ? [member.field] : member.oneof.fields));
}

/** Resolves a field or an extension. @param outer the features of what it is declared in */
export function resolveField(
  proto: FieldDescriptorProto,
  path: readonly number[],
  local: string,
  oneof: OneofModel | undefined,
  outer: Features,
  index: TypeIndex,
): FieldModel {
  const features = withFeatures(outer, proto.options?.features);
  const entry = index.mapEntries.get(proto.typeName ?? "");
  const repeated = proto.label === LABEL_REPEATED && entry === undefined;
  const valueProto = entry === undefined ? proto : entry.field.find((f) => f.number === 2)!;
  const keyProto = entry?.field.find((f) => f.number === 1);
  // A map is written with lengths whatever `message_encoding` says (protobuf.dev, "Feature Settings", "message_encoding").
  const valueFeatures = entry === undefined ? features : { ...features, delimited: false };
  const value = resolveValue(valueProto, valueFeatures, jstypeOf(proto), index);
  const packable =
    value.kind === "enum" || (value.kind === "scalar" && value.scalar !== "string" && value.scalar !== "bytes");
  return {
    proto,
    number: proto.number ?? 0,
    path,
    local,
    value,
    mapKey: keyProto === undefined ? undefined : SCALARS[keyProto.type ?? 0],
    repeated,
    packed: repeated && packable && (proto.options?.packed ?? features.packed),
    presence: presenceOf(proto, value, features),
    oneof,
    deprecated: proto.options?.deprecated === true,
  };
}

function presenceOf(proto: FieldDescriptorProto, value: ValueModel, features: Features): Features["presence"] {
  if (proto.label === LABEL_REQUIRED) return "required";
  if (proto.proto3Optional === true) return "explicit";
  if (features.presence === "required") return "required";
  return value.kind === "message" ? "explicit" : features.presence;
}

function jstypeOf(proto: FieldDescriptorProto): LongAs {
  return (["bigint", "string", "number"] as const)[proto.options?.jstype ?? 0] ?? "bigint";
}

function resolveValue(proto: FieldDescriptorProto, features: Features, longAs: LongAs, index: TypeIndex): ValueModel {
  const scalar = SCALARS[proto.type ?? 0];
  if (scalar !== undefined) {
    return { kind: "scalar", scalar, longAs: scalar.endsWith("64") ? longAs : "bigint", checkUtf8: features.checkUtf8 };
  }
  const type = index.types.get(proto.typeName ?? "");
  if (type === undefined) throw new Error(`the type ${proto.typeName} of field ${proto.name} is in none of the files`);
  if (type.kind === "enum") return { kind: "enum", type };
  return { kind: "message", type, delimited: proto.type === TYPE_GROUP || features.delimited };
}

/** The names that the body of a function may use for the values of the fields. */
export function fieldVariables(members: readonly MemberModel[], scope: Identifiers): Map<MemberModel, string> {
  const variables = new Map<MemberModel, string>();
  for (const member of members) {
    variables.set(member, scope.take(member.kind === "field" ? member.field.local : member.oneof.local));
  }
  return variables;
}
