import { jsonProblem } from "./json-value.js";

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what `google/protobuf/timestamp.proto` allows. */
const MIN_TIMESTAMP = -62135596800n;
const MAX_TIMESTAMP = 253402300799n;
/** 10,000 years: what `google/protobuf/duration.proto` allows. */
const MAX_DURATION = 315576000000n;

const RFC3339 = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** Three, six or nine digits behind the point, as the spec has it. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}

/** A `google.protobuf.Timestamp` in RFC 3339, in UTC. */
export function timestampToJson(seconds: bigint, nanos: number, path: string): string {
  if (seconds < MIN_TIMESTAMP || seconds > MAX_TIMESTAMP) {
    throw jsonProblem(path, `a timestamp of ${seconds} seconds is not within the years 1 to 9999`);
  }
  if (!(nanos >= 0 && nanos <= 999_999_999)) throw jsonProblem(path, `${nanos} nanos are not 0 to 999,999,999`);
  const text = new Date(Number(seconds) * 1000).toISOString();
  return `${text.slice(0, 19)}${fraction(nanos)}Z`;
}

/** Reads RFC 3339 with any offset; `T` and `Z` are capitals, as ProtoJSON has it. */
export function timestampFromJson(text: unknown, path: string): { seconds: bigint; nanos: number } {
  const match = typeof text === "string" ? RFC3339.exec(text) : null;
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  // Date.parse rolls February 30 over to March: the date must come out as it went in.
  if (match === null || Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== match[1]) {
    throw jsonProblem(path, `${JSON.stringify(text)?.slice(0, 60)} is not an RFC 3339 timestamp`);
  }
  const seconds = BigInt(ms / 1000) - BigInt(offsetSeconds(match[4]!, path));
  if (seconds < MIN_TIMESTAMP || seconds > MAX_TIMESTAMP) {
    throw jsonProblem(path, "the timestamp is not within the years 1 to 9999");
  }
  return { seconds, nanos: Number((match[3] ?? "").padEnd(9, "0")) };
}

function offsetSeconds(zone: string, path: string): number {
  if (zone === "Z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) throw jsonProblem(path, `${zone} is not an offset from UTC`);
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}

/** A `google.protobuf.Duration` as `1.5s`. */
export function durationToJson(seconds: bigint, nanos: number, path: string): string {
  if (seconds > MAX_DURATION || seconds < -MAX_DURATION) {
    throw jsonProblem(path, `a duration of ${seconds} seconds is over 10,000 years`);
  }
  if (!(nanos >= -999_999_999 && nanos <= 999_999_999)) {
    throw jsonProblem(path, `${nanos} nanos are not within a second`);
  }
  if ((seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0)) {
    throw jsonProblem(path, "seconds and nanos of a duration must have the same sign");
  }
  const sign = seconds < 0n || nanos < 0 ? "-" : "";
  return `${sign}${seconds < 0n ? -seconds : seconds}${fraction(Math.abs(nanos))}s`;
}

const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

export function durationFromJson(text: unknown, path: string): { seconds: bigint; nanos: number } {
  const match = typeof text === "string" ? DURATION.exec(text) : null;
  if (match === null) {
    throw jsonProblem(path, `${JSON.stringify(text)?.slice(0, 60)} is not a duration such as "1.5s"`);
  }
  const seconds = BigInt(match[2]!);
  const nanos = Number((match[3] ?? "").padEnd(9, "0"));
  if (seconds > MAX_DURATION) throw jsonProblem(path, `a duration of ${seconds} seconds is over 10,000 years`);
  const negative = match[1] === "-";
  return { seconds: negative ? -seconds : seconds, nanos: negative && nanos !== 0 ? -nanos : nanos };
}
