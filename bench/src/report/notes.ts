import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../../../notes.md", import.meta.url));

/** The sections of bench/notes.md by their headings: what holds a target back, written by hand. */
export function readNotes(): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  for (const section of readFileSync(file, "utf8").split(/^## /m).slice(1)) {
    const [heading, ...text] = section.split("\n");
    notes.set(heading!.trim(), text.join("\n").trim());
  }
  return notes;
}
