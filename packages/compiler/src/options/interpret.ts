import { Edition, FieldType, Label } from "../descriptor/constants.js";
import { closest, didYouMean } from "../diagnostics/suggest.js";
import type { FieldDefinition, FileUnit, MessageDefinition, OptionEntry, OptionSet } from "../link/definition.js";
import { enumValueNamed } from "../link/enum-values.js";
import type { Resolver } from "../link/resolver.js";
import { wellKnownHelp } from "../link/well-known-import.js";
import { jsonName } from "../lower/names.js";
import { decodeUtf8 } from "../source/utf8.js";
import type { Node, OptionNamePart, OptionNode } from "../syntax/ast.js";
import { bigIntegerValue, floatValue, MAX_UINT64, stringBytes } from "../syntax/literal.js";
import { type AddPlace, fieldOf, parseAggregate } from "./aggregate.js";
import { INTEGER_RANGES } from "./integer-ranges.js";
import { newPlainMessage, type PlainMessage } from "./known-options.js";
import { mergeLanguageFeatures } from "./merge-language-features.js";
import { checkOptionUse } from "./option-use.js";
import { encodeRecord, isMessageValue, type MessageValue, type OptionValue, wrapMessage } from "./option-value.js";
import { UnknownRecords } from "./unknown-records.js";

/** 100: in how many files an extension is looked for that could have been meant. */
const MAX_SEARCHED_FILES = 100;

/** Which numbered fields have been set so far, down to the innermost message. */
type SetFields = Map<number, SetFields>;

/**
 * Gives options their meaning ("Options" in the language guides): looks their names up in the message of
 * descriptor.proto that holds them, checks the values, and sets them. Options that are not extensions come first,
 * because features decide how extensions are encoded.
 */
export class OptionInterpreter {
  readonly #unit: FileUnit;
  readonly #resolver: Resolver;
  /** Finds an options message such as `google.protobuf.FieldOptions`. */
  readonly #optionsType: (fullName: string) => MessageDefinition;
  readonly #types = new Map<string, MessageDefinition>();
  readonly #setFields = new Map<OptionSet, SetFields>();
  readonly #repeatedCounts = new Map<string, number>();
  readonly #records = new UnknownRecords();

  constructor(unit: FileUnit, resolver: Resolver, optionsType: (fullName: string) => MessageDefinition) {
    this.#unit = unit;
    this.#resolver = resolver;
    this.#optionsType = optionsType;
  }

  /** Interprets the options of the file whose first name is a plain one, or those whose first name is an extension. */
  run(extensions: boolean): void {
    for (const set of this.#unit.optionSets) {
      const fullName = `google.protobuf.${set.type}`;
      set.target.options ??= newPlainMessage(fullName)!;
      for (const entry of set.entries) {
        if (entry.node.name[0]!.extension === extensions) this.#interpret(set, entry, fullName);
      }
      this.#records.flush();
      const features = (set.target.options as { features?: PlainMessage }).features;
      if (features?.$unknown !== undefined) features.$unknown = mergeLanguageFeatures(features.$unknown);
    }
  }

  #type(fullName: string): MessageDefinition {
    let type = this.#types.get(fullName);
    if (type === undefined) this.#types.set(fullName, (type = this.#optionsType(fullName)));
    return type;
  }

  #interpret(set: OptionSet, entry: OptionEntry, optionsName: string): void {
    const { node } = entry;
    const path = this.#fieldPath(set, node, this.#type(optionsName));
    if (path === undefined) return;
    const field = path.at(-1)!;
    const isRepeated = field.proto.label === Label.Repeated;
    let setFields = this.#setFields.get(set);
    if (setFields === undefined) this.#setFields.set(set, (setFields = new Map()));
    for (const part of path.slice(0, -1)) setFields = child(setFields!, part.proto.number!);
    if (!isRepeated && setFields!.has(field.proto.number!)) {
      this.#error("duplicate-option", nameSpan(node), `the option "${nameText(node)}" was already set`);
      return;
    }
    const { location } = entry;
    const { optionPlaces } = this.#unit;
    const fieldPath = [...set.path, ...path.map((part) => part.proto.number!)];
    const places: AddPlace | undefined =
      optionPlaces === undefined || location === undefined || isRepeated
        ? undefined
        : (below, first, last) => optionPlaces.add(location, [...fieldPath, ...below], first, last);
    const value = this.#value(field, node, places);
    if (value === undefined) return;
    // A map's features are checked where they are written; its key and value only inherit them.
    if (set.path.length > 0) checkOptionUse(this.#unit, set.type, path, value, nameSpan(node));
    const mark = child(setFields!, field.proto.number!);
    if (isMessageValue(value) && !isRepeated) markFields(mark, value);
    this.#store(set.target.options as PlainMessage, path, value);
    if (location !== undefined) {
      const target = fieldPath;
      if (isRepeated) {
        const key = target.join(".");
        const index = this.#repeatedCounts.get(key) ?? 0;
        this.#repeatedCounts.set(key, index + 1);
        target.push(index);
      }
      location.path = target;
    }
  }

  /** The fields that an option's name leads through, the last of which is to be set. */
  #fieldPath(set: OptionSet, node: OptionNode, options: MessageDefinition): FieldDefinition[] | undefined {
    const path: FieldDefinition[] = [];
    let type = options;
    for (const [i, part] of node.name.entries()) {
      if (i === 0 && part.name === "uninterpreted_option") {
        this.#error("unknown-option", part, '"uninterpreted_option" cannot be used as an option');
        return undefined;
      }
      const field = part.extension ? this.#extension(set, part, type) : fieldOf(type, part.name);
      if (field === undefined) {
        if (!part.extension) this.#unknown(node, i, type);
        return undefined;
      }
      if (i === 0 && field.name === "features" && !field.isExtension && this.#unit.edition < Edition.E2023) {
        const help = 'begin the file with edition = "2024";';
        this.#error("features", part, "features can only be set in editions", help);
        return undefined;
      }
      if (field.file === this.#unit && node.name[0]!.name === "features" && !node.name[0]!.extension) {
        this.#error("feature-file", part, `the feature "${nameText(node)}" cannot be used in the file that defines it`);
        return undefined;
      }
      path.push(field);
      if (i === node.name.length - 1) break;
      if (field.messageType === undefined) {
        const what = field.enumType === undefined ? "a scalar" : "an enum";
        this.#error("option-value", part, `the option "${nameText(node, i)}" is ${what}: it has no fields`);
        return undefined;
      }
      if (field.proto.label === Label.Repeated) {
        const help = `write ${nameText(node, i)} = { ... } once for each`;
        this.#error(
          "option-value",
          part,
          `the fields of the repeated option "${nameText(node, i)}" cannot be set one by one`,
          help,
        );
        return undefined;
      }
      type = field.messageType;
    }
    return path;
  }

  #extension(set: OptionSet, part: OptionNamePart, type: MessageDefinition): FieldDefinition | undefined {
    const found = this.#resolver.resolve(part.name, set.scope, false);
    if (found.kind === "field") {
      if (found.container === type) return found;
      this.#error("unknown-option", part, `the option "(${part.name})" is not a field or extension of "${type.name}"`);
      return undefined;
    }
    if (found.kind !== "unresolved") {
      this.#error("unknown-option", part, `"${part.name}" is not an extension, so it cannot be an option`);
    } else if (found.notImported !== undefined && found.notImported.kind !== "package") {
      const file = found.notImported.file.name;
      const message = `the option "(${part.name})" is defined in "${file}", which this file does not import`;
      this.#error("not-imported", part, message, `add import "${file}";`);
    } else if (!this.#unit.incomplete) {
      const near = this.#nearExtension(part.name);
      const message =
        found.shadowed === undefined
          ? `the option "(${part.name})" is not defined`
          : `the option "(${part.name})" is resolved to "(${found.shadowed})", which is not defined`;
      this.#error(
        "unknown-option",
        part,
        message,
        wellKnownHelp(part.name) ?? near ?? "import the file that defines it",
      );
    }
    return undefined;
  }

  #nearExtension(name: string): string | undefined {
    if (!this.#unit.report.wantsSuggestions) return undefined;
    const names: string[] = [];
    for (const file of [this.#unit, ...this.#resolver.visible.nearest(MAX_SEARCHED_FILES)]) {
      for (const extension of file.extensions) names.push(extension.fullName, extension.name);
    }
    const near = closest(name, names);
    return near === undefined ? undefined : `did you mean "(${near})"?`;
  }

  #unknown(node: OptionNode, index: number, type: MessageDefinition): void {
    const part = node.name[index]!;
    const names = this.#unit.report.wantsSuggestions ? type.fields.map((field) => field.name) : [];
    const help = didYouMean(part.name, names);
    if (index > 0) this.#error("unknown-option", part, `"${type.fullName}" has no field "${part.name}"`, help);
    else {
      const message = `there is no option "${part.name}" for ${OPTION_HOLDERS.get(type.name) ?? "this"}`;
      this.#error("unknown-option", part, message, help ?? "the name of a custom option stands in parentheses");
    }
  }

  /** The value of an option, checked against its field's type; `undefined` after an error. */
  #value(field: FieldDefinition, node: OptionNode, places: AddPlace | undefined): OptionValue | undefined {
    const { value } = node;
    const { tokens } = this.#unit.ast;
    const name = nameText(node);
    const { type } = field.proto;
    if (type === undefined) return undefined; // its type was not found, which has been reported
    switch (type) {
      case FieldType.Message:
      case FieldType.Group:
        if (value.kind !== "aggregate") {
          return this.#bad(
            value,
            `the option "${name}" is a message`,
            `write ${name} = { ... }, or set a field of it: ${name}.field = ...`,
          );
        }
        return field.messageType === undefined
          ? undefined
          : parseAggregate(this.#unit, this.#resolver, field.messageType, value.first, value.last, places);
      case FieldType.String:
      case FieldType.Bytes:
        if (value.kind !== "string")
          return this.#bad(value, `the option "${name}" must be a string`, "put it in quotes");
        return stringBytes(tokens, value.first, value.last);
      case FieldType.Bool: {
        const text = value.kind === "identifier" ? tokens.textOf(value.first) : "";
        if (text === "true" || text === "false") return text === "true";
        return this.#bad(value, `the option "${name}" must be true or false`);
      }
      case FieldType.Enum: {
        const definition = field.enumType;
        if (definition === undefined) return undefined;
        if (value.kind !== "identifier")
          return this.#bad(value, `the option "${name}" must be a value of "${definition.fullName}"`);
        const text = tokens.textOf(value.last);
        const found = enumValueNamed(definition, text);
        if (found !== undefined && !value.negative) return found.proto.number!;
        const names = this.#unit.report.wantsSuggestions ? definition.values.map((candidate) => candidate.name) : [];
        const help =
          didYouMean(text, names) ?? (names.length > 0 && names.length <= 6 ? `it has ${names.join(", ")}` : undefined);
        return this.#bad(value, `the enum "${definition.fullName}" has no value "${text}"`, help);
      }
      case FieldType.Float:
      case FieldType.Double: {
        const number = this.#number(node);
        return number ?? this.#bad(value, `the option "${name}" must be a number`);
      }
      default: {
        const [min, max] = INTEGER_RANGES.get(type)!;
        const size = value.kind === "integer" ? bigIntegerValue(tokens.textOf(value.last), MAX_UINT64) : undefined;
        const number = size === undefined ? undefined : value.negative ? -size : size;
        // Zero with a sign is a negative number to protoc, which unsigned types do not take.
        const isSignedZero = value.negative && min === 0n;
        if (number !== undefined && number >= min && number <= max && !isSignedZero) return number;
        return this.#bad(value, `the option "${name}" must be a whole number from ${min} to ${max}`);
      }
    }
  }

  #number(node: OptionNode): number | undefined {
    const { value } = node;
    const text = this.#unit.ast.tokens.textOf(value.last);
    let number: number;
    if (value.kind === "float") number = floatValue(text);
    else if (value.kind === "integer") number = Number(bigIntegerValue(text, MAX_UINT64) ?? floatValue(text));
    else if (value.kind === "identifier" && text === "inf") number = Number.POSITIVE_INFINITY;
    else if (value.kind === "identifier" && text === "nan") number = Number.NaN;
    else return undefined;
    // protoc keeps the sign neither of NaN nor of the integer 0.
    const hasSign = !Number.isNaN(number) && (number !== 0 || value.kind === "float");
    return value.negative && hasSign ? -number : number;
  }

  /** Sets the field at the end of `path`: as a property as far as the message has one for it, from there on as bytes. */
  #store(options: PlainMessage, path: readonly FieldDefinition[], value: OptionValue): void {
    let plain = options;
    for (const [i, field] of path.entries()) {
      const property = propertyOf(plain, field);
      if (property === undefined) {
        let record = encodeRecord(path.at(-1)!, value);
        for (let at = path.length - 2; at >= i; at--) record = wrapMessage(path[at]!, record);
        this.#records.add(plain, record);
        return;
      }
      if (i === path.length - 1) setPlain(this.#records, plain, property, field, value);
      else plain = (plain[property] ??= newPlainMessage(field.messageType!.fullName) ?? {}) as PlainMessage;
    }
  }

  #bad(value: Node, message: string, help?: string): undefined {
    this.#error("option-value", value, message, help);
  }

  #error(code: string, node: Node, message: string, help?: string): void {
    const { starts, ends } = this.#unit.ast.tokens;
    this.#unit.report.error(code, starts[node.first]!, ends[node.last]!, message, help);
  }
}

/** Whose options a message of descriptor.proto holds. */
const OPTION_HOLDERS: ReadonlyMap<string, string> = new Map([
  ["FileOptions", "files"],
  ["MessageOptions", "messages"],
  ["FieldOptions", "fields"],
  ["OneofOptions", "oneofs"],
  ["ExtensionRangeOptions", "extension ranges"],
  ["EnumOptions", "enums"],
  ["EnumValueOptions", "enum values"],
  ["ServiceOptions", "services"],
  ["MethodOptions", "methods"],
]);

function propertyOf(plain: PlainMessage, field: FieldDefinition): string | undefined {
  if (field.isExtension) return undefined;
  const property = jsonName(field.name);
  return Object.hasOwn(plain, property) ? property : undefined;
}

function setPlain(
  records: UnknownRecords,
  plain: PlainMessage,
  property: string,
  field: FieldDefinition,
  value: OptionValue,
): void {
  if (field.proto.label === Label.Repeated) (plain[property] as unknown[]).push(toPlain(records, field, value));
  else if (isMessageValue(value) && plain[property] !== undefined) {
    fillPlain(records, plain[property] as PlainMessage, value);
  } else plain[property] = toPlain(records, field, value);
}

/** A value of descriptor.proto as the generated types have it. */
function toPlain(records: UnknownRecords, field: FieldDefinition, value: OptionValue): unknown {
  if (isMessageValue(value)) {
    const plain = newPlainMessage(value.type.fullName) ?? {};
    fillPlain(records, plain, value);
    return plain;
  }
  if (value instanceof Uint8Array) return field.proto.type === FieldType.String ? decodeUtf8(value) : value;
  const isLong = [3, 4, 6, 16, 18].includes(field.proto.type!);
  return typeof value === "bigint" && !isLong ? Number(value) : value;
}

function fillPlain(records: UnknownRecords, plain: PlainMessage, message: MessageValue): void {
  const fields = [...message.fields].sort((a, b) => a[0].proto.number! - b[0].proto.number!);
  for (const [field, value] of fields) {
    const property = propertyOf(plain, field);
    for (const item of Array.isArray(value) ? value : [value]) {
      if (property === undefined) records.add(plain, encodeRecord(field, item));
      else setPlain(records, plain, property, field, item);
    }
  }
}

function child(fields: SetFields, number: number): SetFields {
  let inner = fields.get(number);
  if (inner === undefined) fields.set(number, (inner = new Map()));
  return inner;
}

function markFields(fields: SetFields, message: MessageValue): void {
  for (const [field, value] of message.fields) {
    const inner = child(fields, field.proto.number!);
    if (!Array.isArray(value) && isMessageValue(value)) markFields(inner, value);
  }
}

function nameSpan(node: OptionNode): Node {
  return { first: node.name[0]!.first, last: node.name.at(-1)!.last };
}

/** An option's name as written, up to part `last`. */
function nameText(node: OptionNode, last: number = node.name.length - 1): string {
  return node.name
    .slice(0, last + 1)
    .map((part) => (part.extension ? `(${part.name})` : part.name))
    .join(".");
}
