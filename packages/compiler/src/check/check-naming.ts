import { NamingStyle, ProtoLimits } from "../descriptor/constants.js";
import type { EnumDefinition, Features, FieldDefinition, FileUnit, MessageDefinition } from "../link/definition.js";
import type { Checker } from "./checker.js";

const OPT_OUT = "features.enforce_naming_style = STYLE_LEGACY turns this check off";

/** Checks names against the style guide, where the feature enforce_naming_style asks for it (edition 2024 and later). */
export function checkNaming(checker: Checker, unit: FileUnit): void {
  if (unit.package !== "" && isStyled(unit.features)) {
    const node = unit.ast.elements.find((element) => element.kind === "package")!;
    report(checker, node.nameFirst, "package", unit.package, lowerSnakeCase(unit.package));
  }
  for (const message of unit.messages) checkMessageNaming(checker, message);
  for (const definition of unit.enums) checkEnumNaming(checker, definition);
  for (const extension of unit.extensions) checkFieldNaming(checker, extension);
  for (const service of unit.services) {
    if (isStyled(service.features))
      report(checker, service.nameToken, "service", service.name, titleCase(service.name));
    for (const method of service.methods) {
      if (isStyled(method.features)) report(checker, method.nameToken, "method", method.name, titleCase(method.name));
    }
  }
}

function isStyled(features: Features): boolean {
  return features.enforceNamingStyle !== NamingStyle.Legacy;
}

function checkMessageNaming(checker: Checker, message: MessageDefinition): void {
  if (message.isMapEntry) return;
  if (isStyled(message.features)) report(checker, message.nameToken, "message", message.name, titleCase(message.name));
  for (const field of message.fields) checkFieldNaming(checker, field);
  for (const oneof of message.oneofs) {
    if (isStyled(oneof.features)) report(checker, oneof.nameToken, "oneof", oneof.name, lowerSnakeCase(oneof.name));
    if (oneof.features.enforceNamingStyle === NamingStyle.Style2026) {
      collision(checker, oneof.nameToken, "oneof", oneof.name, message);
    }
    limit(checker, oneof.features, oneof.nameToken, oneof.fields.length, MAX_2026.oneofFields, "a oneof", "fields");
  }
  for (const extension of message.extensions) checkFieldNaming(checker, extension);
  for (const definition of message.enums) checkEnumNaming(checker, definition);
  for (const nested of message.messages) checkMessageNaming(checker, nested);
  limit(checker, message.features, message.nameToken, message.fields.length, MAX_2026.fields, "a message", "fields");
  limit(checker, message.features, message.nameToken, message.oneofs.length, MAX_2026.oneofs, "a message", "oneofs");
}

function checkFieldNaming(checker: Checker, field: FieldDefinition): void {
  if (isStyled(field.features)) report(checker, field.nameToken, "field", field.name, lowerSnakeCase(field.name));
  if (field.features.enforceNamingStyle === NamingStyle.Style2026) {
    collision(checker, field.nameToken, "field", field.name, field.isExtension ? field.container : field.parent);
  }
}

function checkEnumNaming(checker: Checker, definition: EnumDefinition): void {
  if (isStyled(definition.features)) {
    report(checker, definition.nameToken, "enum", definition.name, titleCase(definition.name));
  }
  for (const value of definition.values) {
    if (isStyled(value.features))
      report(checker, value.nameToken, "enum value", value.name, upperSnakeCase(value.name));
  }
  const { features, nameToken, values } = definition;
  limit(checker, features, nameToken, values.length, MAX_2026.enumValues, "an enum", "values");
}

function report(checker: Checker, token: number, what: string, name: string, problem: string | undefined): void {
  if (problem !== undefined) checker.errorAt("naming-style", token, `the ${what} name "${name}" ${problem}`, OPT_OUT);
}

function titleCase(name: string): string | undefined {
  if (/[^A-Za-z0-9]/.test(name)) return "should be TitleCase";
  return /^[A-Z]/.test(name) ? undefined : "should begin with a capital letter";
}

function lowerSnakeCase(name: string): string | undefined {
  if (/[^a-z0-9_.]/.test(name)) return "should be lower_snake_case";
  if (!/^[a-z]/.test(name)) return "should begin with a lower case letter";
  return hasBadUnderscores(name)
    ? "should not have underscores at its ends or in front of anything but a letter"
    : undefined;
}

function upperSnakeCase(name: string): string | undefined {
  if (/[^A-Z0-9_]/.test(name)) return "should be UPPER_SNAKE_CASE";
  if (!/^[A-Z]/.test(name)) return "should begin with a capital letter";
  return hasBadUnderscores(name)
    ? "should not have underscores at its ends or in front of anything but a letter"
    : undefined;
}

function hasBadUnderscores(name: string): boolean {
  return name.startsWith("_") || name.endsWith("_") || /_[^A-Za-z]/.test(name);
}

/** From edition 2026 on a name must not look like an accessor of another one. */
function collision(
  checker: Checker,
  token: number,
  what: string,
  name: string,
  message: MessageDefinition | undefined,
): void {
  const fail = (problem: string): void => {
    const help = "features.enforce_naming_style = STYLE2024 turns this check off";
    checker.errorAt("naming-style", token, `the ${what} name "${name}" ${problem}`, help);
  };
  const exists = (other: string): boolean => {
    const member = message?.members.get(other);
    return member?.kind === "oneof" || (member?.kind === "field" && !member.isExtension);
  };
  for (const prefix of ["has_", "get_", "set_", "clear_"]) {
    if (!name.startsWith(prefix)) continue;
    const rest = name.slice(prefix.length);
    if (exists(rest)) fail(`should not begin with "${prefix}", because there is a field "${rest}"`);
  }
  if (name.endsWith("_value") && exists(name.slice(0, -6))) {
    fail(`should not end with "_value", because there is a field "${name.slice(0, -6)}"`);
  }
  if (name === "descriptor") fail("should be another: generated code uses it");
}

/** The limits of edition 2026 (feature enforce_proto_limits). */
const MAX_2026 = { fields: 1500, oneofs: 1000, oneofFields: 1200, enumValues: 1700 } as const;

function limit(
  checker: Checker,
  features: Features,
  token: number,
  count: number,
  max: number,
  holder: string,
  what: string,
): void {
  if (features.enforceProtoLimits !== ProtoLimits.Limits2026 || count <= max) return;
  const help = "features.enforce_proto_limits = LEGACY_NO_EXPLICIT_LIMITS turns this check off";
  checker.errorAt("proto-limits", token, `${holder} should not have more than ${max} ${what}`, help);
}
