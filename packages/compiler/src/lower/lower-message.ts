import type { DescriptorProto } from "hawser/wkt";
import { Edition, FieldType, Label, MAX_FIELD_NUMBER, MAX_INT32 } from "../descriptor/constants.js";
import { newField, newMessage, newOneof } from "../descriptor/new-descriptor.js";
import type {
  FieldDefinition,
  MessageDefinition,
  OneofDefinition,
  OptionSet,
  RangeDefinition,
} from "../link/definition.js";
import type {
  CompactOptions,
  ExtendNode,
  ExtensionsNode,
  FieldNode,
  MessageBody,
  MessageNode,
  OneofNode,
  OptionNode,
  ReservedNode,
} from "../syntax/ast.js";
import { stringValue } from "../syntax/literal.js";
import { defaultValueText } from "./default-value.js";
import { lowerEnum } from "./lower-enum.js";
import { isPlainOption, type Lowering, UNRESOLVED } from "./lowering.js";
import { jsonName, mapEntryName, qualify } from "./names.js";

/** Field numbers of google.protobuf.DescriptorProto. */
const MESSAGE = {
  name: 1,
  field: 2,
  nestedType: 3,
  enumType: 4,
  extensionRange: 5,
  extension: 6,
  options: 7,
  oneofDecl: 8,
  reservedRange: 9,
  reservedName: 10,
} as const;

/** Field numbers of google.protobuf.FieldDescriptorProto. */
const FIELD = {
  name: 1,
  extendee: 2,
  number: 3,
  label: 4,
  type: 5,
  typeName: 6,
  defaultValue: 7,
  options: 8,
  jsonName: 10,
} as const;

/**
 * Where fields are put: a message's own, or the extensions of a message or file. A group's message goes to `nested`,
 * which is element `nestedNumber` of the descriptor.
 */
export interface FieldPlace {
  readonly parent: MessageDefinition | undefined;
  /** The full name of the scope. */
  readonly scope: string;
  readonly messages: MessageDefinition[];
  readonly nested: DescriptorProto[];
  readonly nestedNumber: number;
}

/** Lowers the message that is element `index` of the field `number` of the current descriptor. */
export function lowerMessage(
  lowering: Lowering,
  node: MessageNode,
  parent: MessageDefinition | undefined,
  scope: string,
  number: number,
  index: number,
): MessageDefinition {
  const definition = newDefinition(lowering, node, node.name, node.nameToken, parent, scope, false);
  if (node.visibility !== 0) definition.proto.visibility = node.visibility;
  const location = lowering.enter(number, index, node.nameToken - 1, node.last);
  lowering.locate(MESSAGE.name, node.nameToken, node.nameToken);
  lowering.attach(location, node.body.open);
  lowerBody(lowering, node.body, definition);
  if (lowering.unit.edition === Edition.Proto3) addSyntheticOneofs(lowering, definition);
  lowering.leave();
  return definition;
}

function newDefinition(
  lowering: Lowering,
  node: MessageNode | FieldNode,
  name: string,
  nameToken: number,
  parent: MessageDefinition | undefined,
  scope: string,
  isMapEntry: boolean,
): MessageDefinition {
  return {
    kind: "message",
    name,
    fullName: qualify(scope, name),
    file: lowering.unit,
    nameToken,
    node,
    proto: newMessage(name),
    parent,
    members: new Map(),
    fields: [],
    oneofs: [],
    messages: [],
    enums: [],
    extensions: [],
    extensionRanges: [],
    reservedRanges: [],
    isMapEntry,
    features: UNRESOLVED,
  };
}

function lowerBody(lowering: Lowering, body: MessageBody, message: MessageDefinition): void {
  const { proto, fullName } = message;
  const place: FieldPlace = {
    parent: message,
    scope: fullName,
    messages: message.messages,
    nested: proto.nestedType,
    nestedNumber: MESSAGE.nestedType,
  };
  let options: OptionSet | undefined;
  let isMessageSet = false;
  for (const element of body.elements) {
    switch (element.kind) {
      case "field": {
        const field = lowerField(lowering, element, place, MESSAGE.field, message.fields.length, undefined, undefined);
        message.fields.push(field);
        proto.field.push(field.proto);
        break;
      }
      case "oneof":
        lowerOneof(lowering, element, message, place);
        break;
      case "message": {
        const at = message.messages.length;
        const nested = lowerMessage(lowering, element, message, fullName, MESSAGE.nestedType, at);
        message.messages.push(nested);
        proto.nestedType.push(nested.proto);
        break;
      }
      case "enum": {
        const nested = lowerEnum(lowering, element, message, fullName, MESSAGE.enumType, message.enums.length);
        message.enums.push(nested);
        proto.enumType.push(nested.proto);
        break;
      }
      case "extend":
        for (const field of lowerExtend(lowering, element, place, MESSAGE.extension, message.extensions.length)) {
          message.extensions.push(field);
          proto.extension.push(field.proto);
        }
        break;
      case "extensions":
        lowerExtensions(lowering, element, message);
        break;
      case "reserved":
        lowerReserved(lowering, element, message);
        break;
      case "option":
        checkMapEntry(lowering, element);
        isMessageSet ||= isPlainOption(element, "message_set_wire_format") && isTrue(lowering, element);
        options ??= lowering.optionSet("MessageOptions", message, proto, message.parent, MESSAGE.options);
        lowering.addOptionStatement(options, element);
        break;
      default:
        lowering.skipEmpty(element);
    }
  }
  lowering.closeScope(body.close);
  // What "max" means is known only when all options of the message are.
  if (isMessageSet) {
    for (const range of proto.extensionRange) if (range.end === MAX_FIELD_NUMBER + 1) widen(range, message);
    for (const range of proto.reservedRange) if (range.end === MAX_FIELD_NUMBER + 1) widen(range, message);
  }
}

/** The numbers of a message set go on to 2^31 - 1. */
function widen(range: { start: number | undefined; end: number | undefined }, message: MessageDefinition): void {
  const nodes = [...message.extensionRanges.map((extension) => extension.node), ...message.reservedRanges];
  if (nodes.some((node) => node.start === range.start && node.end === undefined)) range.end = MAX_INT32;
}

function isTrue(lowering: Lowering, node: OptionNode): boolean {
  return lowering.tokens.textOf(node.value.first) === "true";
}

function checkMapEntry(lowering: Lowering, node: OptionNode): void {
  if (!isPlainOption(node, "map_entry")) return;
  const help = "declare a field of type map<KeyType, ValueType> instead";
  lowering.error("map-entry", "the option map_entry cannot be set by hand", node.first, node.last, help);
}

function lowerOneof(lowering: Lowering, node: OneofNode, message: MessageDefinition, place: FieldPlace): void {
  const index = message.oneofs.length;
  const proto = newOneof(node.name);
  const oneof: OneofDefinition = {
    kind: "oneof",
    name: node.name,
    fullName: qualify(message.fullName, node.name),
    file: lowering.unit,
    nameToken: node.nameToken,
    node,
    proto,
    parent: message,
    fields: [],
    features: UNRESOLVED,
  };
  message.oneofs.push(oneof);
  message.proto.oneofDecl.push(proto);
  const location = lowering.enter(MESSAGE.oneofDecl, index, node.first, node.last);
  lowering.locate(1, node.nameToken, node.nameToken);
  lowering.attach(location, node.open);
  let options: OptionSet | undefined;
  for (const element of node.elements) {
    if (element.kind === "option") {
      options ??= lowering.optionSet("OneofOptions", oneof, proto, message, 2);
      lowering.addOptionStatement(options, element);
      continue;
    }
    lowering.path.length -= 2; // a field of a oneof is a field of the message
    const field = lowerField(lowering, element, place, MESSAGE.field, message.fields.length, oneof, undefined);
    lowering.path.push(MESSAGE.oneofDecl, index);
    field.proto.oneofIndex = index;
    message.fields.push(field);
    oneof.fields.push(field);
    message.proto.field.push(field.proto);
  }
  lowering.closeScope(node.last);
  lowering.leave();
}

/** Lowers the fields of an `extend` block; `number` is the field of the descriptor that holds them. */
export function lowerExtend(
  lowering: Lowering,
  node: ExtendNode,
  place: FieldPlace,
  number: number,
  start: number,
): FieldDefinition[] {
  const location = lowering.locate(number, node.first, node.last);
  lowering.attach(location, node.open);
  const fields = node.fields.map((field, i) => lowerField(lowering, field, place, number, start + i, undefined, node));
  lowering.closeScope(node.last);
  return fields;
}

function lowerField(
  lowering: Lowering,
  node: FieldNode,
  place: FieldPlace,
  number: number,
  index: number,
  oneof: OneofDefinition | undefined,
  extend: ExtendNode | undefined,
): FieldDefinition {
  const isGroup = node.group !== undefined;
  const name = isGroup ? node.name.toLowerCase() : node.name;
  const isMap = node.mapKey !== undefined;
  const label = isMap ? Label.Repeated : node.label === 0 ? Label.Optional : node.label;
  const proto = newField(name, node.number, label, jsonName(name));
  const field: FieldDefinition = {
    kind: "field",
    name,
    fullName: qualify(place.scope, name),
    file: lowering.unit,
    nameToken: node.nameToken,
    node,
    proto,
    parent: place.parent,
    isExtension: extend !== undefined,
    oneof,
    container: extend === undefined ? place.parent : undefined,
    messageType: undefined,
    enumType: undefined,
    features: UNRESOLVED,
  };
  if (extend !== undefined) proto.extendee = extend.extendee.text;
  if (node.label === Label.Optional && lowering.unit.edition === Edition.Proto3) proto.proto3Optional = true;
  if (isMap) proto.typeName = mapEntryName(name);
  else if (isGroup) {
    proto.type = FieldType.Group;
  } else if (node.type.scalar !== 0) proto.type = node.type.scalar;
  else proto.typeName = node.type.name;

  const location = lowering.enter(number, index, node.first, node.last);
  if (extend !== undefined) lowering.locate(FIELD.extendee, extend.extendee.first, extend.extendee.last);
  if (node.labelToken >= 0) lowering.locate(FIELD.label, node.labelToken, node.labelToken);
  lowering.locate(isMap || node.type.scalar === 0 ? FIELD.typeName : FIELD.type, node.type.first, node.type.last);
  lowering.locate(FIELD.name, node.nameToken, node.nameToken);
  lowering.locate(FIELD.number, node.numberToken, node.numberToken);
  const set = node.options === undefined ? undefined : lowerFieldOptions(lowering, node.options, field, place, isMap);
  if (node.group !== undefined) lowerGroup(lowering, node, node.group, field, place);
  else lowering.attach(location, node.last);
  lowering.leave();
  if (isMap) addMapEntry(lowering, node, field, place, set);
  return field;
}

function lowerFieldOptions(
  lowering: Lowering,
  node: CompactOptions,
  field: FieldDefinition,
  place: FieldPlace,
  isMap: boolean,
): OptionSet | undefined {
  lowering.locate(FIELD.options, node.first, node.last);
  let set: OptionSet | undefined;
  let hasDefault = false;
  let hasJsonName = false;
  for (const option of node.options) {
    if (isPlainOption(option, "default")) {
      lowering.locate(FIELD.defaultValue, option.value.first, option.value.last);
      if (hasDefault)
        lowering.error("duplicate-option", 'the option "default" was already set', option.first, option.last);
      hasDefault = true;
      field.proto.defaultValue = defaultValueText(lowering, option, isMap ? 0 : (field.proto.type ?? 0));
    } else if (isPlainOption(option, "json_name")) {
      lowering.locate(FIELD.jsonName, option.first, option.last);
      lowering.locate(FIELD.jsonName, option.value.first, option.value.last);
      if (hasJsonName) {
        lowering.error("duplicate-option", 'the option "json_name" was already set', option.first, option.last);
      }
      hasJsonName = true;
      if (option.value.kind === "string") {
        field.proto.jsonName = stringValue(lowering.tokens, option.value.first, option.value.last);
      } else {
        lowering.error(
          "json-name",
          "json_name must be a string",
          option.value.first,
          option.value.last,
          "put it in quotes",
        );
      }
    } else {
      set ??= lowering.optionSet("FieldOptions", field, field.proto, place.parent, FIELD.options);
      lowering.addOption(set, option, false);
    }
  }
  return set;
}

/** A group declares a field and, beside it, the message that is its type. */
function lowerGroup(
  lowering: Lowering,
  node: FieldNode,
  body: MessageBody,
  field: FieldDefinition,
  place: FieldPlace,
): void {
  const message = newDefinition(lowering, node, node.name, node.nameToken, place.parent, place.scope, false);
  const index = place.nested.length;
  place.messages.push(message);
  place.nested.push(message.proto);
  const fieldPath = lowering.path.splice(lowering.path.length - 2);
  const location = lowering.enter(place.nestedNumber, index, node.first, node.last);
  lowering.locate(MESSAGE.name, node.nameToken, node.nameToken);
  lowering.info?.add([...lowering.path.slice(0, -2), ...fieldPath, FIELD.typeName], node.nameToken, node.nameToken);
  lowering.attach(location, body.open);
  lowerBody(lowering, body, message);
  if (lowering.unit.edition === Edition.Proto3) addSyntheticOneofs(lowering, message);
  lowering.leave();
  lowering.path.push(...fieldPath);
  field.messageType = message;
  field.proto.typeName = `.${message.fullName}`;
}

/** A map field is a repeated field of an entry message, which the compiler declares beside it ("Maps"). */
function addMapEntry(
  lowering: Lowering,
  node: FieldNode,
  field: FieldDefinition,
  place: FieldPlace,
  set: OptionSet | undefined,
): void {
  const name = mapEntryName(node.name);
  const entry = newDefinition(lowering, node, name, node.nameToken, place.parent, place.scope, true);
  entry.proto.options = {
    messageSetWireFormat: undefined,
    noStandardDescriptorAccessor: undefined,
    deprecated: undefined,
    mapEntry: true,
    deprecatedLegacyJsonFieldConflicts: undefined,
    features: undefined,
    uninterpretedOption: [],
  } satisfies DescriptorProto["options"];
  for (const [part, type, number] of [
    ["key", node.mapKey!, 1],
    ["value", node.type, 2],
  ] as const) {
    const proto = newField(part, number, Label.Optional, part);
    if (type.scalar !== 0) proto.type = type.scalar;
    else proto.typeName = type.name;
    const half: FieldDefinition = {
      ...field,
      name: part,
      fullName: `${entry.fullName}.${part}`,
      proto,
      parent: entry,
      container: entry,
    };
    entry.fields.push(half);
    entry.proto.field.push(proto);
    // Features set on the map hold for its keys and values too.
    const inherited = set?.entries.filter(
      ({ node: option }) => !option.name[0]!.extension && option.name[0]!.name === "features",
    );
    if (inherited !== undefined && inherited.length > 0) {
      lowering.unit.optionSets.push({
        type: "FieldOptions",
        owner: half,
        target: proto,
        scope: entry,
        entries: inherited.map((option) => ({ node: option.node, location: undefined })),
        path: [],
      });
    }
  }
  field.messageType = entry;
  field.proto.type = FieldType.Message;
  field.proto.typeName = `.${entry.fullName}`;
  place.messages.push(entry);
  place.nested.push(entry.proto);
}

function lowerExtensions(lowering: Lowering, node: ExtensionsNode, message: MessageDefinition): void {
  const location = lowering.locate(MESSAGE.extensionRange, node.first, node.last);
  const start = message.proto.extensionRange.length;
  for (const range of node.ranges) {
    lowering.enter(MESSAGE.extensionRange, message.proto.extensionRange.length, range.first, range.last);
    lowering.locate(1, range.first, range.startLast);
    lowering.locate(2, range.endFirst, range.endFirst === range.first ? range.first : range.last);
    lowering.leave();
    const end = (range.end ?? MAX_FIELD_NUMBER) + 1;
    message.proto.extensionRange.push({ start: range.start, end, options: undefined });
    message.extensionRanges.push({ kind: "range", node: range, features: UNRESOLVED });
  }
  if (node.options !== undefined) {
    for (let i = start; i < message.proto.extensionRange.length; i++) {
      lowering.path.push(MESSAGE.extensionRange, i);
      lowering.locate(3, node.options.first, node.options.last);
      const owner: RangeDefinition = message.extensionRanges[i]!;
      const proto = message.proto.extensionRange[i]!;
      const set = lowering.optionSet("ExtensionRangeOptions", owner, proto, message.parent, 3);
      for (const option of node.options.options) lowering.addOption(set, option, false);
      lowering.path.length -= 2;
    }
  }
  lowering.attach(location, node.last);
}

function lowerReserved(lowering: Lowering, node: ReservedNode, message: MessageDefinition): void {
  const { proto } = message;
  const isNames = node.names.length > 0;
  const location = lowering.locate(isNames ? MESSAGE.reservedName : MESSAGE.reservedRange, node.first, node.last);
  for (const name of node.names) {
    lowering.enter(MESSAGE.reservedName, proto.reservedName.length, name.first, name.last);
    lowering.leave();
    proto.reservedName.push(name.name);
  }
  for (const range of node.ranges) {
    lowering.enter(MESSAGE.reservedRange, proto.reservedRange.length, range.first, range.last);
    lowering.locate(1, range.first, range.startLast);
    lowering.locate(2, range.endFirst, range.endFirst === range.first ? range.first : range.last);
    lowering.leave();
    proto.reservedRange.push({ start: range.start, end: (range.end ?? MAX_FIELD_NUMBER) + 1 });
    message.reservedRanges.push(range);
  }
  lowering.attach(location, node.last);
}

/** Every `optional` field of proto3 is the only member of a oneof that does not exist in the source. */
function addSyntheticOneofs(lowering: Lowering, message: MessageDefinition): void {
  let names: Set<string> | undefined;
  for (const field of message.fields) {
    if (field.proto.proto3Optional !== true) continue;
    names ??= new Set([...message.fields, ...message.oneofs].map((taken) => taken.name));
    let name = field.name.startsWith("_") ? field.name : `_${field.name}`;
    while (names.has(name)) name = `X${name}`;
    names.add(name);
    const proto = newOneof(name);
    field.proto.oneofIndex = message.proto.oneofDecl.length;
    const oneof: OneofDefinition = {
      kind: "oneof",
      name,
      fullName: qualify(message.fullName, name),
      file: lowering.unit,
      nameToken: field.nameToken,
      node: field.node,
      proto,
      parent: message,
      fields: [field],
      features: UNRESOLVED,
    };
    message.oneofs.push(oneof);
    message.proto.oneofDecl.push(proto);
  }
}
