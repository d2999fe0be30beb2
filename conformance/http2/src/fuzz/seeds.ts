import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder in which inputs are kept that have shown something new: one file each, named after its digest. */
function folderOf(target: string): string {
  return fileURLToPath(new URL(`../../seeds/${target}`, import.meta.url));
}

/** The inputs that are kept for a target. */
export function loadSeeds(target: string): Uint8Array[] {
  const folder = folderOf(target);
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return [];
  }
  return names.map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

/** Keeps an input. Returns the name of its file. */
export function keepSeed(target: string, input: Uint8Array): string {
  const folder = folderOf(target);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, createHash("sha256").update(input).digest("hex").slice(0, 16));
  writeFileSync(path, input);
  return path;
}
