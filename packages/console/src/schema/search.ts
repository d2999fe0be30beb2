import type { MethodInfo, ServiceInfo } from "./console-schema.js";

/** A line of the list of services: a service, or a method of the one above it. */
export type ListRow =
  | { readonly kind: "service"; readonly service: ServiceInfo; readonly open: boolean; readonly count: number }
  | { readonly kind: "method"; readonly method: MethodInfo };

/**
 * The lines of the list. Each word of the query must be in the name of the method or of its service, whatever the case of
 * letters; what a query finds is shown whether its service is folded or not.
 *
 * @param folded the names of services whose methods are not shown
 */
export function listRows(services: readonly ServiceInfo[], query: string, folded: ReadonlySet<string>): ListRow[] {
  const words = query
    .toLowerCase()
    .split(/[\s./]+/)
    .filter(Boolean);
  const rows: ListRow[] = [];
  for (const service of services) {
    const methods = words.length === 0 ? service.methods : service.methods.filter((method) => matches(method, words));
    if (words.length > 0 && methods.length === 0) continue;
    const open = words.length > 0 || !folded.has(service.name);
    rows.push({ kind: "service", service, open, count: methods.length });
    if (open) for (const method of methods) rows.push({ kind: "method", method });
  }
  return rows;
}

function matches(method: MethodInfo, words: readonly string[]): boolean {
  const text = method.id.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** `notes.v1.Notes` as its package and its own name: `["notes.v1", "Notes"]`. */
export function splitName(fullName: string): [string, string] {
  const dot = fullName.lastIndexOf(".");
  return dot < 0 ? ["", fullName] : [fullName.slice(0, dot), fullName.slice(dot + 1)];
}
