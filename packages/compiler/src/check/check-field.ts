import type { FeatureSet, FieldOptions } from "hawser/wkt";
import { Edition, EnumFeature, FieldPresence, FieldType, Label, RepeatedEncoding } from "../descriptor/constants.js";
import { didYouMean } from "../diagnostics/suggest.js";
import type { FieldDefinition } from "../link/definition.js";
import { enumValueNamed } from "../link/enum-values.js";
import { jsonName } from "../lower/names.js";
import type { Node } from "../syntax/ast.js";
import { checkExtension } from "./check-extension.js";
import type { Checker } from "./checker.js";

/** google.protobuf.FileOptions.OptimizeMode.LITE_RUNTIME */
export const LITE_RUNTIME = 3;

/** Checks a field or extension: its type, its default, its options. */
export function checkField(checker: Checker, field: FieldDefinition): void {
  checkType(checker, field);
  if (field.proto.defaultValue !== undefined) checkDefault(checker, field);
  checkOptions(checker, field);
  if (checker.unit.edition === Edition.Proto3) checkProto3(checker, field);
  else if (checker.unit.edition >= Edition.E2023) checkEditions(checker, field);
  const number = field.proto.number!;
  if (number >= FIRST_RESERVED && number <= LAST_RESERVED) {
    const problem = `the numbers ${FIRST_RESERVED} to ${LAST_RESERVED} are reserved for the Protocol Buffers implementation`;
    checker.errorAt("reserved-number", field.node.numberToken, problem);
  }
  if (field.isExtension) checkExtension(checker, field);
}

/** "Assigning Field Numbers": what no schema may use. */
const FIRST_RESERVED = 19_000;
const LAST_RESERVED = 19_999;

function isRequired(field: FieldDefinition): boolean {
  return field.proto.label === Label.Required || field.features.fieldPresence === FieldPresence.LegacyRequired;
}

function isRepeated(field: FieldDefinition): boolean {
  return field.proto.label === Label.Repeated;
}

function isMessageField(field: FieldDefinition): boolean {
  return field.proto.type === FieldType.Message || field.proto.type === FieldType.Group;
}

function isPackable(field: FieldDefinition): boolean {
  const { type } = field.proto;
  return isRepeated(field) && !isMessageField(field) && type !== FieldType.String && type !== FieldType.Bytes;
}

function checkType(checker: Checker, field: FieldDefinition): void {
  const { node, messageType } = field;
  if (messageType?.isMapEntry !== true) return;
  if (node.mapKey === undefined || messageType.node !== node) {
    const problem = `"${messageType.fullName}" is the entry type of a map field, which no other field can have`;
    checker.error("map-entry", node.type, problem, "declare a map field");
    return;
  }
  const [key, value] = messageType.fields as [FieldDefinition, FieldDefinition];
  switch (key.proto.type) {
    case FieldType.Enum:
      checker.error("map-key", node.mapKey, "the keys of a map cannot be enums", MAP_KEYS);
      break;
    case FieldType.Float:
    case FieldType.Double:
    case FieldType.Bytes:
    case FieldType.Message:
    case FieldType.Group:
      checker.error("map-key", node.mapKey, "the keys of a map cannot be floats, doubles, bytes or messages", MAP_KEYS);
  }
  if (value.proto.type === FieldType.Group)
    checker.error("map-value", node.type, "the values of a map cannot be groups");
  const first = value.enumType?.values[0];
  if (first !== undefined && first.proto.number !== 0) {
    const problem = `the first value of "${value.enumType!.fullName}" must be zero, because it is the value of a map`;
    checker.error("map-value", node.type, problem);
  }
}

const MAP_KEYS = "keys are integers, bool or string";

function checkDefault(checker: Checker, field: FieldDefinition): void {
  const { proto, enumType } = field;
  const option = field.node.options?.options.find((candidate) => candidate.name[0]!.name === "default");
  if (option === undefined) return;
  if (isRepeated(field)) {
    checker.error("default-value", option, "a repeated field cannot have a default");
    return;
  }
  if (isMessageField(field)) {
    checker.error("default-value", option, "a message field cannot have a default");
    return;
  }
  if (enumType === undefined) return;
  const isWord = option.value.kind === "identifier" && !option.value.negative;
  if (!isWord || enumValueNamed(enumType, proto.defaultValue!) === undefined) {
    const names = checker.unit.report.wantsSuggestions ? enumType.values.map((value) => value.name) : [];
    const problem = `the enum "${enumType.fullName}" has no value "${proto.defaultValue}"`;
    checker.error("default-value", option.value, problem, didYouMean(proto.defaultValue!, names));
  }
}

/** Where an option is set, or else the field's name. */
function optionNode(field: FieldDefinition, name: string): Node {
  const found = field.node.options?.options.find(
    (option) => !option.name[0]!.extension && option.name[0]!.name === name,
  );
  return found ?? { first: field.nameToken, last: field.nameToken };
}

const LONG_TYPES: ReadonlySet<number> = new Set([
  FieldType.Int64,
  FieldType.Uint64,
  FieldType.Sint64,
  FieldType.Fixed64,
  FieldType.Sfixed64,
]);

function checkOptions(checker: Checker, field: FieldDefinition): void {
  const { proto } = field;
  const options = proto.options as FieldOptions | undefined;
  if (options !== undefined) {
    if (options.lazy === true || options.unverifiedLazy === true) {
      const node = optionNode(field, options.lazy === true ? "lazy" : "unverified_lazy");
      if (proto.type !== FieldType.Message) checker.error("field-option", node, "only message fields can be lazy");
      if (options.unverifiedLazy === true && field.isExtension) {
        checker.error("field-option", node, "an extension cannot be unverified_lazy");
      }
    }
    if (options.packed === true && !isPackable(field)) {
      checker.error(
        "field-option",
        optionNode(field, "packed"),
        "only repeated fields of a number, enum or bool type can be packed",
      );
    }
    if (options.jstype !== undefined && options.jstype !== 0 && !LONG_TYPES.has(proto.type!)) {
      checker.error("field-option", optionNode(field, "jstype"), "jstype can only be set for 64-bit integer fields");
    }
    if (options.ctype !== undefined && checker.unit.edition >= Edition.E2024) {
      const help = "use the feature (pb.cpp).string_type";
      checker.error("field-option", optionNode(field, "ctype"), "ctype does not exist from edition 2024 on", help);
    }
  }
  checkMessageSet(checker, field);
  if (field.isExtension && proto.jsonName !== jsonName(field.name)) {
    checker.error(
      "json-name",
      optionNode(field, "json_name"),
      "an extension cannot have a json_name",
      "its JSON name is its full name in brackets",
    );
  }
  if (proto.jsonName?.includes("\0") === true) {
    checker.error("json-name", optionNode(field, "json_name"), "a json_name cannot contain NUL characters");
  }
  const isLite = checker.unit.proto.options?.optimizeFor === LITE_RUNTIME;
  const isContainerLite = field.container?.file.proto.options?.optimizeFor === LITE_RUNTIME;
  if (field.isExtension && field.container !== undefined && isLite && !isContainerLite) {
    const problem = `"${field.container.fullName}" is not of a lite file, so a lite file cannot extend it`;
    checker.errorAt("lite-runtime", field.nameToken, problem);
  }
}

function checkMessageSet(checker: Checker, field: FieldDefinition): void {
  if (field.container?.proto.options?.messageSetWireFormat !== true) return;
  if (!field.isExtension) {
    checker.errorAt("message-set", field.nameToken, "a message set cannot have fields, only extensions");
  } else if (isRequired(field) || isRepeated(field) || field.proto.type !== FieldType.Message) {
    checker.errorAt("message-set", field.nameToken, "an extension of a message set must be an optional message");
  }
}

/** The messages of descriptor.proto that hold options: proto3 can extend these only. */
const OPTION_MESSAGES: ReadonlySet<string> = new Set(
  ["File", "Message", "Field", "Oneof", "ExtensionRange", "Enum", "EnumValue", "Service", "Method"].map(
    (name) => `google.protobuf.${name}Options`,
  ),
);

function checkProto3(checker: Checker, field: FieldDefinition): void {
  const { proto, enumType, container } = field;
  if (field.isExtension && container !== undefined && !OPTION_MESSAGES.has(container.fullName)) {
    const help = "proto3 extensions can only define options";
    checker.errorAt("proto3", field.nameToken, `proto3 cannot extend "${container.fullName}"`, help);
  }
  if (proto.label === Label.Required) {
    checker.errorAt("proto3", field.node.labelToken, "proto3 has no required fields", 'remove "required"');
  }
  if (proto.defaultValue !== undefined) {
    checker.error(
      "proto3",
      optionNode(field, "default"),
      "proto3 has no explicit default values",
      "remove the default",
    );
  }
  if (enumType !== undefined && enumType.features.enumType === EnumFeature.Closed) {
    const problem = `a proto3 field cannot have the closed enum "${enumType.fullName}" as its type`;
    checker.error("proto3", field.node.type, problem, "closed enums are those of proto2 files");
  }
  if (proto.type === FieldType.Group) {
    checker.error("proto3", field.node.type, "proto3 has no groups", "declare a message and a field of its type");
  }
}

function checkEditions(checker: Checker, field: FieldDefinition): void {
  const { proto, enumType } = field;
  const options = proto.options as FieldOptions | undefined;
  const hasPresence =
    field.oneof !== undefined ||
    field.isExtension ||
    isMessageField(field) ||
    field.features.fieldPresence !== FieldPresence.Implicit;
  if (options?.packed !== undefined) {
    const help = "use [features.repeated_field_encoding = PACKED] or EXPANDED";
    checker.error("field-option", optionNode(field, "packed"), 'editions have no option "packed"', help);
  }
  if (!isRepeated(field) && !hasPresence) {
    if (proto.defaultValue !== undefined) {
      checker.error(
        "default-value",
        optionNode(field, "default"),
        "a field with implicit presence cannot have a default",
      );
    }
    if (enumType !== undefined && enumType.features.enumType === EnumFeature.Closed) {
      checker.error(
        "features",
        field.node.type,
        "a field with implicit presence cannot have a closed enum as its type",
      );
    }
  }
  if (field.isExtension && field.features.fieldPresence === FieldPresence.LegacyRequired) {
    checker.errorAt("features", field.nameToken, "an extension cannot be required");
  }
  const own = options?.features;
  if (own !== undefined) checkOwnFeatures(checker, field, own);
}

function checkOwnFeatures(checker: Checker, field: FieldDefinition, own: FeatureSet): void {
  const fail = (message: string): void => checker.error("features", optionNode(field, "features"), message);
  if (own.fieldPresence !== undefined) {
    if (field.oneof !== undefined) fail("the field of a oneof cannot specify field_presence");
    else if (isRepeated(field)) fail("a repeated field cannot specify field_presence");
    else if (field.isExtension && own.fieldPresence !== FieldPresence.LegacyRequired) {
      fail("an extension cannot specify field_presence");
    } else if (isMessageField(field) && own.fieldPresence === FieldPresence.Implicit) {
      fail("a message field cannot have implicit presence");
    }
  }
  if (own.repeatedFieldEncoding !== undefined) {
    if (!isRepeated(field)) fail("only repeated fields can specify repeated_field_encoding");
    else if (own.repeatedFieldEncoding === RepeatedEncoding.Packed && !isPackable(field)) {
      fail("only repeated fields of a number, enum or bool type can be packed");
    }
  }
  const mapFields = field.messageType?.isMapEntry === true ? field.messageType.fields : [];
  const hasString = [field, ...mapFields].some((part) => part.proto.type === FieldType.String);
  if (own.utf8Validation !== undefined && !hasString) fail("only string fields can specify utf8_validation");
  if (own.messageEncoding !== undefined && (!isMessageField(field) || mapFields.length > 0)) {
    fail("only message fields can specify message_encoding");
  }
}
