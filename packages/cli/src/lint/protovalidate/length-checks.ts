import { RE2JS } from "@bufbuild/re2";
import { type FieldReport, quote } from "./field-report.js";
import type { RuleValues } from "./rule-values.js";

/** Rules beside `const`, which says it all. */
export function checkConst(report: FieldReport, type: number, rules: RuleValues, count: number = rules.set.size): void {
  if (!rules.has("const") || count <= 1) return;
  const path = [type, rules.number("const")];
  report.add(
    path,
    `Field ${report.name} has ${report.rule(...path)}, therefore other rules in ${report.rule(type)} are not applied and should be removed.`,
  );
}

/** The rules of strings. */
export function checkString(report: FieldReport, type: number, rules: RuleValues, count: number): void {
  checkConst(report, type, rules, count);
  checkLength(report, type, rules, ["len", "min_len", "max_len"]);
  checkLength(report, type, rules, ["len_bytes", "min_bytes", "max_bytes"]);
  checkCharactersAndBytes(report, type, rules);
  for (const name of ["prefix", "suffix", "contains"]) checkPart(report, type, rules, name);
  checkPattern(report, type, rules);
  if ((rules.get<number>("well_known_regex") ?? 0) === 0 && rules.get<boolean>("strict") === false) {
    const strict = report.rule(type, rules.number("strict"));
    const regex = `${report.rule(type)}.well_known_regex`;
    report.add(
      [type, rules.number("strict")],
      `Field ${report.name} has ${strict} without ${regex}. ${strict} only applies to ${regex} and is invalid without it.`,
    );
  }
}

/** The rules of bytes. */
export function checkBytes(report: FieldReport, type: number, rules: RuleValues, count: number): void {
  checkConst(report, type, rules, count);
  checkLength(report, type, rules, ["len", "min_len", "max_len"]);
  const max = rules.get<bigint>("max_len");
  for (const name of ["prefix", "suffix", "contains"]) {
    const part = rules.get<Uint8Array>(name);
    if (part === undefined || max === undefined || BigInt(part.length) <= max) continue;
    const path = [type, rules.number(name)];
    report.add(
      path,
      `Field ${report.name} has a ${report.rule(...path)} of ${part.length} bytes, exceeding its max_len (${max}). It is impossible to contain ${quoteBytes(part)} while having less than or equal to ${max} bytes.`,
    );
  }
  checkPattern(report, type, rules);
}

/** A least and a greatest length that contradict each other, or say what one length would. */
function checkLength(
  report: FieldReport,
  type: number,
  rules: RuleValues,
  [lengthName, minName, maxName]: readonly [string, string, string],
): void {
  const ruleOf = (name: string): string => report.rule(type, rules.number(name));
  for (const name of [minName, maxName]) {
    if (!rules.has(lengthName) || !rules.has(name)) continue;
    report.add(
      [type, rules.number(name)],
      `Field ${report.name} has ${ruleOf(lengthName)} and therefore, ${ruleOf(name)} is redundant and should be removed.`,
    );
  }
  const min = rules.get<bigint>(minName);
  const max = rules.get<bigint>(maxName);
  if (min === undefined || max === undefined || min < max) return;
  const [minPath, maxPath] = [
    [type, rules.number(minName)],
    [type, rules.number(maxName)],
  ];
  if (min === max) {
    const use = `${report.rule(type)}.${lengthName}`;
    report.addAt(
      [minPath, maxPath],
      `Field ${report.name} has equal ${ruleOf(minName)} and ${maxName}, use ${use} instead.`,
    );
    return;
  }
  checkOrder(report, [minPath, min, "lower"], [maxPath, max, "higher"]);
}

/** A rule that bounds something, and what its value should be beside the other. */
export type Bound = readonly [path: readonly number[], value: bigint, must: "lower" | "higher"];

/** Reports a least and a greatest value that no value lies between. */
export function checkOrder(report: FieldReport, a: Bound, b: Bound, behind: string = ""): void {
  for (const [[path, value, must], [otherPath, other]] of [
    [a, b],
    [b, a],
  ] as const) {
    report.add(
      path,
      `Field ${report.name} has value ${value} for ${report.rule(...path)}, which must be ${must} than value ${other} for ${report.rule(...otherPath)}.${behind}`,
    );
  }
}

/** Characters take from one to four bytes (RFC 3629). */
function checkCharactersAndBytes(report: FieldReport, type: number, rules: RuleValues): void {
  const bound = (name: string, must: "lower" | "higher"): Bound => [
    [type, rules.number(name)],
    rules.get<bigint>(name)!,
    must,
  ];
  const [minLength, maxBytes] = [rules.get<bigint>("min_len"), rules.get<bigint>("max_bytes")];
  if (minLength !== undefined && maxBytes !== undefined && maxBytes < minLength) {
    const behind = ` A string with ${minLength} UTF-8 characters has at least ${minLength} bytes, which is higher than ${maxBytes} bytes.`;
    checkOrder(report, bound("min_len", "lower"), bound("max_bytes", "higher"), behind);
  }
  const [maxLength, minBytes] = [rules.get<bigint>("max_len"), rules.get<bigint>("min_bytes")];
  if (maxLength === undefined || minBytes === undefined || BigInt.asUintN(64, maxLength * 4n) >= minBytes) return;
  const [bytes, length] = [bound("min_bytes", "lower"), bound("max_len", "lower")];
  for (const [[path, value], [otherPath, other]] of [
    [bytes, length],
    [length, bytes],
  ] as const) {
    report.add(
      path,
      `Field ${report.name} has value ${value} for ${report.rule(...path)} but ${other} for ${report.rule(...otherPath)}. A string with ${maxLength} UTF-8 characters has at most ${BigInt.asUintN(64, maxLength * 4n)} bytes.`,
    );
  }
}

/** What a string has to have in it, and is too long or must not be there. */
function checkPart(report: FieldReport, type: number, rules: RuleValues, name: string): void {
  const part = rules.get<string>(name);
  if (part === undefined) return;
  const path = [type, rules.number(name)];
  const rule = report.rule(...path);
  const tooLong = (size: number, unit: string, limitName: string, characters: string): void => {
    const limit = rules.get<bigint>(limitName);
    if (limit === undefined || BigInt(size) <= limit) return;
    report.add(
      path,
      `Field ${report.name} has a ${rule} of ${unit}, exceeding its ${limitName} (${limit}). It is impossible for a string to contain ${quote(part)} while having less than or equal to ${size} ${characters}.`,
    );
  };
  const length = [...part].length;
  tooLong(length, `length ${length}`, "max_len", "UTF-8 characters");
  const bytes = Buffer.byteLength(part);
  tooLong(bytes, `${bytes} bytes`, "max_bytes", "bytes");
  const unwanted = rules.get<string>("not_contains");
  if (unwanted === undefined || !part.includes(unwanted)) return;
  report.add(
    path,
    `Field ${report.name} has a ${rule} (${quote(part)}) containing its not_contains (${quote(unwanted)}). It is impossible for a string to contain ${quote(part)} without containing ${quote(unwanted)}.`,
  );
}

function checkPattern(report: FieldReport, type: number, rules: RuleValues): void {
  const pattern = rules.get<string>("pattern");
  if (pattern === undefined) return;
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Go's has no such error: the names of groups do not matter to a rule.
    if (message.includes("duplicate capture group name")) return;
    const path = [type, rules.number("pattern")];
    report.add(path, `Field ${report.name} has a ${report.rule(...path)} that fails to compile: ${inGo(message)}.`);
  }
}

/** Go's error has the offending part at its end even if that is empty. */
function inGo(message: string): string {
  return message.endsWith("`") ? message : `${message}: \`\``;
}

/** Bytes as Go's `%q` writes them: as text as far as they are. */
function quoteBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    const char = String.fromCharCode(byte);
    text += isPlain ? char : byte === 0x22 || byte === 0x5c ? `\\${char}` : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${text}"`;
}
