import type { Finding } from "../check/finding.js";
import type { Schema } from "../input/load-schema.js";

/** A line of one of the two schemas. */
export interface ShownLine {
  /** The path of the file, as the user would write it. */
  readonly file: string;
  /** From 1; 0 if only the file is known. */
  readonly line: number;
  /** Its text; `undefined` if the schema came without. */
  readonly text: string | undefined;
}

/** The line that a finding is about as it was, and as it is; `undefined` for what there is not. */
export function changedLines(
  finding: Finding,
  now: Schema,
  before: Schema,
): { readonly old: ShownLine | undefined; readonly new: ShownLine | undefined } {
  return {
    old: finding.against && lineOf(before, finding.against.file, finding.against.location),
    new: finding.file === undefined ? undefined : lineOf(now, finding.file, finding.location),
  };
}

function lineOf(
  schema: Schema,
  name: string,
  { line, path }: { readonly line: number; readonly path: readonly number[] },
): ShownLine {
  // Without a path the place is the file as a whole, which has no line to show.
  if (path.length === 0) return { file: schema.pathOf(name), line: 0, text: undefined };
  const text = schema.textOf(name)?.split("\n")[line - 1];
  return { file: schema.pathOf(name), line, text: text?.replace(/\r$/, "") };
}
