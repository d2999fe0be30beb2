/**
 * JSON with the places of everything in it, read also while it is being typed: what is wrong is said, and the rest is there all
 * the same. `JSON.parse` will not do: it knows no places, gives up at the first mistake, and rounds numbers of 64 bits.
 */

/** A value, `text[from, to)`. */
export type JsonNode = JsonObjectNode | JsonArrayNode | JsonLeafNode;

/** `{ … }` */
export interface JsonObjectNode {
  readonly kind: "object";
  readonly from: number;
  readonly to: number;
  readonly members: readonly JsonMember[];
  /** Whether its brace is there. */
  readonly closed: boolean;
}

/** `[ … ]` */
export interface JsonArrayNode {
  readonly kind: "array";
  readonly from: number;
  readonly to: number;
  readonly items: readonly JsonNode[];
  /** Whether its bracket is there. */
  readonly closed: boolean;
}

/**
 * A value without values in it. A `variable` is `{{name}}` without quotes, which stands for any value; a `word` is what looks like
 * a name without quotes, and `missing` where a value is due.
 */
export interface JsonLeafNode {
  readonly kind: "string" | "number" | "true" | "false" | "null" | "variable" | "word" | "missing";
  readonly from: number;
  readonly to: number;
  /** Of a string what it says, of anything else as it is written. */
  readonly text: string;
}

/** A name and its value. */
export interface JsonMember {
  readonly key: string;
  readonly keyFrom: number;
  readonly keyTo: number;
  /** Where the colon is, if it is there. */
  readonly colon: number | undefined;
  readonly value: JsonNode;
}

/** Something that is wrong with `text[from, to)`. */
export interface JsonProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** A whole text. */
export interface JsonTree {
  readonly text: string;
  readonly root: JsonNode;
  /** What is wrong with it as JSON, in order. */
  readonly problems: readonly JsonProblem[];
}

/** How deep values may nest: more than messages may (a hundred, each an object in an array). */
export const MAX_DEPTH = 210;

/** Further problems say little of use. */
const MAX_PROBLEMS = 100;

/** Reads a text. It never throws. */
export function parseJsonTree(text: string): JsonTree {
  const parser = new TreeParser(text);
  const root = parser.value(0);
  parser.rest();
  return { text, root, problems: parser.problems };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[^\s,:{}[\]"]+/y;
const VARIABLE = /\{\{\s*\$?[A-Za-z_][\w.-]*\s*\}\}/y;
const SPACE = /[ \t\r\n]*/y;

class TreeParser {
  readonly text: string;
  readonly problems: JsonProblem[] = [];
  #at = 0;

  constructor(text: string) {
    this.text = text;
    this.#space();
  }

  /** What stands behind the value does not belong there. */
  rest(): void {
    this.#space();
    if (this.#at < this.text.length) this.#problem(this.#at, this.text.length, "nothing may follow the value");
  }

  value(depth: number): JsonNode {
    const from = this.#at;
    const c = this.text[from];
    if (c === "{") {
      const variable = this.#match(VARIABLE);
      if (variable !== "") return { kind: "variable", from, to: this.#at, text: variable };
    }
    if (c === "{" || c === "[") {
      if (depth < MAX_DEPTH) return c === "{" ? this.#object(depth) : this.#array(depth);
      this.#problem(from, from + 1, `nests more than ${MAX_DEPTH} deep`);
      this.#at = this.text.length;
      return { kind: "missing", from, to: from, text: "" };
    }
    if (c === '"') {
      const text = this.#string();
      return { kind: "string", from, to: this.#at, text };
    }
    const number = this.#match(NUMBER);
    const word = this.#match(WORD, from);
    if (word === "") {
      this.#problem(from, from, "a value is due");
      return { kind: "missing", from, to: from, text: "" };
    }
    if (number === word) return { kind: "number", from, to: this.#at, text: word };
    if (word === "true" || word === "false" || word === "null") return { kind: word, from, to: this.#at, text: word };
    this.#problem(from, this.#at, "this is no JSON value: text goes in double quotes");
    return { kind: "word", from, to: this.#at, text: word };
  }

  #object(depth: number): JsonObjectNode {
    const from = this.#at++;
    const members: JsonMember[] = [];
    const keys = new Set<string>();
    for (let due = false; ; ) {
      this.#space();
      const c = this.text[this.#at];
      if (c === "}") {
        if (due) this.#problem(this.#at - 1, this.#at, "a further member is due, or no comma");
        this.#at++;
        return { kind: "object", from, to: this.#at, members, closed: true };
      }
      if (c === undefined || c === "]") {
        this.#problem(from, from + 1, "this brace is not closed");
        return { kind: "object", from, to: this.#at, members, closed: false };
      }
      if (c === ",") {
        this.#problem(this.#at, this.#at + 1, "a comma too many");
        this.#at++;
        continue;
      }
      if (members.length > 0 && !due) this.#problem(this.#at, this.#at + 1, "a comma is due before this");
      const member = this.#member(depth);
      if (member === undefined) continue;
      if (keys.has(member.key)) this.#problem(member.keyFrom, member.keyTo, "a member of this name is there already");
      keys.add(member.key);
      members.push(member);
      due = this.#comma();
    }
  }

  #member(depth: number): JsonMember | undefined {
    const keyFrom = this.#at;
    let key: string;
    if (this.text[keyFrom] === '"') key = this.#string();
    else {
      key = this.#match(WORD);
      if (key === "") {
        this.#problem(keyFrom, keyFrom + 1, "the name of a member, in double quotes, is due");
        this.#skip(depth);
        return undefined;
      }
      this.#problem(keyFrom, this.#at, "the name of a member goes in double quotes");
    }
    const keyTo = this.#at;
    this.#space();
    if (this.text[this.#at] !== ":") {
      this.#problem(keyFrom, keyTo, "a colon and a value are due behind this name");
      this.#at = keyTo;
      return { key, keyFrom, keyTo, colon: undefined, value: { kind: "missing", from: keyTo, to: keyTo, text: "" } };
    }
    const colon = this.#at++;
    this.#space();
    return { key, keyFrom, keyTo, colon, value: this.value(depth + 1) };
  }

  #array(depth: number): JsonArrayNode {
    const from = this.#at++;
    const items: JsonNode[] = [];
    for (let due = false; ; ) {
      this.#space();
      const c = this.text[this.#at];
      if (c === "]") {
        if (due) this.#problem(this.#at - 1, this.#at, "a further value is due, or no comma");
        this.#at++;
        return { kind: "array", from, to: this.#at, items, closed: true };
      }
      if (c === undefined || c === "}") {
        this.#problem(from, from + 1, "this bracket is not closed");
        return { kind: "array", from, to: this.#at, items, closed: false };
      }
      if (c === "," || c === ":") {
        this.#problem(this.#at, this.#at + 1, c === "," ? "a comma too many" : "no colon belongs here");
        this.#at++;
        continue;
      }
      if (items.length > 0 && !due) this.#problem(this.#at, this.#at + 1, "a comma is due before this");
      items.push(this.value(depth + 1));
      due = this.#comma();
    }
  }

  /** Goes past something that belongs nowhere: at least one character. */
  #skip(depth: number): void {
    const c = this.text[this.#at];
    if (c === "{" || c === "[") this.value(depth + 1);
    else this.#at++;
  }

  #comma(): boolean {
    this.#space();
    if (this.text[this.#at] !== ",") return false;
    this.#at++;
    return true;
  }

  #string(): string {
    const { text } = this;
    const from = this.#at;
    let value = "";
    let copied = from + 1;
    for (let i = copied; ; ) {
      const c = text[i];
      if (c === '"') {
        this.#at = i + 1;
        return value + text.slice(copied, i);
      }
      if (c === undefined || c === "\n") {
        this.#problem(from, i, "this string has no end");
        this.#at = i;
        return value + text.slice(copied, i);
      }
      if (c < " ") this.#problem(i, i + 1, "a control character in a string must be escaped");
      if (c !== "\\") {
        i++;
        continue;
      }
      value += text.slice(copied, i);
      const letter = text[i + 1] ?? "";
      const digits = letter === "u" ? /^[0-9a-fA-F]{4}/.exec(text.slice(i + 2, i + 6))?.[0] : undefined;
      if (digits !== undefined) {
        value += String.fromCharCode(Number.parseInt(digits, 16));
        i += 6;
      } else if (letter !== "" && Object.hasOwn(ESCAPES, letter)) {
        value += ESCAPES[letter];
        i += 2;
      } else {
        this.#problem(i, i + 2, "there is no such escape");
        i += 1;
        copied = i;
        continue;
      }
      copied = i;
    }
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp, from: number = this.#at): string {
    pattern.lastIndex = from;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at = from + found.length;
    return found;
  }

  #problem(from: number, to: number, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ from, to: Math.max(from, to), message });
  }
}

/** The member of a name; undefined if there is none. */
export function memberOf(node: JsonNode, key: string): JsonMember | undefined {
  return node.kind === "object" ? node.members.find((member) => member.key === key) : undefined;
}

/** Whether a value is a variable, or a string in which one stands, whose value is not known yet. */
export function hasVariable(node: JsonNode): boolean {
  if (node.kind === "variable") return true;
  return node.kind === "string" && /\{\{[^{}]*\}\}/.test(node.text);
}
