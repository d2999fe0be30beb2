import type { Random } from "../random.js";
import { between } from "./words.js";

/** So often a repetition without an upper end is repeated at most beyond its lower one. */
const FREE_REPETITIONS = 3;

/** What a pattern may grow to: longer texts are of no use to anybody, and `(a{99}){99}` is a short pattern. */
const MAX_LENGTH = 10_000;

/**
 * A text that matches a regular expression of RE2's syntax, as far as it is made of literals, classes, groups, alternatives and
 * repetitions.
 *
 * @returns `undefined` if it has anything else in it, or what was made does not match after all
 */
export function textByPattern(pattern: string, random: Random): string | undefined {
  try {
    const text = new PatternReader(pattern, random).text();
    return new RegExp(pattern.replaceAll("(?P<", "(?<"), "u").test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

class PatternReader {
  readonly #pattern: string;
  readonly #random: Random;
  #at = 0;
  #made = 0;

  constructor(pattern: string, random: Random) {
    this.#pattern = pattern;
    this.#random = random;
  }

  text(): string {
    const make = this.#alternatives();
    if (this.#at < this.#pattern.length) throw new SyntaxError("a group that is not open is closed");
    return make();
  }

  #alternatives(): () => string {
    const branches = [this.#sequence()];
    while (this.#take("|")) branches.push(this.#sequence());
    return () => branches[between(this.#random, 0, branches.length - 1)]!();
  }

  #sequence(): () => string {
    const parts: (() => string)[] = [];
    while (this.#at < this.#pattern.length && !"|)".includes(this.#pattern[this.#at]!)) {
      const atom = this.#atom();
      if (atom !== undefined) parts.push(this.#repeated(atom));
    }
    return () => parts.map((part) => part()).join("");
  }

  /** @returns `undefined` for what matches no character of its own */
  #atom(): (() => string) | undefined {
    const char = this.#next();
    switch (char) {
      case "^":
      case "$":
        return undefined;
      case ".":
        return this.#anyOf("abcdefghijklmnopqrstuvwxyz");
      case "(": {
        if (this.#take("?")) {
          const named = /^(:|P?<\w+>)/.exec(this.#pattern.slice(this.#at));
          if (named === null) throw new SyntaxError("a flag");
          this.#at += named[0].length;
        }
        const inner = this.#alternatives();
        if (!this.#take(")")) throw new SyntaxError("a group has no end");
        return inner;
      }
      case "[":
        return this.#anyOf(this.#class());
      case "\\": {
        const set = this.#escaped();
        return set === "" ? undefined : this.#anyOf(set);
      }
      default:
        return () => this.#grow(char);
    }
  }

  /** What an escape stands for; nothing for an anchor. */
  #escaped(): string {
    const char = this.#next();
    switch (char) {
      case "d":
        return "0123456789";
      case "w":
        return "abcdefghijklmnopqrstuvwxyz0123456789_";
      case "s":
        return " ";
      case "n":
        return "\n";
      case "t":
        return "\t";
      case "A":
      case "z":
      case "b":
        return "";
      default:
        if (/[a-zA-Z0-9]/.test(char)) throw new SyntaxError(`the escape ${char}`);
        return char;
    }
  }

  #class(): string {
    const isNegated = this.#take("^");
    let set = "";
    for (let isFirst = true; isFirst || this.#pattern[this.#at] !== "]"; isFirst = false) {
      let char = this.#next();
      if (char === "[" && this.#pattern[this.#at] === ":") throw new SyntaxError("a POSIX class");
      if (char === "\\") {
        const escaped = this.#escaped();
        if (escaped.length !== 1) {
          set += escaped;
          continue;
        }
        char = escaped;
      }
      const isRange = this.#pattern[this.#at] === "-" && (this.#pattern[this.#at + 1] ?? "]") !== "]";
      if (!isRange) {
        set += char;
        continue;
      }
      this.#at++;
      const last = this.#next() === "\\" ? this.#escaped() : this.#pattern[this.#at - 1]!;
      const end = Math.min(last.charCodeAt(0), char.charCodeAt(0) + 127);
      for (let code = char.charCodeAt(0); code <= end; code++) set += String.fromCharCode(code);
    }
    this.#at++;
    if (!isNegated) return set;
    return [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_"]
      .filter((char) => !set.includes(char))
      .join("");
  }

  #repeated(atom: () => string): () => string {
    let [low, high] = [1, 1];
    const bounds = /^\{(\d+)(,(\d*))?\}/.exec(this.#pattern.slice(this.#at));
    if (this.#take("*")) [low, high] = [0, FREE_REPETITIONS];
    else if (this.#take("+")) [low, high] = [1, 1 + FREE_REPETITIONS];
    else if (this.#take("?")) [low, high] = [0, 1];
    else if (bounds !== null) {
      this.#at += bounds[0].length;
      low = Number(bounds[1]);
      high = bounds[2] === undefined ? low : bounds[3] === "" ? low + FREE_REPETITIONS : Number(bounds[3]);
    } else return atom;
    this.#take("?");
    return () => {
      let text = "";
      for (let left = between(this.#random, low, high); left > 0; left--) text += atom();
      return text;
    };
  }

  #anyOf(set: string): () => string {
    if (set === "") throw new SyntaxError("nothing is in the class");
    return () => this.#grow(set[between(this.#random, 0, set.length - 1)]!);
  }

  #grow(text: string): string {
    this.#made += text.length;
    if (this.#made > MAX_LENGTH) throw new RangeError("the text is too long");
    return text;
  }

  #next(): string {
    const char = this.#pattern[this.#at++];
    if (char === undefined) throw new SyntaxError("the pattern ends too early");
    return char;
  }

  #take(char: string): boolean {
    if (this.#pattern[this.#at] !== char) return false;
    this.#at++;
    return true;
  }
}
