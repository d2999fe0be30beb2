import type { Random } from "../random.js";

/** One of these. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export const FIRST_NAMES: readonly string[] =
  "Ada Amir Astrid Chidi Elena Emre Grace Hana Ines Jonas Kofi Lea Lin Mateo Nadia Noor Oskar Priya Rosa Tomas".split(
    " ",
  );

export const LAST_NAMES: readonly string[] =
  "Adeyemi Berg Castro Dubois Evans Fischer Haddad Ito Jensen Kowalski Lindqvist Moreau Nakamura Okafor Patel Rossi Silva Tanaka Varga Weber".split(
    " ",
  );

export const CITIES: readonly (readonly [city: string, region: string, country: string, code: string, zone: string])[] =
  [
    ["Bergen", "Vestland", "Norway", "NO", "Europe/Oslo"],
    ["Hamburg", "Hamburg", "Germany", "DE", "Europe/Berlin"],
    ["Lisbon", "Lisboa", "Portugal", "PT", "Europe/Lisbon"],
    ["Osaka", "Osaka", "Japan", "JP", "Asia/Tokyo"],
    ["Rotterdam", "South Holland", "Netherlands", "NL", "Europe/Amsterdam"],
    ["Valparaiso", "Valparaiso", "Chile", "CL", "America/Santiago"],
    ["Vancouver", "British Columbia", "Canada", "CA", "America/Vancouver"],
  ];

export const STREETS: readonly string[] = [
  "Harbour Street",
  "Mill Lane",
  "Quay Road",
  "Station Road",
  "Chapel Hill",
  "Market Square",
];

export const COMPANIES: readonly string[] = [
  "Northwind Shipping",
  "Blue Anchor Ltd",
  "Capstan Works",
  "Lighthouse Labs",
  "Tidal Foods",
  "Keel & Sons",
];

export const JOBS: readonly string[] = ["engineer", "designer", "analyst", "captain", "buyer", "clerk", "editor"];

export const COLORS: readonly string[] = ["amber", "blue", "coral", "green", "indigo", "silver", "teal", "white"];

export const NOUNS: readonly string[] =
  "anchor beacon buoy cable cargo chart compass crate deck fender harbour keel lantern mast oar pier rope rudder sail tide".split(
    " ",
  );

export const ADJECTIVES: readonly string[] =
  "brisk calm coastal deep early fair late long low northern quiet red short small steady tall warm".split(" ");

const VERBS: readonly string[] = "carries checks holds lifts marks meets moves needs passes reaches turns".split(" ");

/** A word, in lower case. */
export function word(random: Random): string {
  return pick(random, NOUNS);
}

/** Two or three words with capitals: what a thing is called. */
export function title(random: Random): string {
  return capital(`${pick(random, ADJECTIVES)} ${pick(random, NOUNS)}`);
}

/** A short sentence with a full stop. */
export function sentence(random: Random): string {
  const subject = `the ${pick(random, ADJECTIVES)} ${pick(random, NOUNS)}`;
  return capital(`${subject} ${pick(random, VERBS)} the ${pick(random, NOUNS)}.`);
}

/** So many digits of a number to the base 16. */
export function hex(random: Random, digits: number): string {
  let text = "";
  for (let i = 0; i < digits; i++) text += Math.floor(random() * 16).toString(16);
  return text;
}

/** A UUID of version 4 (RFC 9562 §5.4). */
export function uuid(random: Random): string {
  const variant = "89ab"[Math.floor(random() * 4)];
  return `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-${variant}${hex(random, 3)}-${hex(random, 12)}`;
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
