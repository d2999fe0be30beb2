import type { DescField } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { FieldReport } from "./field-report.js";
import { checkConst } from "./length-checks.js";
import type { RuleValues } from "./rule-values.js";

/** Seconds and nanoseconds of a Timestamp or Duration. */
export interface Span {
  readonly seconds: bigint;
  readonly nanos: number;
}

type NumberValue = number | bigint | Span;

/** Numbers, timestamps and durations: `const` beside other rules, and bounds that are equal. */
export function checkNumbers(report: FieldReport, type: number, rules: RuleValues, count: number): void {
  const bounds = new Map<string, NumberValue>();
  for (const name of ["const", "gt", "gte", "lt", "lte"]) {
    const field = rules.set.get(name);
    if (field === undefined) continue;
    const value = numberOf(rules.get<unknown>(name));
    const wrong = isSpan(value) ? wrongSpan(field, value) : undefined;
    if (wrong === undefined) bounds.set(name, value);
    else {
      const path = [type, field.number];
      report.add(path, `Field ${report.name} has an invalid ${report.rule(...path)}: ${wrong}.`);
    }
  }
  if (bounds.has("const")) checkConst(report, type, rules, count);
  const lower = bounds.has("gt") ? "gt" : "gte";
  const upper = bounds.has("lt") ? "lt" : "lte";
  const [a, b] = [bounds.get(lower), bounds.get(upper)];
  if (a === undefined || b === undefined || !isEqual(a, b)) return;
  const paths = [
    [type, rules.number(lower)],
    [type, rules.number(upper)],
  ];
  const both = `Field ${report.name} has equal ${report.rule(...paths[0]!)} and ${report.rule(...paths[1]!)}`;
  report.addAt(
    paths,
    lower === "gte" && upper === "lte"
      ? `${both}, use ${report.rule(type)}.const instead.`
      : `${both}. All values are rejected by these checks.`,
  );
}

/** NaN in the rules of floating-point numbers: it compares with nothing (IEEE 754). */
export function checkNaN(report: FieldReport, type: number, rules: RuleValues): void {
  for (const name of ["const", "lt", "lte", "gt", "gte"]) {
    if (!Number.isNaN(rules.get<unknown>(name) ?? 0)) continue;
    const path = [type, rules.number(name)];
    report.add(
      path,
      `Field ${report.name} has ${report.rule(...path)} set to NaN. Comparisons with NaN are always false, so this rule can never be satisfied.`,
    );
  }
  for (const name of ["in", "not_in"]) {
    for (const [i, value] of rules.list<unknown>(name).entries()) {
      if (!Number.isNaN(value)) continue;
      const path = [type, rules.number(name)];
      const effect = name === "in" ? "can never match" : "has no effect";
      report.add(
        [...path, i],
        `Field ${report.name} has NaN in ${report.rule(...path)}. Comparisons with NaN are always false, so this entry ${effect}.`,
      );
    }
  }
}

/** The rules that only timestamps have. */
export function checkNow(report: FieldReport, type: number, rules: RuleValues): void {
  if (rules.get<boolean>("lt_now") && rules.get<boolean>("gt_now")) {
    const paths = [
      [type, rules.number("gt_now")],
      [type, rules.number("lt_now")],
    ];
    const [after, before] = paths.map((path) => report.rule(...path));
    report.addAt(
      paths,
      `Field ${report.name} has both ${after} and ${before}. A timestamp cannot be both before and after validation time.`,
    );
  }
  const field = rules.set.get("within");
  if (field === undefined) return;
  const within = numberOf(rules.get<unknown>("within")) as Span;
  const path = [type, field.number];
  const wrong = wrongSpan(field, within);
  if (wrong !== undefined) report.add(path, `Field ${report.name} has an invalid ${report.rule(...path)}: ${wrong}.`);
  else if (within.seconds <= 0n && within.nanos <= 0) {
    report.add(path, `Field ${report.name} must have a positive ${report.rule(...path)} (${spanText(within)}).`);
  }
}

/** Paths that a field mask both may and must not have. */
export function checkFieldMask(report: FieldReport, type: number, rules: RuleValues, count: number): void {
  checkConst(report, type, rules, count);
  const unwanted = new Set(rules.list<string>("not_in"));
  for (const path of rules.list<string>("in")) {
    if (!unwanted.has(path)) continue;
    report.add(
      [type, rules.number("in")],
      `Field ${report.name} has path ${JSON.stringify(path)} in both in and not_in rules.`,
    );
  }
}

function numberOf(value: unknown): NumberValue {
  return isReflectMessage(value) ? spanOf(value) : (value as number | bigint);
}

/** The parts of a Timestamp or Duration. */
export function spanOf(value: ReflectMessage): Span {
  const get = (name: string): unknown => value.get(value.fields.find((field) => field.name === name)!);
  return { seconds: get("seconds") as bigint, nanos: get("nanos") as number };
}

function isSpan(value: NumberValue): value is Span {
  return typeof value === "object";
}

function isEqual(a: NumberValue, b: NumberValue): boolean {
  return isSpan(a) && isSpan(b) ? a.seconds === b.seconds && a.nanos === b.nanos : a === b;
}

const NANOS = 1_000_000_000n;
/** 9,223,372,036.854775428 s: the longest time that protovalidate for Go can work with, in nanoseconds. */
const MAX_DURATION = 9_223_372_036_854_775_428n;
/** 0001-01-01 and 9999-12-31 23:59:59 UTC (timestamp.proto). */
const [MIN_SECONDS, MAX_SECONDS] = [-62_135_596_800n, 253_402_300_799n];

function wrongSpan(field: DescField, span: Span): string | undefined {
  return field.message?.typeName === "google.protobuf.Timestamp" ? wrongTimestamp(span) : wrongDuration(span);
}

function wrongDuration(span: Span): string | undefined {
  const { seconds, nanos } = span;
  const text = `duration (${spanText(span)})`;
  if (nanos <= -1e9 || nanos >= 1e9) return `${text} must have nanos in the range 0 to 999999999`;
  if ((seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0)) {
    return `${text} has seconds and nanos with different signs`;
  }
  const all = seconds * NANOS + BigInt(nanos);
  if (all <= MAX_DURATION && all >= -MAX_DURATION) return undefined;
  const limit = (sign: bigint): string =>
    spanText({ seconds: (sign * MAX_DURATION) / NANOS, nanos: Number((sign * MAX_DURATION) % NANOS) });
  return `${text} must be in the range ${limit(-1n)} to ${limit(1n)}`;
}

function wrongTimestamp(span: Span): string | undefined {
  const text = `timestamp (${spanText(span)})`;
  if (span.seconds < MIN_SECONDS) return `${text} before 0001-01-01`;
  if (span.seconds > MAX_SECONDS) return `${text} after 9999-12-31`;
  return span.nanos < 0 || span.nanos >= 1e9 ? `${text} has out-of-range nanos` : undefined;
}

/** In the text format. */
export function spanText({ seconds, nanos }: Span): string {
  const parts = [seconds === 0n ? "" : `seconds:${seconds}`, nanos === 0 ? "" : `nanos:${nanos}`];
  return parts.filter((part) => part !== "").join(" ");
}
