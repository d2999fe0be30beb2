import type { EnumDefinition, FieldDefinition, FileUnit, MessageDefinition } from "../link/definition.js";
import type { Checker } from "./checker.js";

/**
 * Checks the files of `import option`, which leaves them out of what a program is linked with: an option of theirs that
 * marks fields as secret (an enum value with `debug_redact`) would then not be known to what prints messages.
 */
export function checkOptionImports(checker: Checker, unit: FileUnit): void {
  for (const { node, unit: imported } of unit.imports) {
    if (node.modifier !== "option" || imported === undefined) continue;
    const marker = redactMarker(imported);
    if (marker === undefined) continue;
    const problem = `the option "${marker.fullName}" of "${node.path}" marks fields for redaction (debug_redact), which an option import would lose`;
    checker.error("option-import", node, problem, `write import "${node.path}"; or remove debug_redact`);
  }
}

const markers = new WeakMap<FileUnit, FieldDefinition | null>();

/** An extension that a file defines and that can hold an enum value with `debug_redact`. */
function redactMarker(unit: FileUnit): FieldDefinition | undefined {
  let marker = markers.get(unit);
  if (marker === undefined) markers.set(unit, (marker = findMarker(unit) ?? null));
  return marker ?? undefined;
}

function findMarker(unit: FileUnit): FieldDefinition | undefined {
  const extensions = [...unit.extensions];
  // What is added while the loop runs is visited by it, too.
  const scopes = new Set(unit.messages);
  for (const message of scopes) {
    for (const extension of message.extensions) extensions.push(extension);
    for (const nested of message.messages) scopes.add(nested);
  }
  // Each message is looked at once, for all extensions: of those seen before, none had such a value.
  const seen = new Set<MessageDefinition>();
  for (const extension of extensions) {
    const pending = [extension];
    for (let field = pending.pop(); field !== undefined; field = pending.pop()) {
      if (field.enumType !== undefined && hasRedactedValue(field.enumType)) return extension;
      const { messageType } = field;
      if (messageType === undefined || seen.has(messageType)) continue;
      seen.add(messageType);
      for (const inner of messageType.fields) pending.push(inner);
    }
  }
  return undefined;
}

const redacted = new WeakMap<EnumDefinition, boolean>();

function hasRedactedValue(definition: EnumDefinition): boolean {
  let found = redacted.get(definition);
  if (found === undefined) {
    found = definition.values.some((value) => value.proto.options?.debugRedact === true);
    redacted.set(definition, found);
  }
  return found;
}
