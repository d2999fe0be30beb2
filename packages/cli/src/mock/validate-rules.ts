import { type AnyExtensionType, type DynamicTypes, getExtension, type JsonObject, toJson } from "hawser/protobuf";
import type { DescriptorProto, FileDescriptorProto } from "hawser/wkt";

/** The rules of a value as protovalidate has them, in JSON: `{"string": {"minLen": "3"}, "required": true}`. */
export type Rules = JsonObject;

/**
 * The `buf.validate` rules of a schema's fields. They are read with the types of the schema itself, which must import
 * `buf/validate/validate.proto` in order to have any.
 */
export class ValidateRules {
  readonly #fields = new Map<string, Rules>();

  constructor(files: readonly FileDescriptorProto[], types: DynamicTypes) {
    const extension = types.extension("buf.validate.field");
    if (extension === undefined) return;
    for (const file of files) {
      const scope = file.package ? `${file.package}.` : "";
      for (const message of file.messageType) this.#read(message, scope, extension, types);
    }
  }

  /** The rules of a field, by the full name of its message and its own. */
  of(typeName: string, field: string): Rules | undefined {
    return this.#fields.get(`${typeName}.${field}`);
  }

  #read(message: DescriptorProto, scope: string, extension: AnyExtensionType, types: DynamicTypes): void {
    const typeName = scope + (message.name ?? "");
    for (const { name, options } of message.field) {
      if (options === undefined) continue;
      const rules: unknown = getExtension(options, extension);
      const { type } = extension.field;
      if (rules === undefined || typeof type === "string" || !("readFrom" in type)) continue;
      this.#fields.set(`${typeName}.${name ?? ""}`, toJson(type, rules, { registry: types }) as Rules);
    }
    for (const nested of message.nestedType) this.#read(nested, `${typeName}.`, extension, types);
  }
}

/** The rules within rules, as those of a list's items. */
export function rulesIn(rules: Rules | undefined, ...path: readonly string[]): Rules | undefined {
  let found: unknown = rules;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return typeof found === "object" && found !== null ? (found as Rules) : undefined;
}

/** The number of a rule; 64-bit numbers are texts in JSON. */
export function ruleNumber(rules: Rules | undefined, key: string): number | undefined {
  const value = rules?.[key];
  return typeof value === "number" || typeof value === "string" ? Number(value) : undefined;
}

/** The text of a rule. */
export function ruleText(rules: Rules | undefined, key: string): string | undefined {
  const value = rules?.[key];
  return typeof value === "string" ? value : undefined;
}

/** What the rules say outright that a value may be: `const`, one of `in`, or one of the examples. */
export function ruleChoices(rules: Rules | undefined): readonly unknown[] {
  if (rules === undefined) return [];
  if (rules["const"] !== undefined) return [rules["const"]];
  for (const key of ["example", "in"]) {
    const values = rules[key];
    if (Array.isArray(values) && values.length > 0) return values;
  }
  return [];
}

/** What the rules forbid outright, as texts. */
export function ruleForbidden(rules: Rules | undefined): ReadonlySet<string> {
  const values = rules?.["notIn"];
  return new Set(Array.isArray(values) ? values.map(String) : []);
}
