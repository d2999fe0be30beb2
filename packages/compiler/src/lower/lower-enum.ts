import { MAX_INT32 } from "../descriptor/constants.js";
import { newEnum, newEnumValue } from "../descriptor/new-descriptor.js";
import type { EnumDefinition, EnumValueDefinition, MessageDefinition, OptionSet } from "../link/definition.js";
import type { EnumNode, OptionNode, ReservedNode } from "../syntax/ast.js";
import { isPlainOption, type Lowering, UNRESOLVED } from "./lowering.js";
import { qualify } from "./names.js";

/** Field numbers of google.protobuf.EnumDescriptorProto and EnumValueDescriptorProto. */
const ENUM = { name: 1, value: 2, options: 3, reservedRange: 4, reservedName: 5 } as const;
const VALUE = { name: 1, number: 2, options: 3 } as const;

/** Lowers the enum that is element `index` of the field `number` of the current descriptor. */
export function lowerEnum(
  lowering: Lowering,
  node: EnumNode,
  parent: MessageDefinition | undefined,
  scope: string,
  number: number,
  index: number,
): EnumDefinition {
  const proto = newEnum(node.name);
  if (node.visibility !== 0) proto.visibility = node.visibility;
  const definition: EnumDefinition = {
    kind: "enum",
    name: node.name,
    fullName: qualify(scope, node.name),
    file: lowering.unit,
    nameToken: node.nameToken,
    node,
    proto,
    parent,
    values: [],
    features: UNRESOLVED,
  };
  const location = lowering.enter(number, index, node.nameToken - 1, node.last);
  lowering.locate(ENUM.name, node.nameToken, node.nameToken);
  lowering.attach(location, node.open);
  let options: OptionSet | undefined;
  for (const element of node.elements) {
    switch (element.kind) {
      case "empty":
        lowering.skipEmpty(element);
        break;
      case "option":
        checkAllowAlias(lowering, element, node.name);
        options ??= lowering.optionSet("EnumOptions", definition, proto, parent, ENUM.options);
        lowering.addOptionStatement(options, element);
        break;
      case "reserved":
        lowerReserved(lowering, element, definition);
        break;
      default: {
        const value: EnumValueDefinition = {
          kind: "enumValue",
          name: element.name,
          fullName: qualify(scope, element.name),
          file: lowering.unit,
          nameToken: element.nameToken,
          node: element,
          proto: newEnumValue(element.name, element.number),
          parent: definition,
          features: UNRESOLVED,
        };
        const at = lowering.enter(ENUM.value, proto.value.length, element.first, element.last);
        proto.value.push(value.proto);
        definition.values.push(value);
        lowering.locate(VALUE.name, element.nameToken, element.nameToken);
        lowering.locate(VALUE.number, element.numberFirst, element.numberLast);
        if (element.options !== undefined) {
          lowering.locate(VALUE.options, element.options.first, element.options.last);
          const set = lowering.optionSet("EnumValueOptions", value, value.proto, parent, VALUE.options);
          for (const option of element.options.options) lowering.addOption(set, option, false);
        }
        lowering.attach(at, element.last);
        lowering.leave();
      }
    }
  }
  lowering.closeScope(node.last);
  lowering.leave();
  return definition;
}

function lowerReserved(lowering: Lowering, node: ReservedNode, definition: EnumDefinition): void {
  const { proto } = definition;
  const isNames = node.names.length > 0;
  const location = lowering.locate(isNames ? ENUM.reservedName : ENUM.reservedRange, node.first, node.last);
  for (const name of node.names) {
    lowering.enter(ENUM.reservedName, proto.reservedName.length, name.first, name.last);
    lowering.leave();
    proto.reservedName.push(name.name);
  }
  for (const range of node.ranges) {
    lowering.enter(ENUM.reservedRange, proto.reservedRange.length, range.first, range.last);
    lowering.locate(1, range.first, range.startLast);
    // protoc gives a lone number's end the place of its first token only.
    if (range.endFirst === range.first) lowering.locate(2, range.first, range.first);
    else lowering.locate(2, range.endFirst, range.last);
    lowering.leave();
    proto.reservedRange.push({ start: range.start, end: range.end ?? MAX_INT32 });
  }
  lowering.attach(location, node.last);
}

/** protoc refuses an `allow_alias = false`, since it does nothing. */
function checkAllowAlias(lowering: Lowering, node: OptionNode, name: string): void {
  if (!isPlainOption(node, "allow_alias")) return;
  const value = lowering.tokens.textOf(node.value.first);
  if (value === "true") return;
  lowering.error(
    "enum-allow-alias",
    `allow_alias of "${name}" has no effect unless it is true`,
    node.first,
    node.last,
    "remove the option",
  );
}
