import { MAX_FIELD_NUMBER, SymbolVisibilityDefault, Visibility } from "../descriptor/constants.js";
import type { EnumDefinition, FileUnit, MessageDefinition } from "../link/definition.js";
import type { Checker } from "./checker.js";

/**
 * With default_symbol_visibility = STRICT nothing nested can be exported, but for the enums of a local message that
 * exists only to hold them (`local message M { export enum E { ... } reserved 1 to max; }`).
 */
export function checkVisibility(checker: Checker, unit: FileUnit): void {
  for (const message of unit.messages) checkNested(checker, unit, message);
}

function checkNested(checker: Checker, unit: FileUnit, message: MessageDefinition): void {
  for (const definition of message.enums) {
    if (isStrictExport(definition) && !isEnumNamespace(unit, message)) {
      checker.errorAt(
        "visibility",
        definition.nameToken,
        `the nested enum "${definition.name}" cannot be exported`,
        HELP,
      );
    }
  }
  for (const nested of message.messages) {
    if (isStrictExport(nested)) {
      checker.errorAt("visibility", nested.nameToken, `the nested message "${nested.name}" cannot be exported`, HELP);
    }
    checkNested(checker, unit, nested);
  }
}

const HELP = "with default_symbol_visibility = STRICT only what is at the top level can be; move it out";

function isStrictExport(definition: MessageDefinition | EnumDefinition): boolean {
  const { proto, features } = definition;
  return proto.visibility === Visibility.Export && features.defaultSymbolVisibility === SymbolVisibilityDefault.Strict;
}

function isEnumNamespace(unit: FileUnit, message: MessageDefinition): boolean {
  const { proto, parent } = message;
  if (parent !== undefined) return false;
  const byDefault = unit.features.defaultSymbolVisibility;
  const isLocalByDefault =
    byDefault === SymbolVisibilityDefault.Strict || byDefault === SymbolVisibilityDefault.LocalAll;
  const isLocal = proto.visibility === Visibility.Local || (proto.visibility === undefined && isLocalByDefault);
  const [range, second] = proto.reservedRange;
  return isLocal && second === undefined && range?.start === 1 && range.end === MAX_FIELD_NUMBER + 1;
}
