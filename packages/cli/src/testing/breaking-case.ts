/** Two states of a schema for the rules of `breaking`. */
export interface BreakingCase {
  /** The rule it is about, and which case of that. */
  readonly name: string;
  readonly before: Files;
  /** With the `buf.yaml` that applies. */
  readonly now: Files;
}

export type Files = Readonly<Record<string, string>>;

export const PROTO2 = 'syntax = "proto2";\npackage p;\n';
export const PROTO3 = 'syntax = "proto3";\npackage p;\n';
export const EDITION = 'edition = "2023";\npackage p;\n';

export const TYPE_RULES: readonly string[] = [
  "FIELD_SAME_TYPE",
  "FIELD_WIRE_COMPATIBLE_TYPE",
  "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
];

export function of(rule: string, name: string, before: Files, now: Files, breaking: string = ""): BreakingCase {
  return {
    name: `${rule}: ${name}`,
    before,
    now: { "buf.yaml": `version: v2\nbreaking:\n  use: [${rule}]\n${breaking}`, ...now },
  };
}

/** A case of one rule in one file of proto3. */
export function one(rule: string, name: string, before: string, now: string, header: string = PROTO3): BreakingCase {
  return of(rule, name, { "a.proto": `${header}${before}\n` }, { "a.proto": `${header}${now}\n` });
}

/** The same change for several rules. */
export function each(
  rules: readonly string[],
  name: string,
  before: string,
  now: string,
  header?: string,
): BreakingCase[] {
  return rules.map((rule) => one(rule, name, before, now, header));
}
