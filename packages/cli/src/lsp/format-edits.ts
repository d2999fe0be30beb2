import type { TextEdit } from "vscode-languageserver";
import { formatProto } from "../format/format.js";
import type { FileIndex } from "./declaration.js";
import { documentOf } from "./ranges.js";

/** The edits that format a file: one, of what differs; none if it cannot be parsed or is formatted. */
export function formatEdits(file: FileIndex): TextEdit[] {
  const formatted = formatProto(file.text, file.name);
  if (!formatted.ok) return [];
  const before = file.text;
  const after = before.includes("\r\n") ? formatted.text.replaceAll(/\r?\n/g, "\r\n") : formatted.text;
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let behind = 0;
  while (behind < most - start && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind++;
  // A pair of code units, and CR LF, are not cut in two.
  while (start > 0 && /[\r\ud800-\udbff]/.test(before[start - 1]!)) start--;
  while (behind > 0 && /[\n\udc00-\udfff]/.test(before[before.length - behind]!)) behind--;
  const document = documentOf(file);
  const range = { start: document.positionAt(start), end: document.positionAt(before.length - behind) };
  return [{ range, newText: after.slice(start, after.length - behind) }];
}
