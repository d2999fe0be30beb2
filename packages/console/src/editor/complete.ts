import type { AnyMessageType, FieldType } from "hawser/protobuf";
import type { ConsoleSchema } from "../schema/console-schema.js";
import {
  anyType,
  fieldFullName,
  fieldOfKey,
  fieldShape,
  messageShape,
  type Shape,
  shapeName,
  shortShapeName,
} from "../schema/shape.js";
import { type JsonNode, type JsonObjectNode, type JsonTree, memberOf } from "./json-tree.js";

/** Something that could stand at a place. */
export interface Completion {
  /** What is shown, and what typed letters are compared with. */
  readonly label: string;
  /** What is written. */
  readonly insert: string;
  /** Where the cursor is then, from the beginning of what was written. */
  readonly cursor: number;
  /** Whether the next thing to write can be completed at once. */
  readonly again: boolean;
  /** A few words: the type. */
  readonly detail: string;
  /** The comment of the schema; empty if there is none. */
  readonly info: string;
}

/** What could stand in the place of `text[from, to)`. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Completion[];
}

/** What the types that {@link complete} looks up come from. */
export type CompletionSchema = Pick<ConsoleSchema, "types" | "registry" | "comments">;

/** More than these nobody reads; what is typed narrows them. */
const MAX_TYPES = 2_000;

/** What could stand at a place of a text that is to be a message of `type`; undefined if nothing is known. */
export function complete(
  tree: JsonTree,
  at: number,
  type: AnyMessageType,
  schema: CompletionSchema,
): Completions | undefined {
  return new Completer(tree, at, schema).value(tree.root, messageShape(type));
}

class Completer {
  readonly #text: string;
  readonly #at: number;
  readonly #schema: CompletionSchema;

  constructor(tree: JsonTree, at: number, schema: CompletionSchema) {
    this.#text = tree.text;
    this.#at = at;
    this.#schema = schema;
  }

  /** @param shape undefined: what stands here is not known */
  value(node: JsonNode, shape: Shape | undefined): Completions | undefined {
    if (this.#inside(node)) {
      if (node.kind === "object") return this.#object(node, shape);
      if (node.kind === "array") return this.#array(node, shape);
    }
    if (node.kind === "object" || node.kind === "array" || shape === undefined) return undefined;
    return { from: node.from, to: node.to, options: this.#values(shape) };
  }

  #inside(node: JsonNode): boolean {
    const { from, to } = node;
    const closed = "closed" in node && node.closed;
    return this.#at > from && (closed ? this.#at < to : this.#at <= to);
  }

  #array(node: JsonNode & { readonly kind: "array" }, shape: Shape | undefined): Completions | undefined {
    const of = shape?.kind === "list" ? shape.of : undefined;
    const item = node.items.find(({ from, to }) => from <= this.#at && this.#at <= to);
    if (item !== undefined) return this.value(item, of);
    return of === undefined ? undefined : { from: this.#at, to: this.#at, options: this.#values(of) };
  }

  #object(node: JsonObjectNode, shape: Shape | undefined): Completions | undefined {
    const at = this.#at;
    for (const member of node.members) {
      if (member.keyFrom <= at && at <= member.keyTo) {
        return { from: member.keyFrom, to: member.keyTo, options: this.#keys(node, shape, member.key, member.colon) };
      }
      const { colon, value } = member;
      if (colon === undefined || at <= colon) continue;
      const memberShape = this.#memberShape(node, shape, member.key);
      if (at <= value.to) return this.value(value, memberShape);
      // Between the colon and a value that is not there yet.
      if (value.kind === "missing" && /^\s*$/.test(this.#text.slice(value.to, at)) && memberShape !== undefined) {
        return { from: at, to: at, options: this.#values(memberShape) };
      }
    }
    return { from: at, to: at, options: this.#keys(node, shape, undefined, undefined) };
  }

  #memberShape(node: JsonObjectNode, shape: Shape | undefined, key: string): Shape | undefined {
    if (shape?.kind === "map") return shape.of;
    if (shape?.kind === "any" && key === "@type") return { kind: "any" };
    const type = this.#typeOf(node, shape);
    if (type === undefined) return undefined;
    const own = shape?.kind === "any" ? messageShape(type) : undefined;
    if (own !== undefined && own.kind !== "message") return key === "value" ? own : undefined;
    const field = fieldOfKey(type, key, this.#schema.registry);
    return field === undefined ? undefined : fieldShape(field);
  }

  /** The message of which an object has the fields. */
  #typeOf(node: JsonObjectNode, shape: Shape | undefined): AnyMessageType | undefined {
    if (shape?.kind === "message") return shape.type;
    if (shape?.kind !== "any") return undefined;
    const url = memberOf(node, "@type")?.value;
    return url?.kind === "string" ? anyType(url.text, this.#schema.registry) : undefined;
  }

  #keys(
    node: JsonObjectNode,
    shape: Shape | undefined,
    current: string | undefined,
    colon: number | undefined,
  ): Completion[] {
    const key = (name: string, detail: string, info: string, valueShape: Shape | undefined): Completion => {
      const quoted = JSON.stringify(name);
      if (colon !== undefined)
        return { label: name, insert: quoted, cursor: quoted.length, again: false, detail, info };
      const [before, behind] = valueShape === undefined ? ["", ""] : opening(valueShape, name);
      const insert = `${quoted}: ${before}${behind}`;
      const again = valueShape !== undefined && behind === "";
      return { label: name, insert, cursor: insert.length - behind.length, again, detail, info };
    };
    if (shape?.kind === "map" && shape.key === "bool") {
      return ["true", "false"].map((name) => key(name, "key", "", shape.of));
    }
    const type = this.#typeOf(node, shape);
    if (shape?.kind === "any" && memberOf(node, "@type") === undefined) {
      return [key("@type", "type URL", "The type of what is in this Any.", { kind: "any" })];
    }
    if (type === undefined) return [];
    const own = messageShape(type);
    if (shape?.kind === "any" && own.kind !== "message") return [key("value", shapeName(own), "", own)];
    return this.#fields(node, type, current).map((field) => {
      const valueShape = fieldShape(field);
      const detail =
        shortShapeName(valueShape) + (field.required ? ", required" : field.oneof ? `, ${field.oneof}` : "");
      return key(field.jsonName, detail, this.#schema.comments.get(fieldFullName(type, field)) ?? "", valueShape);
    });
  }

  /** The fields that may still be named. */
  #fields(node: JsonObjectNode, type: AnyMessageType, current: string | undefined): FieldType[] {
    const taken = new Set<FieldType>();
    const oneofs = new Set<string>();
    for (const { key } of node.members) {
      if (key === current) continue;
      const field = fieldOfKey(type, key, this.#schema.registry);
      if (field === undefined) continue;
      taken.add(field);
      if (field.oneof !== undefined) oneofs.add(field.oneof);
    }
    return type.fields.filter((field) => !taken.has(field) && !(field.oneof !== undefined && oneofs.has(field.oneof)));
  }

  #values(shape: Shape): Completion[] {
    switch (shape.kind) {
      case "enum":
        return Object.entries(shape.type.values).map(([name, number]) =>
          text(name, String(number), this.#schema.comments.get(`${shape.type.typeName}.${name}`) ?? ""),
        );
      case "any":
        return this.#schema.types.messages
          .slice(0, MAX_TYPES)
          .map(({ typeName }) =>
            text(`type.googleapis.com/${typeName}`, "", this.#schema.comments.get(typeName) ?? ""),
          );
      case "timestamp":
        return [text(new Date().toISOString(), "now", "")];
      case "duration":
        return ["1s", "0.5s", "60s"].map((each) => text(each, "", ""));
      case "value":
        return [
          word("null"),
          word("true"),
          word("false"),
          pair('""', "text"),
          pair("{}", "object"),
          pair("[]", "array"),
        ];
      case "null":
        return [word("null")];
      case "wrapper":
        return [word("null"), ...this.#values({ kind: "scalar", type: shape.type })];
      case "scalar":
        if (shape.type === "bool") return [word("true"), word("false")];
        return shape.type === "string" || shape.type === "bytes" ? [pair('""', shape.type)] : [];
      case "message":
      case "map":
      case "struct":
        return [pair("{}", shortShapeName(shape))];
      case "list":
      case "list value":
        return [pair("[]", shortShapeName(shape))];
      case "field mask":
        return [pair('""', "paths with commas")];
    }
  }
}

/** What is written of a value before and behind the cursor, when its name was chosen. */
function opening(shape: Shape, name: string): readonly [string, string] {
  switch (shape.kind) {
    case "message":
    case "map":
    case "struct":
      return ["{", "}"];
    case "any":
      // Its type is named first; the name of that is the one thing of an Any that is no object.
      return name === "@type" ? ["", ""] : ["{", "}"];
    case "enum":
    case "value":
    case "null":
    case "timestamp":
      return ["", ""];
    case "list":
    case "list value":
      return ["[", "]"];
    case "duration":
    case "field mask":
      return ['"', '"'];
    case "scalar":
    case "wrapper":
      return shape.type === "string" || shape.type === "bytes" ? ['"', '"'] : ["", ""];
  }
}

function text(value: string, detail: string, info: string): Completion {
  const insert = JSON.stringify(value);
  return { label: value, insert, cursor: insert.length, again: false, detail, info };
}

function word(value: string): Completion {
  return { label: value, insert: value, cursor: value.length, again: false, detail: "", info: "" };
}

function pair(value: string, detail: string): Completion {
  return { label: value, insert: value, cursor: 1, again: false, detail, info: "" };
}
