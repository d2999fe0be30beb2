import type { ScalarType } from "hawser/protobuf";

const INTEGERS: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  sint32: [-(2n ** 31n), 2n ** 31n - 1n],
  sfixed32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  fixed32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  sint64: [-(2n ** 63n), 2n ** 63n - 1n],
  sfixed64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  fixed64: [0n, 2n ** 64n - 1n],
};

/** What a `float` holds at most, rounding included. */
const MAX_FLOAT = 2 ** 128 - 2 ** 103;

/** Whether a type is written as a whole number. */
export function isInteger(type: ScalarType): boolean {
  return Object.hasOwn(INTEGERS, type);
}

/** The bounds of an integer type as text, for hints: `-2147483648 … 2147483647`. */
export function boundsOf(type: ScalarType): string {
  const [low, high] = INTEGERS[type] ?? [0n, 0n];
  return `${low} … ${high}`;
}

/**
 * Says what is wrong with a value of a scalar type in ProtoJSON; undefined if nothing is.
 *
 * @param kind of the JSON value
 * @param text of a string what it says, of a number as it is written
 */
export function checkScalar(type: ScalarType, kind: string, text: string): string | undefined {
  if (type === "bool") return kind === "true" || kind === "false" ? undefined : "true or false is due";
  if (type === "string") {
    if (kind !== "string") return "text in double quotes is due";
    return !/[\ud800-\udfff]/u.test(text) ? undefined : "this is no valid Unicode: half of a surrogate pair is missing";
  }
  if (type === "bytes") {
    if (kind !== "string") return "bytes in base64, in double quotes, are due";
    return isBase64(text) ? undefined : "this is no base64";
  }
  if (kind !== "number" && kind !== "string") return `${article(type)} is due`;
  if (isInteger(type)) return checkInteger(type, text);
  if (kind === "string" && (text === "NaN" || text === "Infinity" || text === "-Infinity")) return undefined;
  if (!DECIMAL.test(text)) return `${article(type)} is due`;
  const value = Math.abs(Number(text));
  if (value === Infinity || (type === "float" && value >= MAX_FLOAT))
    return `${text} is too large for ${article(type)}`;
  return undefined;
}

const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

function checkInteger(type: ScalarType, text: string): string | undefined {
  if (!DECIMAL.test(text)) return `${article(type)} is due`;
  const [low, high] = INTEGERS[type]!;
  let value: bigint;
  if (/^-?[0-9]+$/.test(text)) {
    if (text.length > 40) return `${article(type)} is from ${low} to ${high}`;
    value = BigInt(text);
  } else {
    const number = Number(text);
    if (!Number.isInteger(number)) return `${article(type)} is due: ${text} is no whole number`;
    value = BigInt(number);
  }
  return value < low || value > high ? `${article(type)} is from ${low} to ${high}` : undefined;
}

function article(type: ScalarType): string {
  return `${/^(?:int)/.test(type) ? "an" : "a"} ${type}`;
}

/** Either alphabet, with padding or without. */
function isBase64(text: string): boolean {
  const [, letters, padding] = /^([A-Za-z0-9+/_-]*)(={0,2})$/.exec(text) ?? [];
  if (letters === undefined || padding === undefined) return false;
  const rest = letters.length % 4;
  return rest !== 1 && (padding === "" || (rest + padding.length) % 4 === 0);
}

/** Says what is wrong with a key of a map, which is a string always. */
export function checkMapKey(type: ScalarType, key: string): string | undefined {
  if (type === "bool") return key === "true" || key === "false" ? undefined : "true or false is due as key";
  const problem = checkScalar(type, "string", key);
  return problem === undefined ? undefined : `as key: ${problem}`;
}

const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Says what is wrong with a `google.protobuf.Timestamp` in JSON (RFC 3339, years 1 to 9999). */
export function checkTimestamp(text: string): string | undefined {
  const parts = TIMESTAMP.exec(text);
  if (parts === null) return "a time as 2031-12-24T18:00:00Z is due";
  const [, year, month, day, hour, minute, second] = parts.map(Number) as [number, ...number[]];
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  const real = date.getUTCMonth() === month! - 1 && date.getUTCDate() === day! && year! >= 1;
  return real && hour! < 24 && minute! < 60 && second! < 60 ? undefined : "there is no such day or hour";
}

/** How many seconds a `google.protobuf.Duration` has at most: about 10,000 years (duration.proto). */
const MAX_DURATION_SECONDS = 315_576_000_000;

/** Says what is wrong with a `google.protobuf.Duration` in JSON. */
export function checkDuration(text: string): string | undefined {
  const [, seconds] = /^-?(\d+)(?:\.\d{1,9})?s$/.exec(text) ?? [];
  if (seconds === undefined) return "seconds as 1.5s are due";
  return Number(seconds) <= MAX_DURATION_SECONDS ? undefined : `at most ${MAX_DURATION_SECONDS}s`;
}

/** Says what is wrong with a `google.protobuf.FieldMask` in JSON: names in lower camel case, with commas. */
export function checkFieldMask(text: string): string | undefined {
  if (text === "") return undefined;
  const bad = text.split(",").find((path) => !/^[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*$/.test(path));
  return bad === undefined ? undefined : `paths as name,address.streetName are due, without "${bad}"`;
}
