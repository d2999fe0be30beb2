import type { Finding } from "../check/finding.js";
import type { Colors } from "../colors.js";
import type { Schema } from "../input/load-schema.js";
import { declarationAt } from "../schema/declaration.js";
import type { Location } from "../schema/location.js";

/** A line of one of the two schemas. */
export interface ShownLine {
  /** The path of the file, as the user would write it. */
  readonly file: string;
  /** From 1; 0 if only the file is known. */
  readonly line: number;
  /** Its text, or of a schema that came without, its declaration; `undefined` for a file as a whole. */
  readonly text: string | undefined;
}

/** The lines of a change. */
export interface ChangedLines {
  readonly old: ShownLine | undefined;
  readonly new: ShownLine | undefined;
}

/** The line that a finding is about as it was, and as it is; `undefined` for what there is not. */
export function changedLines(finding: Finding, now: Schema, before: Schema): ChangedLines {
  const { file, location, path, against } = finding;
  return {
    old: against && lineOf(before, against.file, against.location, against.path),
    new: file === undefined ? undefined : lineOf(now, file, location, path),
  };
}

/** The line in the text, or where there is no text, what the descriptor says. */
function lineOf(schema: Schema, name: string, location: Location, path: readonly number[] | undefined): ShownLine {
  const isKnown = location.path.length > 0;
  const written = isKnown ? schema.textOf(name)?.split("\n")[location.line - 1]?.replace(/\r$/, "") : undefined;
  const file = schema.files.find((each) => each.name === name);
  const declared = written ?? (file === undefined ? undefined : declarationAt(file, path ?? location.path));
  return { file: schema.pathOf(name), line: isKnown ? location.line : 0, text: declared };
}

/** The lines for people: the old one behind a minus, the new one behind a plus. */
export function changeText({ old, new: current }: ChangedLines, { red, green }: Colors): string {
  return `${shown("-", old, red)}${shown("+", current, green)}`;
}

function shown(sign: string, line: ShownLine | undefined, color: (text: string) => string): string {
  if (line === undefined) return "";
  const place = line.line > 0 ? `${line.file}:${line.line}` : line.file;
  return `${color(`  ${sign} ${place}${line.text === undefined ? "" : `   ${line.text.trim()}`}`)}\n`;
}
