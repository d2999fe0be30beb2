import type { AnyMessageType, FieldType, ScalarType } from "hawser/protobuf";
import { fieldShape, messageShape, type Shape } from "../schema/shape.js";

/** How deep an example goes into messages: what is below stays empty, as it must where messages hold themselves. */
const DEPTH = 3;
/** So many fields an example has at most: some messages have thousands below them. */
const MAX_FIELDS = 200;

/** A message with a value in each of its fields, as JSON: of a oneof in its first. */
export function exampleJson(type: AnyMessageType): string {
  return JSON.stringify(new Example().value(messageShape(type), 0), undefined, 2);
}

/** What a value is when it is added: the default, or nothing that is there. */
export function freshJson(shape: Shape): string {
  switch (shape.kind) {
    case "message":
    case "map":
    case "struct":
    case "any":
      return "{}";
    case "list":
    case "list value":
      return "[]";
    case "timestamp":
      return JSON.stringify(new Date().toISOString());
    case "duration":
      return '"0s"';
    case "enum":
      return JSON.stringify(Object.keys(shape.type.values)[0] ?? 0);
    case "scalar":
    case "wrapper":
      return JSON.stringify(zero(shape.type));
    case "field mask":
      return '""';
    case "value":
    case "null":
      return "null";
  }
}

function zero(type: ScalarType): unknown {
  if (type === "bool") return false;
  if (type === "string" || type === "bytes") return "";
  return type.endsWith("64") ? "0" : 0;
}

class Example {
  #fields = 0;

  value(shape: Shape, depth: number): unknown {
    switch (shape.kind) {
      case "message": {
        const object: Record<string, unknown> = {};
        if (depth >= DEPTH) return object;
        const oneofs = new Set<string>();
        for (const field of shape.type.fields) {
          if (this.#fields >= MAX_FIELDS) break;
          if (field.oneof !== undefined && oneofs.has(field.oneof)) continue;
          if (field.oneof !== undefined) oneofs.add(field.oneof);
          // One more of its own kind in a message says nothing new.
          if (!field.required && field.type === shape.type) continue;
          this.#fields++;
          Object.defineProperty(object, field.jsonName, {
            value: this.#field(field, depth),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return object;
      }
      case "list":
        return depth >= DEPTH - 1 ? [] : [this.value(shape.of, depth + 1)];
      case "map":
        return depth >= DEPTH - 1 ? {} : { [exampleKey(shape.key)]: this.value(shape.of, depth + 1) };
      case "enum": {
        const names = Object.keys(shape.type.values);
        return names[1] ?? names[0] ?? 0;
      }
      case "struct":
        return { name: "value" };
      case "value":
        return "value";
      default:
        return JSON.parse(freshJson(shape));
    }
  }

  #field(field: FieldType, depth: number): unknown {
    const shape = fieldShape(field);
    return this.value(shape, shape.kind === "message" ? depth + 1 : depth);
  }
}

function exampleKey(type: ScalarType): string {
  if (type === "string") return "key";
  return type === "bool" ? "true" : "1";
}
