import { FILE_START, type Location } from "../schema/location.js";

/** Where something was. */
export interface FoundPlace {
  readonly file: string;
  readonly location: Location;
  /** The path of what it is in the file's descriptor; `undefined` for the file as a whole. */
  readonly path: readonly number[] | undefined;
}

/** What a rule has found fault with. */
export interface Finding {
  /** The rule's name. */
  readonly rule: string;
  /** The name of the file, as it is imported; `undefined` if it is gone, and nothing else is to blame. */
  readonly file: string | undefined;
  readonly location: Location;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** For `breaking`: where it was before, as far as that is known. */
  readonly against?: FoundPlace;
  /** For `breaking`: the path of what it is about in the file's descriptor, as far as that is known. */
  readonly path?: readonly number[];
}

/** Sorts by place and takes away what is there twice. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      compareText(a.file ?? "", b.file ?? "") ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column ||
      compareText(a.rule, b.rule) ||
      compareText(a.message, b.message) ||
      a.location.endLine - b.location.endLine ||
      a.location.endColumn - b.location.endColumn,
  );
  return sorted.filter((finding, i) => i === 0 || !isSame(finding, sorted[i - 1]!));
}

/** A finding's place, or the beginning of the file if the place is not known. */
export function placeOf(location: Location | undefined): Location {
  return location ?? FILE_START;
}

function isSame(a: Finding, b: Finding): boolean {
  return (
    a.file === b.file &&
    a.rule === b.rule &&
    a.message === b.message &&
    a.location.line === b.location.line &&
    a.location.column === b.location.column &&
    a.location.endLine === b.location.endLine &&
    a.location.endColumn === b.location.endColumn
  );
}

/** By code units: the same order on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
