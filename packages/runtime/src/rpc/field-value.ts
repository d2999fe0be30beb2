import type { HttpHead } from "./http-types.js";

/** The value of a field by its name in lower case; of a field that came more than once at least the first. */
export function fieldValue(head: HttpHead, name: string): string | undefined {
  if (head.value !== undefined) return head.value(name);
  for (const field of head.fields) if (field.name === name) return field.value;
  return undefined;
}
