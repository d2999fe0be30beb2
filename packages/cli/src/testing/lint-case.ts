/** A schema for the rules of `lint`, with the `buf.yaml` that goes with it. */
export interface LintCase {
  /** The rule it is about, and which case of that. */
  readonly name: string;
  /** The files by path, `buf.yaml` among them. */
  readonly files: Readonly<Record<string, string>>;
}

export type Files = Readonly<Record<string, string>>;

export const HEADERS = {
  proto2: 'syntax = "proto2";',
  proto3: 'syntax = "proto3";',
  edition2023: 'edition = "2023";',
  edition2024: 'edition = "2024";',
} as const;
export type Syntax = keyof typeof HEADERS;

/** Edition 2024 would not compile names in another style. */
export const LEGACY_NAMES = "\noption features.enforce_naming_style = STYLE_LEGACY;";

/** A case that checks one rule, in a file `p/v1/a.proto` of the package `p.v1`. */
export function one(rule: string, name: string, body: string, syntax: Syntax = "proto3", more: Files = {}): LintCase {
  return of(rule, name, { "p/v1/a.proto": `${HEADERS[syntax]}\npackage p.v1;\n${body}\n`, ...more });
}

export function of(rule: string, name: string, files: Files, lint: string = ""): LintCase {
  return {
    name: `${rule}: ${name}`,
    files: { "buf.yaml": `version: v2\nlint:\n  use: [${rule}]\n${lint}`, ...files },
  };
}
