import { protoJsonName } from "../type/names.js";
import { jsonProblem } from "./json-value.js";

/** The paths of a `google.protobuf.FieldMask` in one string, in lower camel case. */
export function fieldMaskToJson(paths: readonly string[], path: string): string {
  return paths
    .map((name) => {
      const camel = protoJsonName(name);
      if (snakeCase(camel) !== name) {
        throw jsonProblem(path, `the path ${JSON.stringify(name)} does not survive the way to camel case and back`);
      }
      return camel;
    })
    .join(",");
}

export function fieldMaskFromJson(text: unknown, path: string): string[] {
  if (typeof text !== "string") throw jsonProblem(path, "a field mask is a string of paths with commas between them");
  if (text === "") return [];
  return text.split(",").map((name) => {
    if (name.includes("_")) throw jsonProblem(path, `${JSON.stringify(name)} is not in lower camel case`);
    return snakeCase(name);
  });
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
