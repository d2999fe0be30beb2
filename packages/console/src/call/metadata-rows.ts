import { Metadata } from "hawser/web";
import type { MetadataRow } from "./call-draft.js";

/** Says what is wrong with a row that is to be sent; undefined if nothing is. */
export function metadataProblem(row: MetadataRow): string | undefined {
  if (!row.on || (row.name === "" && row.value === "")) return undefined;
  if (row.name === "") return "the name is missing";
  if (row.value.includes("{{")) return undefined;
  try {
    addRow(new Metadata(), row);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * What is sent of the rows: those that are on and have a name.
 *
 * @param expand fills in variables
 * @throws Error naming the row that can't be sent
 */
export function metadataOf(rows: readonly MetadataRow[], expand: (text: string) => string): Metadata {
  const metadata = new Metadata();
  for (const row of rows) {
    if (!row.on || row.name === "") continue;
    addRow(metadata, { ...row, name: expand(row.name), value: expand(row.value) });
  }
  return metadata;
}

function addRow(metadata: Metadata, { name, value }: MetadataRow): void {
  const key = name.trim().toLowerCase();
  metadata.append(key, key.endsWith("-bin") ? bytesOf(name, value) : value);
}

function bytesOf(name: string, base64: string): Uint8Array {
  const text = base64.trim().replaceAll("-", "+").replaceAll("_", "/");
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Error(`the value of ${name} is not base64`);
  }
}
