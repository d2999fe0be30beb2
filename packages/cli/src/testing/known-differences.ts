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
  {
    rule: "PROTOVALIDATE",
    reason: "what is wrong with the syntax of an expression is said by another parser, and once",
    level: (finding) => finding.replace(SYNTAX_ERROR, "fails to compile: (syntax)"),
  },
  {
    rule: "PROTOVALIDATE",
    reason: "the errors of Go's timestamps say that they are about proto",
    level: (finding) => finding.replace(/proto:[ \u00a0]timestamp/, "timestamp"),
  },
  {
    rule: "PROTOVALIDATE",
    reason: "of an example that is a message buf writes the address",
    level: (finding) =>
      finding.replace(/"(&\{\{\}.*?\}|(seconds|nanos):[^"]*)" is an example/, '"(message)" is an example'),
  },
];

/** What the parsers of cel-go and @bufbuild/cel say of what they cannot read. */
const SYNTAX_ERROR =
  /fails to compile: (mismatched input|extraneous input|missing '|no viable alternative|token recognition|unsupported syntax|\d+:\d+: found ).*/s;

/** The findings without what is known to differ. */
export function levelled(findings: CaseFindings): CaseFindings {
  const level = (finding: string): string =>
    KNOWN_DIFFERENCES.reduce((text, each) => (finding.includes(` ${each.rule} `) ? each.level(text) : text), finding);
  return [...new Set(findings.map(level))];
}

/** The cases of `format` in which we do something else than buf, and why. */
export const KNOWN_FORMAT_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ["only comments", "buf begins a file that has nothing but comments with an empty line"],
  ["carriage returns", "buf keeps carriage returns at the end of line comments, and of nothing else"],
  ["comments alone in a body", "buf takes away empty lines between comments there"],
  ["comments at the end of a body", "buf takes away empty lines there, another one each time it formats"],
  ["a comment in front of a comma", "buf takes the comment away"],
]);
