/**
 * Variables in texts: `{{name}}` stands for a value of the chosen environment. Names are letters, digits, `_`, `.` and
 * `-`; those that begin with `$` are made anew for each place.
 */

/** Tells the value of a variable; `undefined` if there is none of this name. */
export type Lookup = (name: string) => string | undefined;

/** A text whose variables were put in. */
export interface Filled {
  readonly text: string;
  /** Names that nobody knows, each once; they stay in the text as they are. */
  readonly missing: readonly string[];
}

const VARIABLE = /\{\{\s*(\$?[A-Za-z_][\w.-]{0,99})\s*\}\}/g;

/** The names of the variables of a text, each once, in their order. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name as string))];
}

/** Puts values into a plain text, such as the value of a metadata entry. A value is not looked through again. */
export function fillText(text: string, lookup: Lookup): Filled {
  return fill(text, lookup, (value) => value);
}

/**
 * Puts values into a text of JSON: between quotes a value is escaped, so that no value can end the string it is in; elsewhere it
 * stands as it is, so that it may be a number or an object.
 */
export function fillJson(text: string, lookup: Lookup): Filled {
  const inside = stringsOf(text);
  return fill(text, lookup, (value, at) => (inside(at) ? JSON.stringify(value).slice(1, -1) : value));
}

function fill(text: string, lookup: Lookup, write: (value: string, at: number) => string): Filled {
  const missing = new Set<string>();
  const filled = text.replace(VARIABLE, (whole, name: string, at: number) => {
    const value = lookup(name);
    if (value !== undefined) return write(value, at);
    missing.add(name);
    return whole;
  });
  return { text: filled, missing: [...missing] };
}

/** Says whether a place of a JSON text is within a string. Asked for places in their order. */
function stringsOf(text: string): (at: number) => boolean {
  let pos = 0;
  let inside = false;
  return (at) => {
    for (; pos < at; pos++) {
      if (text[pos] === '"') inside = !inside;
      else if (inside && text[pos] === "\\") pos++;
    }
    return inside;
  };
}

/** The variables that every environment has. */
export const BUILT_IN: ReadonlyMap<string, { readonly about: string; readonly make: () => string }> = new Map([
  ["$uuid", { about: "a random UUID", make: () => randomUuid() }],
  ["$now", { about: "the time as 2026-01-31T12:00:00.000Z", make: () => new Date().toISOString() }],
  ["$unixMs", { about: "milliseconds since 1970", make: () => String(Date.now()) }],
  ["$random", { about: "a number from 0 to 999999", make: () => String(Math.floor(Math.random() * 1_000_000)) }],
]);

/** RFC 9562 §5.4. `crypto.randomUUID` is only there on pages that came by https or from this machine. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
