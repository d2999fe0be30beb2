import type { FieldType, ScalarType } from "hawser/protobuf";
import type { Random } from "../random.js";
import { numberByName } from "./number-by-name.js";
import { textByName } from "./text-by-name.js";
import { textByRules } from "./text-by-rules.js";
import { type Rules, ruleChoices, ruleForbidden, ruleNumber, rulesIn, ruleText } from "./validate-rules.js";
import { between, hex, pick } from "./words.js";

/** What a value is made for. */
export interface ValuePlace {
  /** The field's name as in the `.proto`. */
  readonly name: string;
  /** The full name of the message. */
  readonly typeName: string;
  /** The time that the message is about. */
  readonly now: Date;
}

/** The ranges of whole numbers; those of 64 bits as far as a number is exact. */
const RANGES: Readonly<Partial<Record<ScalarType, readonly [low: number, high: number]>>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  sint32: [-(2 ** 31), 2 ** 31 - 1],
  sfixed32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  fixed32: [0, 2 ** 32 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  sint64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  sfixed64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  fixed64: [0, Number.MAX_SAFE_INTEGER],
};

/** So often another value is tried if a rule forbids the one that was made: two of three forbidden, and it fails once in 10^17. */
const TRIES = 100;

/**
 * A value of a scalar type that fits the name of its field and its rules.
 *
 * @param rules those of the value, as `FieldRules`
 */
export function scalarValue(type: ScalarType, place: ValuePlace, rules: Rules | undefined, random: Random): unknown {
  const own = rulesIn(rules, type);
  const forbidden = ruleForbidden(own);
  let value = oneValue(type, place, own, random);
  for (let i = 0; i < TRIES && forbidden.has(String(value)); i++) value = oneValue(type, place, own, random);
  return value;
}

/** A 64-bit value in the form that the field has. */
export function longAs(field: Pick<FieldType, "longAs" | "type">, value: unknown): unknown {
  if (typeof field.type !== "string" || !field.type.endsWith("64") || typeof value === "string") return value;
  return field.longAs === "string" ? String(value) : field.longAs === "number" ? Number(value) : value;
}

function oneValue(type: ScalarType, place: ValuePlace, rules: Rules | undefined, random: Random): unknown {
  const choices = ruleChoices(rules);
  if (choices.length > 0) return ofJson(type, pick(random, choices));
  switch (type) {
    case "string": {
      const text = textByName(place.name, place.typeName, random, place.now);
      return rules === undefined ? text : textByRules(rules, text, random);
    }
    case "bytes":
      return bytesValue(rules, random);
    case "bool":
      // What is rather not so of most things.
      return /(^|_)(deleted|disabled|archived|blocked|expired|error|failed)$/.test(place.name) ? false : random() < 0.5;
    case "float":
    case "double":
      return floatValue(type, place, rules, random);
    default: {
      const whole = wholeValue(type, place, rules, random);
      return type.endsWith("64") ? BigInt(whole) : whole;
    }
  }
}

function ofJson(type: ScalarType, value: unknown): unknown {
  if (type === "bytes") return new Uint8Array(Buffer.from(String(value), "base64"));
  if (type.endsWith("64")) return BigInt(value as string);
  return typeof value === "string" && type !== "string" ? Number(value) : value;
}

function bytesValue(rules: Rules | undefined, random: Random): Uint8Array {
  if (rules?.["uuid"] === true) return new Uint8Array(Buffer.from(hex(random, 32), "hex"));
  if (rules?.["ipv6"] === true) return new Uint8Array(Buffer.from(`20010db8${hex(random, 24)}`, "hex"));
  if (rules?.["ip"] === true || rules?.["ipv4"] === true) return new Uint8Array([192, 0, 2, between(random, 1, 254)]);
  const part = (key: string): Buffer => Buffer.from(ruleText(rules, key) ?? "", "base64");
  const parts = [part("prefix"), part("contains"), Buffer.alloc(0), part("suffix")];
  const given = parts.reduce((sum, { length }) => sum + length, 0);
  const low = ruleNumber(rules, "len") ?? ruleNumber(rules, "minLen") ?? 0;
  const high = ruleNumber(rules, "len") ?? ruleNumber(rules, "maxLen") ?? Math.max(low, 8);
  const length = Math.min(Math.max(low, Math.min(8, high)), 1 << 20);
  parts[2] = Buffer.from(hex(random, 2 * Math.max(0, length - given)), "hex");
  return new Uint8Array(Buffer.concat(parts));
}

function wholeValue(type: ScalarType, place: ValuePlace, rules: Rules | undefined, random: Random): number {
  const [least, most] = RANGES[type]!;
  const above = ruleNumber(rules, "gt");
  const below = ruleNumber(rules, "lt");
  const low = above === undefined ? ruleNumber(rules, "gte") : above + 1;
  const high = below === undefined ? ruleNumber(rules, "lte") : below - 1;
  const usual = Math.min(Math.max(numberByName(place.name, true, random, place.now), least), most);
  return inRange(usual, low, high, [least, most], (from, to) => between(random, from, to));
}

function floatValue(type: ScalarType, place: ValuePlace, rules: Rules | undefined, random: Random): number {
  const low = ruleNumber(rules, "gt") ?? ruleNumber(rules, "gte");
  const high = ruleNumber(rules, "lt") ?? ruleNumber(rules, "lte");
  const usual = numberByName(place.name, false, random, place.now);
  // Between the ends, and not at them.
  const value = inRange(usual, low, high, [-1e30, 1e30], (from, to) => from + (to - from) * (0.1 + 0.8 * random()));
  const atEnd = value === ruleNumber(rules, "gt") || value === ruleNumber(rules, "lt");
  const inside = atEnd && low !== undefined && high !== undefined ? (low + high) / 2 : value;
  return type === "float" ? Math.fround(inside) : inside;
}

/** The usual value if it is between the ends, else one that is. Ends that cross mean what is outside of them. */
function inRange(
  usual: number,
  low: number | undefined,
  high: number | undefined,
  [least, most]: readonly [number, number],
  draw: (from: number, to: number) => number,
): number {
  if (low === undefined && high === undefined) return usual;
  if (low !== undefined && high !== undefined && low > high) return draw(low, Math.min(most, low + 100));
  if ((low === undefined || usual >= low) && (high === undefined || usual <= high)) return usual;
  const from = low ?? Math.max(least, high! - 100);
  return draw(from, high ?? Math.min(most, from + 100));
}
