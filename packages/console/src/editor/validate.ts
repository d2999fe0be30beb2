import { type AnyMessageType, type FieldType, fromJsonString, type Registry } from "hawser/protobuf";
import { checkDuration, checkFieldMask, checkMapKey, checkScalar, checkTimestamp } from "../schema/check-scalar.js";
import { anyType, fieldOfKey, fieldShape, messageShape, type Shape, shapeName } from "../schema/shape.js";
import {
  hasVariable,
  type JsonNode,
  type JsonObjectNode,
  type JsonProblem,
  type JsonTree,
  memberOf,
} from "./json-tree.js";

/** Something that the schema does not allow. */
export interface SchemaProblem extends JsonProblem {
  /** The value that is wrong, or in which something is missing. */
  readonly node: JsonNode;
}

/** Further problems say little of use, and looking for them takes time. */
const MAX_PROBLEMS = 200;

/**
 * Says what in a text is not of a message's type, in order. What is wrong with the text as JSON, the tree says. A string with a
 * `{{variable}}` in it passes for anything: its value is not known yet.
 */
export function validate(tree: JsonTree, type: AnyMessageType, registry: Registry): SchemaProblem[] {
  const checker = new Checker(registry);
  checker.value(tree.root, messageShape(type));
  const { problems } = checker;
  if (problems.length === 0 && tree.problems.length === 0 && !/\{\{[^{}]*\}\}/.test(tree.text)) {
    // What reads the text when it is sent has the last word.
    try {
      fromJsonString(type, tree.text, { registry });
    } catch (error) {
      const message = error instanceof Error ? error.message.replace(`${type.typeName}: `, "") : String(error);
      problems.push({ from: 0, to: Math.min(1, tree.text.length), message, node: tree.root });
    }
  }
  return problems.sort((a, b) => a.from - b.from);
}

class Checker {
  readonly problems: SchemaProblem[] = [];
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  value(node: JsonNode, shape: Shape): void {
    // What is missing, or no JSON, has a problem already.
    if (node.kind === "missing" || node.kind === "word" || this.problems.length >= MAX_PROBLEMS) return;
    if (shape.kind === "value" || node.kind === "variable" || (hasVariable(node) && shape.kind !== "message")) return;
    switch (shape.kind) {
      case "message":
        if (this.#object(node, shape)) this.#message(node, shape.type, undefined);
        break;
      case "any":
        if (this.#object(node, shape)) this.#any(node);
        break;
      case "struct":
        this.#object(node, shape);
        break;
      case "list value":
        if (node.kind !== "array") this.#problem(node, "an array in [ ] is due");
        break;
      case "map":
        if (node.kind !== "object") this.#problem(node, `an object in { } is due: a ${shapeName(shape)}`);
        else this.#map(node, shape);
        break;
      case "list":
        if (node.kind !== "array") this.#problem(node, `an array in [ ] is due: ${shapeName(shape)}`);
        else for (const item of node.items) this.#item(item, shape.of);
        break;
      default:
        this.#leaf(node, shape);
    }
  }

  #leaf(node: JsonNode, shape: Shape): void {
    const text = "text" in node ? node.text : "";
    switch (shape.kind) {
      case "scalar":
        this.#problem(node, checkScalar(shape.type, node.kind, text));
        break;
      case "wrapper":
        if (node.kind !== "null") this.#problem(node, checkScalar(shape.type, node.kind, text));
        break;
      case "enum":
        this.#problem(node, checkEnum(shape, node.kind, text));
        break;
      case "timestamp":
        this.#problem(node, checkTimestamp(node.kind === "string" ? text : ""));
        break;
      case "duration":
        this.#problem(node, checkDuration(node.kind === "string" ? text : ""));
        break;
      case "field mask":
        this.#problem(node, checkFieldMask(node.kind === "string" ? text : "?"));
        break;
      case "null":
        if (node.kind !== "null" && text !== "NULL_VALUE" && text !== "0") this.#problem(node, "null is due");
        break;
    }
  }

  #object(node: JsonNode, shape: Shape): node is JsonObjectNode {
    if (node.kind === "object") return true;
    this.#problem(node, `an object in { } is due: ${shapeName(shape)}`);
    return false;
  }

  #item(node: JsonNode, shape: Shape): void {
    if (node.kind === "null" && !takesNull(shape)) this.#problem(node, "null is no value for an item");
    else this.value(node, shape);
  }

  #map(node: JsonObjectNode, shape: Shape & { readonly kind: "map" }): void {
    for (const member of node.members) {
      const problem = member.key.includes("{{") ? undefined : checkMapKey(shape.key, member.key);
      if (problem !== undefined) this.#place(member.keyFrom, member.keyTo, problem, node);
      this.#item(member.value, shape.of);
    }
  }

  #message(node: JsonObjectNode, type: AnyMessageType, except: string | undefined): void {
    const seen = new Set<FieldType>();
    const oneofs = new Map<string, string>();
    for (const { key, keyFrom, keyTo, value } of node.members) {
      if (key === except) continue;
      const field = fieldOfKey(type, key, this.#registry);
      if (field === undefined) {
        this.#place(keyFrom, keyTo, `${type.typeName} has no field "${key}"${similar(type, key)}`, node);
        continue;
      }
      if (seen.has(field)) this.#place(keyFrom, keyTo, `the field ${field.name} is there twice`, node);
      seen.add(field);
      const shape = fieldShape(field);
      if (value.kind === "null" && !takesNull(shape)) continue;
      if (field.oneof !== undefined) {
        const other = oneofs.get(field.oneof);
        if (other !== undefined) {
          this.#place(keyFrom, keyTo, `only one of the oneof may be there, and "${other}" is`, node);
        }
        oneofs.set(field.oneof, key);
      }
      this.value(value, shape);
    }
    for (const field of type.fields) {
      if (field.required && !seen.has(field)) {
        this.#place(node.from, node.from + 1, `the required field "${field.jsonName}" is missing`, node);
      }
    }
  }

  #any(node: JsonObjectNode): void {
    if (node.members.length === 0) return;
    const url = memberOf(node, "@type");
    if (url === undefined) {
      this.#place(node.from, node.from + 1, '"@type" is missing: the type of what is in here', node);
      return;
    }
    if (hasVariable(url.value)) return;
    const text = url.value.kind === "string" ? url.value.text : "";
    const type = anyType(text, this.#registry);
    if (type === undefined) {
      this.#problem(url.value, "a type that the schema has is due, as type.googleapis.com/notes.v1.Note");
      return;
    }
    const shape = messageShape(type);
    if (shape.kind === "message") {
      this.#message(node, type, "@type");
      return;
    }
    for (const { key, keyFrom, keyTo, value } of node.members) {
      if (key === "value") this.value(value, shape);
      else if (key !== "@type") this.#place(keyFrom, keyTo, `beside "@type" there is "value" alone`, node);
    }
    if (memberOf(node, "value") === undefined) this.#place(node.from, node.from + 1, '"value" is missing', node);
  }

  #problem(node: JsonNode, message: string | undefined): void {
    if (message !== undefined) this.#place(node.from, node.to, message, node);
  }

  #place(from: number, to: number, message: string, node: JsonNode): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ from, to, message, node });
  }
}

function takesNull(shape: Shape): boolean {
  return shape.kind === "value" || shape.kind === "null";
}

function checkEnum(shape: Shape & { readonly kind: "enum" }, kind: string, text: string): string | undefined {
  const { type } = shape;
  if (kind === "string") {
    return type.valueOf(text) === undefined ? `${type.typeName} has no value "${text}"` : undefined;
  }
  if (kind !== "number") return `a value of ${type.typeName} is due`;
  const problem = checkScalar("int32", kind, text);
  if (problem !== undefined || !type.closed) return problem;
  return type.nameOf(Number(text)) === undefined ? `the closed enum ${type.typeName} has no value ${text}` : undefined;
}

/** What may have been meant: a field that is the same but for case and underscores, or is one letter away. */
function similar(type: AnyMessageType, key: string): string {
  const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
  const wanted = plain(key);
  const found =
    type.fields.find(({ name }) => plain(name) === wanted) ?? type.fields.find((f) => near(plain(f.name), wanted));
  return found === undefined ? "" : `: is "${found.jsonName}" meant?`;
}

/** Whether two words differ in one letter: another one, one more, one less, or two that changed places. */
function near(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a.length < 3) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const restA = a.slice(start);
  const restB = b.slice(start);
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}
