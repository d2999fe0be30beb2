import { type AnyMessageType, type FieldType, fromJson, ProtobufError, type Registry, toJson } from "hawser/protobuf";
import { isMessage } from "../field-value.js";
import type { Plain, ScriptNode } from "./script-node.js";

/** What a request must have in it: a part of its JSON, where `{matches: …}` may stand for a text. */
export class MessagePattern {
  readonly #pattern: Plain;
  readonly #type: AnyMessageType;
  readonly #registry: Registry;
  readonly #expressions = new Map<string, RegExp>();

  /** @throws CliError with file and line if no message of the type could match */
  constructor(node: ScriptNode, type: AnyMessageType, registry: Registry) {
    this.#type = type;
    this.#registry = registry;
    const written = node.plain();
    checkMessage(node, withoutExpressions(written), type, registry);
    this.#pattern = withJsonNames(written, type);
    this.#compile(written, node);
  }

  matches(request: object): boolean {
    const json = toJson(this.#type, request, { registry: this.#registry, emitDefaults: true });
    return this.#contains(json as Plain, this.#pattern);
  }

  #contains(actual: Plain | undefined, wanted: Plain): boolean {
    // What is not set is null to those who ask for nothing.
    if (wanted === null) return actual === undefined || actual === null;
    if (actual === undefined || actual === null) return false;
    if (Array.isArray(wanted)) {
      return (
        Array.isArray(actual) &&
        actual.length === wanted.length &&
        wanted.every((item, i) => this.#contains(actual[i], item))
      );
    }
    if (typeof wanted === "object") {
      const source = sourceOf(wanted);
      if (source !== undefined && typeof actual !== "object")
        return this.#expressions.get(source)!.test(String(actual));
      if (typeof actual !== "object" || Array.isArray(actual)) return false;
      return Object.entries(wanted).every(([key, value]) =>
        this.#contains(Object.hasOwn(actual, key) ? (actual as Record<string, Plain>)[key] : undefined, value),
      );
    }
    // A 64-bit number is a text in JSON, and may be written as either.
    return typeof actual !== "object" && String(actual) === String(wanted);
  }

  #compile(value: Plain, node: ScriptNode): void {
    if (typeof value !== "object" || value === null) return;
    const source = sourceOf(value);
    if (source !== undefined) this.#expressions.set(source, expressionOf(source, node));
    else for (const each of Object.values(value)) this.#compile(each, node);
  }
}

/** @throws CliError with file and line if it is none */
export function expressionOf(source: string, node: ScriptNode): RegExp {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    return node.fail(`${JSON.stringify(source)} is no regular expression: ${(error as Error).message}`);
  }
}

/** @throws CliError with file and line if the JSON is no message of the type */
export function checkMessage(node: ScriptNode, json: Plain, type: AnyMessageType, registry: Registry): object {
  try {
    return fromJson(type, json as never, { registry });
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    const reason = error.message.replace(/: pass \{[^}]*\}.*$/, "");
    return node.at(error.path ?? "$").fail(`this is no ${reason}`, helpFor(type, error.path));
  }
}

function helpFor(type: AnyMessageType, path: string | undefined): string {
  const names = type.fields.map(({ name }) => name).join(", ");
  return path !== undefined && /^\$\.[^.[]+$/.test(path) && names !== ""
    ? `${type.typeName} has the fields ${names}`
    : `hawser describe ${type.typeName} shows its fields`;
}

/** The regular expression of `{matches: …}`. */
function sourceOf(value: Plain): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  return others.length === 0 && entry?.[0] === "matches" && typeof entry[1] === "string" ? entry[1] : undefined;
}

/** Without what is no value of a field. */
function withoutExpressions(value: Plain): Plain {
  if (Array.isArray(value)) return value.filter((item) => sourceOf(item) === undefined).map(withoutExpressions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => sourceOf(item) === undefined)
      .map(([key, item]) => [key, withoutExpressions(item)]),
  );
}

/** With the names of fields that `toJson` writes. Types with a form of their own in JSON stay as they are. */
function withJsonNames(value: Plain, type: AnyMessageType): Plain {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (type.typeName.startsWith("google.protobuf.") || sourceOf(value) !== undefined) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const field = type.fields.find(({ name, jsonName }) => key === name || key === jsonName);
      return field === undefined ? [key, item] : [field.jsonName, inField(item, field)];
    }),
  );
}

function inField(value: Plain, field: FieldType): Plain {
  const { type } = field;
  if (!isMessage(type)) return value;
  if (Array.isArray(value)) return value.map((item) => withJsonNames(item, type));
  if (field.mapKey === undefined || typeof value !== "object" || value === null) return withJsonNames(value, type);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withJsonNames(item, type)]));
}
