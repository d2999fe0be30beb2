import type { FileDescriptorProto, SourceCodeInfo_Location } from "hawser/wkt";
import type { Printer } from "./printer.js";

/** The comments of a file by the path of what they belong to (`SourceCodeInfo.Location.path`). */
export type Comments = ReadonlyMap<string, SourceCodeInfo_Location>;

/** Reads the comments of a file; a descriptor without source info has none. */
export function commentsOf(file: FileDescriptorProto): Comments {
  const comments = new Map<string, SourceCodeInfo_Location>();
  for (const location of file.sourceCodeInfo?.location ?? []) {
    const key = location.path.join(".");
    if (!comments.has(key)) comments.set(key, location);
  }
  return comments;
}

/** The lines of the comment of one declaration: what stands before it, or behind it on its line. */
export function commentLines(comments: Comments, path: readonly number[]): string[] {
  const location = comments.get(path.join("."));
  const text = location?.leadingComments || location?.trailingComments || "";
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(/\s+$/, ""));
  while (lines.length > 0 && lines[0]!.trim() === "") lines.shift();
  while (lines.length > 0 && lines[lines.length - 1]!.trim() === "") lines.pop();
  // The space behind the slashes belongs to the comment's syntax.
  const bare = lines.every((line) => line === "" || line.startsWith(" ")) ? lines.map((line) => line.slice(1)) : lines;
  return bare.map(escapeComment);
}

/** Text within a doc comment: it must not end it, nor start one. */
function escapeComment(line: string): string {
  return line
    .replace(/\*\//g, "*\\/")
    .replace(/\/\*/g, "/\\*")
    .replace(/[\u2028\u2029]/g, " ");
}

/** Prints a doc comment; nothing if there is nothing to say. */
export function printComment(out: Printer, lines: readonly string[], tags: readonly string[] = []): void {
  const all = lines.length > 0 && tags.length > 0 ? [...lines, "", ...tags] : [...lines, ...tags];
  if (all.length === 0) return;
  if (all.length === 1 && all[0]!.length <= out.room - 7) {
    out.line(`/** ${all[0]} */`);
    return;
  }
  out.line("/**");
  for (const line of all) out.line(line === "" ? " *" : ` * ${line}`);
  out.line(" */");
}
