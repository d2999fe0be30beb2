import { EnumFeature, FieldType, Label } from "../descriptor/constants.js";
import { didYouMean } from "../diagnostics/suggest.js";
import type { FieldDefinition, FileUnit, MessageDefinition } from "../link/definition.js";
import { enumValueNamed } from "../link/enum-values.js";
import type { Resolver } from "../link/resolver.js";
import { encodeUtf8 } from "../source/utf8.js";
import { bigIntegerValue, floatValue, MAX_UINT64, stringBytes } from "../syntax/literal.js";
import { Punctuation, TokenKind, type TokenTable } from "../syntax/token.js";
import { INTEGER_RANGES } from "./integer-ranges.js";
import { encodeMessage, isDelimited, type MessageValue, type OptionValue } from "./option-value.js";

/** 100: the nesting that protobuf's decoders accept by default, so deeper options could not be read back anyway. */
const MAX_DEPTH = 100;

/** Thrown to leave an aggregate whose error has been reported. */
const AGGREGATE_ERROR: unique symbol = Symbol("aggregate error");

/** Takes the place of a field: its path below the value, and its tokens. */
export type AddPlace = (path: readonly number[], first: number, last: number) => void;

/**
 * Reads the aggregate value of an option (`{ ... }` in the text format, protobuf.dev "Text Format Language
 * Specification") from the tokens `open` to `close`. Returns `undefined` after an error, which has been reported.
 */
export function parseAggregate(
  unit: FileUnit,
  resolver: Resolver,
  type: MessageDefinition,
  open: number,
  close: number,
  addPlace?: AddPlace,
): MessageValue | undefined {
  try {
    const parser = new AggregateParser(unit, resolver, open + 1, close, addPlace);
    return parser.fields(type, close, open);
  } catch (error) {
    if (error !== AGGREGATE_ERROR) throw error;
    return undefined;
  }
}

class AggregateParser {
  readonly #unit: FileUnit;
  readonly #tokens: TokenTable;
  readonly #resolver: Resolver;
  readonly #end: number;
  #at: number;
  #last = 0;
  #depth = 0;
  /** Not inside of repeated fields: places end there, as those of buf do. */
  #addPlace: AddPlace | undefined;
  readonly #path: number[] = [];
  readonly #written = new Map<MessageValue, Map<FieldDefinition, number>>();

  constructor(unit: FileUnit, resolver: Resolver, start: number, end: number, addPlace: AddPlace | undefined) {
    this.#addPlace = addPlace;
    this.#unit = unit;
    this.#tokens = unit.ast.tokens;
    this.#resolver = resolver;
    this.#at = start;
    this.#end = end;
    this.#skipComments();
  }

  /** Reads fields up to the token `close`, or, if that is -1, up to a closing brace or angle bracket. */
  fields(type: MessageDefinition, close: number, open: number): MessageValue {
    if (++this.#depth > MAX_DEPTH) this.#fail(open, "this option's value is nested too deeply");
    const value: MessageValue = { type, fields: new Map() };
    while (close >= 0 ? this.#at < close : !this.#closes(open)) {
      if (this.#at >= this.#end) this.#fail(open, "this message is not closed");
      this.#field(value);
      if (this.#is(Punctuation.Semicolon) || this.#is(Punctuation.Comma)) this.#advance();
    }
    if (close < 0) this.#advance();
    this.#depth--;
    const missing = requiredFieldsOf(type).filter((field) => !value.fields.has(field));
    if (missing.length > 0) {
      const names = missing.map((field) => `"${field.name}"`).join(", ");
      this.#fail(
        open,
        `the required ${missing.length > 1 ? "fields" : "field"} ${names} of "${type.fullName}" must be set`,
      );
    }
    return value;
  }

  #field(message: MessageValue): void {
    const first = this.#at;
    const field = this.#is(Punctuation.LeftBracket) ? this.#bracketed(message) : this.#named(message.type);
    if (field === undefined) return; // an expanded Any, complete
    // The type of a field that was not found has been reported where it is written.
    if (field.proto.type === undefined) throw AGGREGATE_ERROR;
    const isMessage = field.proto.type === FieldType.Message || field.proto.type === FieldType.Group;
    if (this.#is(Punctuation.Colon)) this.#advance();
    else if (!isMessage) this.#fail(this.#at, `expected ":" after "${field.name}", found ${this.#found()}`);
    const isRepeated = field.proto.label === Label.Repeated;
    if (!isRepeated) this.#checkOnce(message, field, first);
    const addPlace = this.#addPlace;
    this.#path.push(field.proto.number!);
    if (isRepeated) this.#addPlace = undefined;
    this.#values(message, field, isRepeated);
    this.#addPlace = addPlace;
    if (addPlace !== undefined && (isRepeated || !isMessage)) {
      const index = isRepeated ? [this.#times(message, field)] : [];
      addPlace([...this.#path, ...index], first, this.#last);
    }
    this.#path.pop();
  }

  /** How often a repeated field was written before in a message; counted only where places are wanted. */
  #times(message: MessageValue, field: FieldDefinition): number {
    let counts = this.#written.get(message);
    if (counts === undefined) this.#written.set(message, (counts = new Map()));
    const times = counts.get(field) ?? 0;
    counts.set(field, times + 1);
    return times;
  }

  /** The value behind a field's name, or the list of them. */
  #values(message: MessageValue, field: FieldDefinition, isRepeated: boolean): void {
    if (isRepeated && this.#is(Punctuation.LeftBracket)) {
      this.#advance();
      if (this.#is(Punctuation.RightBracket)) {
        this.#advance();
        return;
      }
      for (;;) {
        this.#add(message, field, this.#value(field));
        if (!this.#is(Punctuation.Comma)) break;
        this.#advance();
      }
      this.#expect(Punctuation.RightBracket, "to end the list");
      return;
    }
    this.#add(message, field, this.#value(field));
  }

  #add(message: MessageValue, field: FieldDefinition, value: OptionValue): void {
    if (field.proto.label !== Label.Repeated) {
      message.fields.set(field, value);
      return;
    }
    const list = message.fields.get(field);
    if (Array.isArray(list)) list.push(value);
    else message.fields.set(field, [value]);
  }

  #checkOnce(message: MessageValue, field: FieldDefinition, token: number): void {
    if (message.fields.has(field)) this.#fail(token, `the field "${field.name}" is set twice, but it is not repeated`);
    if (field.oneof === undefined) return;
    for (const other of field.oneof.fields) {
      if (!message.fields.has(other)) continue;
      const names = `"${field.name}" and "${other.name}"`;
      this.#fail(token, `${names} are both set, but they belong to the oneof "${field.oneof.name}"`);
    }
  }

  #named(type: MessageDefinition): FieldDefinition {
    if (!this.#is(TokenKind.Identifier))
      this.#fail(this.#at, `expected a field of "${type.fullName}", found ${this.#found()}`);
    const name = this.#tokens.textOf(this.#at);
    let field = fieldOf(type, name);
    if (field === undefined) {
      // A group is called by the name of its message.
      const group = fieldOf(type, name.toLowerCase());
      if (group !== undefined && isDelimited(group) && group.messageType?.name === name) field = group;
    }
    if (field === undefined) {
      const help = didYouMean(
        name,
        type.fields.map((candidate) => candidate.name),
      );
      this.#fail(this.#at, `"${type.fullName}" has no field "${name}"`, help);
    }
    this.#advance();
    return field;
  }

  /** `[name.of.extension]`, or `[domain/name.of.Message] { ... }` in an Any, which is read to its end. */
  #bracketed(message: MessageValue): FieldDefinition | undefined {
    const open = this.#at;
    this.#advance();
    let name = "";
    let slash = -1;
    while (!this.#is(Punctuation.RightBracket)) {
      if (this.#at >= this.#end) this.#fail(open, 'expected "]"');
      if (this.#is(Punctuation.Slash)) slash = name.length;
      name += this.#tokens.textOf(this.#at);
      this.#advance();
    }
    const last = this.#at;
    this.#advance();
    if (slash >= 0) {
      this.#any(message, name.slice(0, slash), name.slice(slash + 1), open, last);
      return undefined;
    }
    const found = this.#resolver.resolve(name, message.type.parent, false);
    let field: FieldDefinition | undefined;
    if (found.kind === "field") field = found;
    else if (found.kind === "message" && message.type.proto.options?.messageSetWireFormat === true) {
      field = found.extensions.find(
        (extension) => extension.container === message.type && extension.messageType === found,
      );
    }
    if (field === undefined || !field.isExtension || field.container !== message.type) {
      const why =
        field === undefined ? "is not defined, or not imported" : `does not extend "${message.type.fullName}"`;
      this.#fail(open, `the extension "${name}" ${why}`, undefined, last);
    }
    return field;
  }

  #any(message: MessageValue, prefix: string, name: string, open: number, last: number): void {
    if (message.type.fullName !== "google.protobuf.Any") {
      this.#fail(
        open,
        `only google.protobuf.Any holds messages by URL, not "${message.type.fullName}"`,
        undefined,
        last,
      );
    }
    if (prefix !== "type.googleapis.com" && prefix !== "type.googleprod.com") {
      this.#fail(open, `the type URL must begin with "type.googleapis.com/"`, undefined, last);
    }
    const found = this.#resolver.resolve(`.${name}`, undefined, false);
    if (found.kind !== "message")
      this.#fail(open, `the message "${name}" is not defined, or not imported`, undefined, last);
    if (this.#is(Punctuation.Colon)) this.#advance();
    const content = encodeMessage(this.#message(found));
    const url = fieldOf(message.type, "type_url");
    const value = fieldOf(message.type, "value");
    if (url === undefined || value === undefined || message.fields.has(url) || message.fields.has(value)) {
      this.#fail(open, "this Any is set twice", undefined, last);
    }
    message.fields.set(url, encodeUtf8(`${prefix}/${name}`));
    message.fields.set(value, content);
  }

  #message(type: MessageDefinition): MessageValue {
    const open = this.#at;
    if (!this.#is(Punctuation.LeftBrace) && !this.#is(Punctuation.Less)) {
      this.#fail(open, `expected "{" and the fields of "${type.fullName}", found ${this.#found()}`);
    }
    this.#advance();
    return this.fields(type, -1, open);
  }

  /** True at the bracket that closes the one at `open`. */
  #closes(open: number): boolean {
    const isAngle = this.#tokens.kinds[open] === Punctuation.Less;
    return this.#is(isAngle ? Punctuation.Greater : Punctuation.RightBrace);
  }

  #value(field: FieldDefinition): OptionValue {
    const type = field.proto.type;
    switch (type) {
      case FieldType.Message:
      case FieldType.Group:
        return this.#message(field.messageType!);
      case FieldType.String:
      case FieldType.Bytes:
        return this.#string(field);
      case FieldType.Bool:
        return this.#bool(field);
      case FieldType.Enum:
        return this.#enum(field);
      case FieldType.Float:
      case FieldType.Double:
        return this.#float(field);
      default:
        return this.#integer(field);
    }
  }

  #string(field: FieldDefinition): Uint8Array {
    const first = this.#at;
    if (!this.#is(TokenKind.String)) this.#fail(first, `"${field.name}" must be a string, found ${this.#found()}`);
    let last = first;
    while (this.#is(TokenKind.String)) {
      last = this.#at;
      this.#advance();
    }
    return stringBytes(this.#tokens, first, last);
  }

  #bool(field: FieldDefinition): boolean {
    const text = this.#tokens.textOf(this.#at);
    const value = ["true", "True", "t", "1"].includes(text)
      ? true
      : ["false", "False", "f", "0"].includes(text)
        ? false
        : undefined;
    if (value === undefined) this.#fail(this.#at, `"${field.name}" must be true or false, found ${this.#found()}`);
    this.#advance();
    return value;
  }

  #enum(field: FieldDefinition): number {
    const first = this.#at;
    const definition = field.enumType!;
    if (this.#is(TokenKind.Identifier)) {
      const name = this.#tokens.textOf(first);
      const value = enumValueNamed(definition, name);
      if (value === undefined) {
        const help = didYouMean(
          name,
          definition.values.map((candidate) => candidate.name),
        );
        this.#fail(first, `the enum "${definition.fullName}" has no value "${name}"`, help);
      }
      this.#advance();
      return value.proto.number!;
    }
    const number = this.#signedInteger(field, -(2n ** 31n), 2n ** 31n - 1n);
    const isKnown = definition.values.some((value) => value.proto.number === Number(number));
    if (!isKnown && definition.features.enumType === EnumFeature.Closed) {
      this.#fail(first, `the enum "${definition.fullName}" has no value with the number ${number}`);
    }
    return Number(number);
  }

  #integer(field: FieldDefinition): bigint {
    const [min, max] = INTEGER_RANGES.get(field.proto.type!)!;
    return this.#signedInteger(field, min, max);
  }

  #signedInteger(field: FieldDefinition, min: bigint, max: bigint): bigint {
    const first = this.#at;
    const negative = this.#is(Punctuation.Minus);
    if (negative) this.#advance();
    if (!this.#is(TokenKind.Integer))
      this.#fail(this.#at, `"${field.name}" must be a whole number, found ${this.#found()}`);
    const size = bigIntegerValue(this.#tokens.textOf(this.#at), MAX_UINT64);
    const value = size === undefined ? undefined : negative ? -size : size;
    if (value === undefined || value < min || value > max) {
      this.#fail(first, `"${field.name}" must be a whole number from ${min} to ${max}`, undefined, this.#at);
    }
    this.#advance();
    return value;
  }

  #float(field: FieldDefinition): number {
    const negative = this.#is(Punctuation.Minus);
    if (negative) this.#advance();
    const text = this.#tokens.textOf(this.#at);
    let value: number | undefined;
    if (this.#is(TokenKind.Float)) value = floatValue(text);
    else if (this.#is(TokenKind.Integer)) {
      if (/^0[0-9xX]/.test(text)) this.#fail(this.#at, `"${field.name}" must be a decimal number`);
      value = floatValue(text);
    } else if (this.#is(TokenKind.Identifier)) {
      const word = text.toLowerCase();
      if (word === "inf" || word === "infinity") value = Number.POSITIVE_INFINITY;
      else if (word === "nan") value = Number.NaN;
    }
    if (value === undefined) this.#fail(this.#at, `"${field.name}" must be a number, found ${this.#found()}`);
    this.#advance();
    return negative ? -value : value;
  }

  #is(kind: number): boolean {
    return this.#at < this.#end && this.#tokens.kinds[this.#at] === kind;
  }

  #advance(): void {
    this.#last = this.#at;
    this.#at++;
    this.#skipComments();
  }

  /** In the text format `#` begins a comment; to the tokenizer of .proto files the rest of its line is tokens. */
  #skipComments(): void {
    const { text, starts, ends } = this.#tokens;
    while (this.#is(Punctuation.Hash)) {
      const newline = text.indexOf("\n", ends[this.#at]!);
      const end = newline < 0 ? text.length : newline;
      while (this.#at < this.#end && starts[this.#at]! < end) this.#at++;
    }
  }

  #expect(kind: number, why: string): void {
    if (!this.#is(kind)) this.#fail(this.#at, `expected "${String.fromCharCode(kind)}" ${why}, found ${this.#found()}`);
    this.#advance();
  }

  #found(): string {
    return this.#at >= this.#end ? "the end of the value" : `"${this.#tokens.textOf(this.#at)}"`;
  }

  #fail(first: number, message: string, help?: string, last: number = first): never {
    const { starts, ends } = this.#tokens;
    this.#unit.report.error("option-value", starts[first]!, ends[last]!, message, help);
    throw AGGREGATE_ERROR;
  }
}

const requiredFields = new WeakMap<MessageDefinition, readonly FieldDefinition[]>();

/** Found once for a type: there may be thousands of small messages of a large type. */
function requiredFieldsOf(type: MessageDefinition): readonly FieldDefinition[] {
  let required = requiredFields.get(type);
  if (required === undefined) {
    required = type.fields.filter((field) => field.proto.label === Label.Required);
    requiredFields.set(type, required);
  }
  return required;
}

/** A field of a message by name; extensions declared inside it are names of its scope, but not its fields. */
export function fieldOf(type: MessageDefinition, name: string): FieldDefinition | undefined {
  const member = type.members.get(name);
  return member?.kind === "field" && !member.isExtension ? member : undefined;
}
