import type { Random } from "../random.js";
import { textByPattern } from "./text-by-pattern.js";
import { type Rules, ruleNumber, ruleText } from "./validate-rules.js";
import { hex, uuid, word } from "./words.js";

/** A text of each of protovalidate's well-known formats (`StringRules.well_known`), by their names in JSON. */
const FORMATS: Readonly<Record<string, (random: Random) => string>> = {
  email: (r) => `${word(r)}@example.com`,
  hostname: (r) => `${word(r)}.example.com`,
  address: (r) => `${word(r)}.example.com`,
  hostAndPort: (r) => `${word(r)}.example.com:8080`,
  ip: () => "192.0.2.7",
  ipv4: () => "192.0.2.7",
  ipv6: (r) => `2001:db8::${hex(r, 4)}`,
  ipWithPrefixlen: () => "192.0.2.7/24",
  ipv4WithPrefixlen: () => "192.0.2.7/24",
  ipv6WithPrefixlen: () => "2001:db8::7/64",
  ipPrefix: () => "192.0.2.0/24",
  ipv4Prefix: () => "192.0.2.0/24",
  ipv6Prefix: () => "2001:db8::/64",
  uri: (r) => `https://example.com/${word(r)}`,
  uriRef: (r) => `/${word(r)}`,
  uuid: (r) => uuid(r),
  tuuid: (r) => uuid(r).replaceAll("-", ""),
  // A digit up to 7 in front, for 128 bits are less than 26 digits to the base 32.
  ulid: (r) => `0${hex(r, 25).toUpperCase()}`,
  protobufFqn: (r) => `${word(r)}.v1.${word(r)}`,
  protobufDotFqn: (r) => `.${word(r)}.v1.${word(r)}`,
};

/** Longer texts than this are not made, whatever a rule asks for. */
const MAX_LENGTH = 1 << 20;

/**
 * A text that keeps to `buf.validate.StringRules`, as far as they are of its formats, length and parts.
 *
 * @param text what it would be without them; it is kept as far as they let it be
 */
export function textByRules(rules: Rules, text: string, random: Random): string {
  for (const [name, make] of Object.entries(FORMATS)) if (rules[name] === true) return make(random);
  const pattern = ruleText(rules, "pattern");
  if (pattern !== undefined) {
    const made = textByPattern(pattern, random);
    if (made !== undefined) return fitted(rules, made, random);
  }
  const contains = ruleText(rules, "contains");
  return fitted(rules, contains === undefined || text.includes(contains) ? text : `${contains} ${text}`, random);
}

function fitted(rules: Rules, text: string, random: Random): string {
  const prefix = ruleText(rules, "prefix") ?? "";
  const suffix = ruleText(rules, "suffix") ?? "";
  const length = ruleNumber(rules, "len") ?? ruleNumber(rules, "lenBytes");
  // What is made is ASCII, so that characters are bytes.
  const low = length ?? Math.max(ruleNumber(rules, "minLen") ?? 0, ruleNumber(rules, "minBytes") ?? 0);
  const high =
    length ?? Math.min(ruleNumber(rules, "maxLen") ?? MAX_LENGTH, ruleNumber(rules, "maxBytes") ?? MAX_LENGTH);
  let middle = [...text].slice(text.startsWith(prefix) ? [...prefix].length : 0);
  const around = [...prefix].length + [...suffix].length;
  while (middle.length + around < Math.min(low, MAX_LENGTH))
    middle.push(...(middle.length > 0 ? " " : ""), ...word(random));
  middle = middle.slice(0, Math.max(0, high - around));
  // A space at the end, where a word was cut off, is no use to anybody.
  if (middle.at(-1) === " ") middle[middle.length - 1] = "s";
  return `${prefix}${middle.join("")}${suffix}`;
}
