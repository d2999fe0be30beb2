import type { ExtensionRangeOptions, ExtensionRangeOptions_Declaration } from "hawser/wkt";
import { FieldType, Label, MAX_FIELD_NUMBER, MAX_INT32, scalarType } from "../descriptor/constants.js";
import type { FieldDefinition, MessageDefinition, RangeDefinition } from "../link/definition.js";
import type { Checker } from "./checker.js";

/** google.protobuf.ExtensionRangeOptions.VerificationState */
const Verification = { Declaration: 0, Unverified: 1 } as const;

const QUALIFIED_NAME = /^\.?[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/;

/** Checks an extension against the message that it extends. */
export function checkExtension(checker: Checker, field: FieldDefinition): void {
  const { container, proto } = field;
  if (proto.label === Label.Required) {
    checker.errorAt("extension-required", field.node.labelToken, "an extension cannot be required", 'write "optional"');
  }
  if (proto.number! <= 0) {
    checker.errorAt("field-number-range", field.node.numberToken, "field numbers begin at 1");
    return;
  }
  if (container === undefined) return;
  const number = proto.number!;
  const index = checker.extensionRangeOf(container, number);
  if (index < 0) {
    const ranges = container.proto.extensionRange
      .slice(0, 8)
      .map((range) => (range.end! - 1 === range.start ? String(range.start) : `${range.start} to ${range.end! - 1}`));
    const help =
      ranges.length === 0 ? `"${container.fullName}" has no extension ranges` : `it has ${ranges.join(", ")}`;
    const problem = `"${container.fullName}" does not leave the number ${number} to extensions`;
    checker.errorAt("extension-range", field.node.numberToken, problem, help);
    return;
  }
  if (container.file.name !== "google/protobuf/descriptor.proto") {
    checkDeclared(checker, field, container, container.proto.extensionRange[index]!.options);
  }
}

/** "Extension Declarations": a range that declares its extensions takes no others. */
function checkDeclared(
  checker: Checker,
  field: FieldDefinition,
  container: MessageDefinition,
  options: ExtensionRangeOptions | undefined,
): void {
  if (options === undefined) return;
  const number = field.proto.number!;
  const name = `.${field.fullName}`;
  const fail = (message: string): void => checker.errorAt("extension-declaration", field.nameToken, message);
  const declaration = checker.declarationOf(options, number);
  if (declaration === undefined) {
    if (options.declaration.length > 0 || options.verification === Verification.Declaration) {
      fail(
        `"${container.fullName}" declares the extensions of this range, and "${name}" with the number ${number} is none of them`,
      );
    }
    return;
  }
  if (declaration.reserved === true) {
    fail(`the number ${number} is reserved by the extension declarations of "${container.fullName}"`);
    return;
  }
  const { type, fullName } = declaration;
  if (type !== undefined && type !== "") {
    const expected = isScalarName(type) || type.startsWith(".") ? type : `.${type}`;
    const actual = typeName(field);
    if (actual !== expected)
      fail(`"${container.fullName}" declares extension ${number} as "${expected}", not "${actual}"`);
  }
  if (fullName !== undefined && fullName !== "" && fullName !== name) {
    fail(`"${container.fullName}" declares extension ${number} by the name "${fullName}", not "${name}"`);
  }
  if ((declaration.repeated === true) !== (field.proto.label === Label.Repeated)) {
    fail(
      `"${container.fullName}" declares extension ${number} as ${declaration.repeated === true ? "repeated" : "optional"}`,
    );
  }
}

function typeName(field: FieldDefinition): string {
  const named = field.messageType ?? field.enumType;
  if (named !== undefined) return `.${named.fullName}`;
  return SCALAR_NAMES.get(field.proto.type!) ?? "";
}

const SCALAR_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(FieldType).map(([name, number]) => [number, name.toLowerCase()]),
);

function isScalarName(name: string): boolean {
  return name === "enum" || (scalarType(name) !== undefined && name !== "group");
}

/** Checks the extension ranges of a message: their limit and what they declare. */
export function checkExtensionRanges(checker: Checker, message: MessageDefinition): void {
  const max = message.proto.options?.messageSetWireFormat === true ? MAX_INT32 : MAX_FIELD_NUMBER;
  const names = new Set<string>();
  for (const [i, range] of message.proto.extensionRange.entries()) {
    const owner = message.extensionRanges[i]!;
    if (range.end! - 1 > max) {
      checker.error("field-number-range", owner.node, `extension numbers end at ${max}`, 'write "to max"');
    }
    const { options } = range;
    if (options === undefined || options.declaration.length === 0) continue;
    if (options.verification === Verification.Unverified) {
      checker.error("extension-declaration", owner.node, "a range that declares extensions cannot be UNVERIFIED");
      continue;
    }
    checkDeclarations(checker, owner, options.declaration, range.start!, range.end!, names);
  }
}

function checkDeclarations(
  checker: Checker,
  owner: RangeDefinition,
  declarations: readonly ExtensionRangeOptions_Declaration[],
  start: number,
  end: number,
  names: Set<string>,
): void {
  const numbers = new Set<number>();
  const fail = (message: string): void => checker.error("extension-declaration", owner.node, message);
  for (const { number = 0, fullName, type, reserved } of declarations) {
    if (number < start || number >= end) fail(`the declared extension number ${number} is not in the range`);
    if (numbers.has(number)) fail(`the extension number ${number} is declared twice`);
    numbers.add(number);
    if (fullName === undefined || type === undefined) {
      if (reserved !== true || (fullName === undefined) !== (type === undefined)) {
        fail(`the declaration of extension ${number} must have both "full_name" and "type"`);
      }
      continue;
    }
    if (names.has(fullName)) {
      fail(`the extension name "${fullName}" is declared twice`);
      return;
    }
    names.add(fullName);
    checkQualified(fail, fullName);
    if (!isScalarName(type)) checkQualified(fail, type);
  }
}

function checkQualified(fail: (message: string) => void, name: string): void {
  if (!name.startsWith(".")) fail(`"${name}" must begin with a dot: declarations use full names`);
  else if (!QUALIFIED_NAME.test(name)) fail(`"${name}" is not a valid name`);
}
