import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { CliError } from "../../cli-error.js";

/** A value of JSON; whole numbers that a double would round are texts, as ProtoJSON writes them. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** 100 times what is written: aliases within aliases would else fill the memory. */
const MAX_ALIASES = 100;

/** A place in a YAML or JSON file, asked for what it should be; if it is something else, that is an error with file and line. */
export class ScriptNode {
  readonly #node: Node | null | undefined;
  readonly #file: ScriptText;
  /** Where an error says it is, if the node itself is empty. */
  readonly #offset: number;

  constructor(node: Node | null | undefined, file: ScriptText, offset: number) {
    this.#node = isAlias(node) ? node.resolve(file.document) : node;
    this.#file = file;
    this.#offset = node?.range?.[0] ?? offset;
  }

  /** `mock.yaml:12`. */
  get place(): string {
    const { line } = this.#file.lines.linePos(this.#offset);
    return `${this.#file.name}:${line}`;
  }

  /** Whether nothing is written there. */
  get isEmpty(): boolean {
    return this.#node === null || this.#node === undefined || (isScalar(this.#node) && this.#node.value === null);
  }

  /** The value of a key; `undefined` if it is not there, or empty. */
  get(key: string): ScriptNode | undefined {
    const found = this.entries().find(([name]) => name === key)?.[1];
    return found === undefined || found.isEmpty ? undefined : found;
  }

  has(key: string): boolean {
    return this.entries().some(([name]) => name === key);
  }

  /** All keys with their values. */
  entries(): [key: string, value: ScriptNode][] {
    if (!isMap(this.#node)) this.fail("should have keys and values", 'write it as "key: value", each on a line');
    return this.#node.items.map(({ key, value }) => {
      const offset = (key as Node | null)?.range?.[0] ?? this.#offset;
      const name = isScalar(key) ? String(key.value) : "";
      return [name, new ScriptNode(value as Node | null, this.#file, offset)];
    });
  }

  /** @throws CliError if there is a key that is not among these */
  allow(keys: readonly string[]): void {
    for (const [key, value] of this.entries()) {
      if (!keys.includes(key)) value.fail(`${key} is not a key that is known here`, `known are ${keys.join(", ")}`);
    }
  }

  list(): ScriptNode[] {
    if (!isSeq(this.#node)) this.fail("should be a list", 'write each item on a line of its own that begins with "- "');
    return this.#node.items.map((item) => new ScriptNode(item as Node | null, this.#file, this.#offset));
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  text(): string {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
    return this.fail("should be a text");
  }

  flag(): boolean {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    return typeof value === "boolean" ? value : this.fail("should be true or false");
  }

  /** @param low the least that is allowed */
  whole(low: number): number {
    const value = isScalar(this.#node) ? Number(this.#node.value) : Number.NaN;
    return Number.isSafeInteger(value) && value >= low ? value : this.fail(`should be a whole number from ${low}`);
  }

  /** All of it as JSON. */
  plain(): Plain {
    if (this.#node === null || this.#node === undefined) return null;
    try {
      return plainOf(this.#node.toJS(this.#file.document, { maxAliasCount: MAX_ALIASES }));
    } catch (error) {
      return this.fail(`cannot be read: ${(error as Error).message}`, "write it without aliases");
    }
  }

  /** The place within it that a path of ProtoJSON leads to, such as `$.items[3].price`, as far as it can be followed. */
  at(path: string): ScriptNode {
    let node: ScriptNode = this;
    for (const [, key, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)) {
      let next: ScriptNode | undefined;
      if (index !== undefined) next = node.isList ? node.list()[Number(index)] : undefined;
      else if (isMap(node.#node)) {
        const name = key ?? (JSON.parse(quoted!) as string);
        next = node.entries().find(([each]) => each === name)?.[1];
      }
      if (next === undefined) return node;
      node = next;
    }
    return node;
  }

  /** @throws CliError always, with file and line */
  fail(what: string, help = "correct it at that place"): never {
    throw new CliError(`${this.place}: ${what}`, help);
  }
}

/** A file that was parsed. */
interface ScriptText {
  /** As the user would write it. */
  readonly name: string;
  readonly document: Document<ParsedNode>;
  readonly lines: LineCounter;
}

/**
 * Parses YAML, and with it JSON.
 *
 * @param name of the file, for errors
 * @throws CliError with file and line if it is neither
 */
export function parseScriptText(text: string, name: string): ScriptNode {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new CliError(`${name}:${line}:${col}: this is not YAML: ${error.message}`, "correct it at that place");
  }
  return new ScriptNode(document.contents, { name, document, lines }, 0);
}

function plainOf(value: unknown): Plain {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item)]));
  }
  return value as Plain;
}
