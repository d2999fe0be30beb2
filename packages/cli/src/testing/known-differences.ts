import type { CaseFindings } from "./case-findings.js";

/** A rule of which we say something else than buf, why, and how buf's finding becomes ours. */
interface KnownDifference {
  readonly rule: string;
  readonly reason: string;
  /** Applied to the findings of both sides. */
  readonly level: (finding: string) => string;
}

/** All there are. Whatever else differs is an error. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    rule: "FIELD_SAME_DEFAULT",
    reason: "the place of a default value is that of the value, as protoc has it; buf's begins at the word default",
    level: (finding) => finding.replace(/:(\d+)-/, ":-"),
  },
  {
    rule: "FIELD_SAME_ONEOF",
    reason: "buf's message has a stray q behind the name of the message",
    level: (finding) => finding.replace('"q moved', '" moved'),
  },
];

/** The findings without what is known to differ. */
export function levelled(findings: CaseFindings): CaseFindings {
  return findings.map((finding) =>
    KNOWN_DIFFERENCES.reduce((text, { rule, level }) => (finding.includes(` ${rule} `) ? level(text) : text), finding),
  );
}

/** The cases of `format` in which we do something else than buf, and why. */
export const KNOWN_FORMAT_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["only comments", "buf begins a file that has nothing but comments with an empty line"],
  ["carriage returns", "buf keeps carriage returns at the end of line comments, and of nothing else"],
  ["comments alone in a body", "buf takes away empty lines between comments there"],
  ["comments at the end of a body", "buf takes away empty lines there, another one each time it formats"],
  ["a comment in front of a comma", "buf takes the comment away"],
]);
