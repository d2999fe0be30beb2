import type { Plain } from "./script-node.js";

/** What `{{…}}` in an answer may speak of. */
export interface TemplateValues {
  /** The request as JSON. Its fields are found by both of their names. */
  readonly request: Plain;
  /** The first value of a key of the metadata. */
  readonly metadata: (key: string) => string | undefined;
  /** Which reply of the call this is, from 1. */
  readonly index: number;
}

const ALL = /\{\{\s*([^{}]+?)\s*\}\}/g;
const WHOLE = /^\{\{\s*([^{}]+?)\s*\}\}$/;

/** Whether a value has a `{{…}}` somewhere in it. */
export function hasTemplate(value: Plain): boolean {
  if (typeof value === "string") return value.search(ALL) >= 0;
  return typeof value === "object" && value !== null && Object.values(value).some(hasTemplate);
}

/** What `{{…}}` names that can be nothing; `undefined` if all can. */
export function badTemplate(value: Plain): string | undefined {
  if (typeof value === "string") {
    for (const [, name] of value.matchAll(ALL)) {
      if (name !== "index" && name !== "request" && !/^(request|metadata)\..+/.test(name!)) return name;
    }
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const each of Object.values(value)) {
    const found = badTemplate(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value with what `{{…}}` stands for in its place; a text that is nothing else becomes the value itself. */
export function fillTemplate(value: Plain, values: TemplateValues): Plain {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value);
    if (whole !== null) {
      const found = valueNamed(whole[1]!, values);
      // ProtoJSON takes a text for a number, and no number for a text.
      return typeof found === "number" ? String(found) : found;
    }
    return value.replace(ALL, (_, name: string) => {
      const found = valueNamed(name, values);
      return typeof found === "string" ? found : found === null ? "" : JSON.stringify(found);
    });
  }
  if (Array.isArray(value)) return value.map((item) => fillTemplate(item, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillTemplate(item, values)]));
}

function valueNamed(name: string, { request, metadata, index }: TemplateValues): Plain {
  if (name === "index") return index;
  if (name.startsWith("metadata.")) return metadata(name.slice("metadata.".length)) ?? null;
  let found: Plain = request;
  for (const key of name.split(".").slice(1)) {
    if (typeof found !== "object" || found === null) return null;
    const name = Object.hasOwn(found, key)
      ? key
      : key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (!Object.hasOwn(found, name)) return null;
    found = (found as Record<string, Plain>)[name]!;
  }
  return found;
}
