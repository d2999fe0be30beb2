import { encode } from "../codec/encode.js";
import { setExtension } from "../codec/extension.js";
import type { AnyExtensionType } from "../type/extension-type.js";
import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType, FieldType, MessageType } from "../type/message-type.js";
import { describeValue } from "../wire/describe-value.js";
import { setEntry } from "../wire/map-entry.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { RECURSION_LIMIT } from "../wire/wire-type.js";
import { groupName } from "./group-name.js";
import { readScalar } from "./scalar-from-text.js";
import { TextLexer } from "./text-lexer.js";
import type { FromTextOptions } from "./text-options.js";

type Fields = Record<string, unknown>;

/**
 * Reads a message in the text format (protobuf.dev, "Text Format Language Specification"): every field by its name, no
 * field twice unless it is repeated.
 *
 * @throws ProtobufError with line and column: `notes.v1.Note: line 3, column 7: …`
 */
export function fromText<T, Init>(type: MessageType<T, Init>, text: string, options: FromTextOptions = {}): T {
  try {
    const reader = new TextReader(new TextLexer(text), options);
    return reader.message(type, undefined, 0) as T;
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ProtobufError(`${type.typeName}: ${error.message}`, {
      kind: "text",
      ...(error.offset === undefined ? {} : { offset: error.offset }),
    });
  }
}

class TextReader {
  readonly #lexer: TextLexer;
  readonly #options: FromTextOptions;

  constructor(lexer: TextLexer, options: FromTextOptions) {
    this.#lexer = lexer;
    this.#options = options;
  }

  /** Reads fields up to `close`, which it steps over; `undefined` stands for the end of the text. */
  message(type: AnyMessageType, close: string | undefined, depth: number): Fields {
    const lexer = this.#lexer;
    if (depth > RECURSION_LIMIT) throw this.#tooDeep();
    const into = new Target(type);
    while (close === undefined ? lexer.kind !== "end" : !lexer.at(close)) {
      if (lexer.at("[")) this.#bracketed(into, depth);
      else if (lexer.kind === "identifier") this.#field(into, depth);
      else throw lexer.problem(close === undefined ? "the name of a field" : `the name of a field, or ${close}`);
      if (!lexer.skip(",")) lexer.skip(";");
    }
    if (close !== undefined) lexer.advance();
    return into.finish();
  }

  #field(into: Target, depth: number): void {
    const lexer = this.#lexer;
    const { start, text } = lexer;
    const field = fieldNames(into.type).get(text);
    lexer.advance();
    if (field === undefined) {
      if (!into.type.reservedNames.includes(text)) {
        throw lexer.problemAt(start, `${into.type.typeName} has no field ${describeValue(text)}`);
      }
      this.#skipValues(depth);
      return;
    }
    this.#values(field, depth, (value) => {
      const problem = into.add(field, value);
      if (problem !== undefined) throw lexer.problemAt(start, problem);
    });
  }

  /** `[name.of.extension]`, or `[type.googleapis.com/name]` in an `Any`. */
  #bracketed(into: Target, depth: number): void {
    const lexer = this.#lexer;
    const { start } = lexer;
    const name = lexer.bracketedName();
    if (name.includes("/")) {
      this.#any(into, name, start, depth);
      return;
    }
    const extension = this.#options.registry?.extension(name);
    if (extension === undefined || extension.extendee.typeName !== into.type.typeName) {
      const reason = `${into.type.typeName} has no extension ${describeValue(name)} in the registry: pass { registry }`;
      throw lexer.problemAt(start, reason);
    }
    this.#values(extension.field, depth, (value) => {
      const problem = into.addExtension(extension, value);
      if (problem !== undefined) throw lexer.problemAt(start, problem);
    });
  }

  #any(into: Target, typeUrl: string, start: number, depth: number): void {
    const lexer = this.#lexer;
    if (into.type.typeName !== "google.protobuf.Any") {
      throw lexer.problemAt(start, `a type URL belongs into a google.protobuf.Any, not ${into.type.typeName}`);
    }
    const type = this.#options.registry?.message(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
    if (type === undefined) {
      throw lexer.problemAt(start, `the type of ${describeValue(typeUrl)} is not in the registry: pass { registry }`);
    }
    lexer.skip(":");
    const inner = this.#messageValue(type, depth);
    const fields = fieldNames(into.type);
    const problem = into.add(fields.get("type_url")!, typeUrl) ?? into.add(fields.get("value")!, encode(type, inner));
    if (problem !== undefined) throw lexer.problemAt(start, problem);
  }

  /** What follows the name of a field: a value, or several in brackets. */
  #values(field: FieldType, depth: number, add: (value: unknown) => void): void {
    const lexer = this.#lexer;
    const colon = lexer.skip(":");
    if (!colon && field.mapKey === undefined && !isMessageType(field.type)) throw lexer.problem('":"');
    if (!lexer.at("[") || !(field.repeated || field.mapKey !== undefined)) {
      add(this.#value(field, depth));
      return;
    }
    lexer.advance();
    if (lexer.skip("]")) return;
    do add(this.#value(field, depth));
    while (lexer.skip(","));
    if (!lexer.skip("]")) throw lexer.problem('"," or "]"');
  }

  #value(field: FieldType, depth: number): unknown {
    if (field.mapKey !== undefined) return this.#entry(field, field.mapKey, depth);
    return isMessageType(field.type) ? this.#messageValue(field.type, depth) : readScalar(this.#lexer, field);
  }

  /** Steps over what follows a reserved name: text that an older schema wrote is still read. */
  #skipValues(depth: number): void {
    const lexer = this.#lexer;
    const colon = lexer.skip(":");
    if (!lexer.skip("[")) {
      this.#skipValue(colon, depth);
      return;
    }
    if (lexer.skip("]")) return;
    do this.#skipValue(colon, depth);
    while (lexer.skip(","));
    if (!lexer.skip("]")) throw lexer.problem('"," or "]"');
  }

  #skipValue(colon: boolean, depth: number): void {
    const lexer = this.#lexer;
    if (lexer.at("{") || lexer.at("<")) {
      this.#skipMessage(this.#open(), depth + 1);
      return;
    }
    if (!colon) throw lexer.problem('":"');
    const negative = lexer.skip("-");
    if (lexer.kind === "symbol" || lexer.kind === "end" || (negative && lexer.kind === "string")) {
      throw lexer.problem("a value");
    }
    const { kind } = lexer;
    do lexer.advance();
    while (kind === "string" && lexer.kind === "string");
  }

  #skipMessage(close: string, depth: number): void {
    const lexer = this.#lexer;
    if (depth > RECURSION_LIMIT) throw this.#tooDeep();
    while (!lexer.at(close)) {
      if (lexer.at("[")) lexer.bracketedName();
      else if (lexer.kind === "identifier") lexer.advance();
      else throw lexer.problem(`the name of a field, or ${close}`);
      this.#skipValues(depth);
      if (!lexer.skip(",")) lexer.skip(";");
    }
    lexer.advance();
  }

  #tooDeep(): ProtobufError {
    return this.#lexer.problemAt(this.#lexer.start, `messages nest more than ${RECURSION_LIMIT} deep`);
  }

  #messageValue(type: AnyMessageType, depth: number): Fields {
    return this.message(type, this.#open(), depth + 1);
  }

  /** Steps over the bracket that opens a message. @returns the one that closes it */
  #open(): string {
    const lexer = this.#lexer;
    const close = lexer.at("{") ? "}" : lexer.at("<") ? ">" : undefined;
    if (close === undefined) throw lexer.problem("a message in { }");
    lexer.advance();
    return close;
  }

  /** An entry of a map: `{ key: … value: … }`, either of which may be missing. */
  #entry(field: FieldType, mapKey: NonNullable<FieldType["mapKey"]>, depth: number): Entry {
    const lexer = this.#lexer;
    const close = this.#open();
    if (depth >= RECURSION_LIMIT) throw this.#tooDeep();
    const keyField: FieldType = { ...field, type: mapKey, mapKey: undefined, longAs: "bigint" };
    const valueField: FieldType = { ...field, mapKey: undefined };
    const entry: Entry = { key: undefined, value: undefined };
    while (!lexer.at(close)) {
      const { start, text, kind } = lexer;
      if (kind !== "identifier" || (text !== "key" && text !== "value")) throw lexer.problem(`key, value or ${close}`);
      lexer.advance();
      if (entry[text] !== undefined) throw lexer.problemAt(start, `the entry has two of ${text}`);
      this.#values(text === "key" ? keyField : valueField, depth + 1, (value) => {
        entry[text] = value;
      });
      if (!lexer.skip(",")) lexer.skip(";");
    }
    lexer.advance();
    return { key: entry.key ?? zeroOf(mapKey), value: entry.value ?? zeroOf(field.type) };
  }
}

interface Entry {
  key: unknown;
  value: unknown;
}

/** What a key or a value of a map is if it is not given. */
function zeroOf(type: FieldType["type"]): unknown {
  if (typeof type === "object") return isMessageType(type) ? type.empty() : (Object.values(type.values)[0] ?? 0);
  if (type === "string") return "";
  if (type === "bytes") return new Uint8Array(0);
  if (type === "bool") return false;
  return type.endsWith("64") ? 0n : 0;
}

/** The message that is being read. Extensions are set at its end, for each time they are set costs a look at all. */
class Target {
  readonly type: AnyMessageType;
  readonly #message: Fields;
  readonly #seen = new Set<FieldType>();
  readonly #extensions = new Map<AnyExtensionType, unknown[]>();

  constructor(type: AnyMessageType) {
    this.type = type;
    this.#message = type.empty() as Fields;
  }

  /** Sets a field, or adds to it. @returns what is wrong */
  add(field: FieldType, value: unknown): string | undefined {
    const message = this.#message;
    if (field.mapKey !== undefined) {
      const { key, value: item } = value as Entry;
      setEntry(message[field.localName] as Fields, String(key), item);
      return undefined;
    }
    if (field.repeated) {
      (message[field.localName] as unknown[]).push(value);
      return undefined;
    }
    if (this.#seen.has(field)) return `the field ${field.name} is there twice`;
    this.#seen.add(field);
    if (field.oneof === undefined) message[field.localName] = value;
    else if (message[field.oneof] !== undefined) return `the oneof ${field.oneof} is set twice`;
    else message[field.oneof] = { case: field.localName, value };
    return undefined;
  }

  addExtension(extension: AnyExtensionType, value: unknown): string | undefined {
    const values = this.#extensions.get(extension);
    if (values === undefined) this.#extensions.set(extension, [value]);
    else if (extension.field.repeated) values.push(value);
    else return `the extension ${extension.typeName} is there twice`;
    return undefined;
  }

  finish(): Fields {
    for (const [extension, values] of this.#extensions) {
      setExtension(this.#message, extension, extension.field.repeated ? values : values[0]);
    }
    return this.#message;
  }
}

/** The fields by each name they may have in text, made once per type. */
const NAMES = new WeakMap<AnyMessageType, ReadonlyMap<string, FieldType>>();

function fieldNames(type: AnyMessageType): ReadonlyMap<string, FieldType> {
  let names = NAMES.get(type);
  if (names === undefined) {
    const all = new Map<string, FieldType>();
    for (const field of type.fields) {
      const group = groupName(field, type.typeName);
      if (group !== undefined) all.set(group, field);
    }
    for (const field of type.fields) all.set(field.name, field);
    NAMES.set(type, (names = all));
  }
  return names;
}
