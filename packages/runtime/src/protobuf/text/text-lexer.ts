import { ProtobufError } from "../wire/protobuf-error.js";

/** What a token is. `float` has a point, an exponent or an `f`; `end` is the end of the text. */
export type TokenKind = "identifier" | "decimal" | "octal" | "hexadecimal" | "float" | "string" | "symbol" | "end";

const DECIMAL = /(?:0|[1-9][0-9]*)(?![0-9])/y;
const OCTAL = /0[0-7]+(?![0-9])/y;
const HEXADECIMAL = /0[xX][0-9a-fA-F]+/y;
const FLOAT = /(?:\.[0-9]+|(?:0|[1-9][0-9]*)\.[0-9]*|(?:0|[1-9][0-9]*)(?=[eEfF]))(?:[eE][+-]?[0-9]+)?[fF]?/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
/** What the name of an extension, or a type URL, is made of (RFC 3986's path characters; `%` starts an escape). */
const NAME_PART = /[A-Za-z0-9_./~!$&()*+,;=%-]+/y;
/** White space and comments (Text Format Language Specification, "Whitespace and Comments"). */
const SPACE = /(?:[ \t\r\n\v\f]+|#[^\n]*)+/y;

/** Splits the text format into tokens; the one at hand is in {@link TextLexer.kind} and {@link TextLexer.text}. */
export class TextLexer {
  readonly source: string;
  kind: TokenKind = "end";
  /** The token as it stands; of a string with its quotes. */
  text = "";
  /** Where the token starts. */
  start = 0;
  #pos = 0;

  constructor(source: string) {
    this.source = source;
    this.advance();
  }

  /** Whether the token is this symbol. */
  at(symbol: string): boolean {
    return this.kind === "symbol" && this.text === symbol;
  }

  /** Steps over a symbol, if it is the token at hand. */
  skip(symbol: string): boolean {
    if (!this.at(symbol)) return false;
    this.advance();
    return true;
  }

  /** Goes on to the next token. */
  advance(): void {
    this.#skipSpace();
    const { source } = this;
    const start = this.#pos;
    this.start = start;
    const c = source.charCodeAt(start);
    if (start >= source.length) this.#take("end", 0);
    else if (isLetter(c)) this.#take("identifier", this.#match(IDENTIFIER));
    else if (isDigit(c) || (c === 0x2e && isDigit(source.charCodeAt(start + 1)))) this.#number();
    else if (c === 0x22 || c === 0x27) this.#string(c);
    else this.#take("symbol", 1);
  }

  /** Reads the name between brackets, the first of which is the token at hand; steps over the second. */
  bracketedName(): string {
    let name = "";
    this.#skipSpace();
    for (let length = this.#match(NAME_PART); length > 0; length = this.#match(NAME_PART)) {
      name += this.source.slice(this.#pos, this.#pos + length);
      this.#pos += length;
      this.#skipSpace();
    }
    this.advance();
    if (name === "" || !this.skip("]")) throw this.problem("the name of an extension or a type URL, and ]");
    return name;
  }

  /** An error at the token at hand. */
  problem(wanted: string): ProtobufError {
    const text = this.text.length > 40 ? `${this.text.slice(0, 40)}…` : this.text;
    const found = this.kind === "end" ? "the end of the text" : this.kind === "string" ? text : JSON.stringify(text);
    return this.problemAt(this.start, `${wanted} is due, not ${found}`);
  }

  /** An error anywhere, with line and column, both from 1. */
  problemAt(offset: number, reason: string): ProtobufError {
    const lines = this.source.slice(0, offset).split("\n");
    const column = lines[lines.length - 1]!.length + 1;
    return new ProtobufError(`line ${lines.length}, column ${column}: ${reason}`, { kind: "text", offset });
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#pos;
    if (SPACE.test(this.source)) this.#pos = SPACE.lastIndex;
  }

  /** How many characters match at the position. */
  #match(pattern: RegExp): number {
    pattern.lastIndex = this.#pos;
    return pattern.test(this.source) ? pattern.lastIndex - this.#pos : 0;
  }

  #take(kind: TokenKind, length: number): void {
    this.kind = kind;
    this.text = this.source.slice(this.#pos, this.#pos + length);
    this.#pos += length;
  }

  #number(): void {
    const hexadecimal = this.#match(HEXADECIMAL);
    if (hexadecimal > 0) this.#take("hexadecimal", hexadecimal);
    else {
      const float = this.#match(FLOAT);
      if (float > 0) this.#take("float", float);
      else {
        const decimal = this.#match(DECIMAL);
        const octal = decimal > 0 ? 0 : this.#match(OCTAL);
        if (decimal + octal === 0) throw this.problemAt(this.#pos, "a number that starts with 0 is octal: 0 to 7");
        this.#take(decimal > 0 ? "decimal" : "octal", decimal + octal);
      }
    }
    const next = this.source.charCodeAt(this.#pos);
    if (isLetter(next) || isDigit(next) || next === 0x2e) {
      throw this.problemAt(this.start, "a number, and behind it something that is not parted from it");
    }
  }

  #string(quote: number): void {
    const { source } = this;
    for (let i = this.#pos + 1; ; i++) {
      const c = source.charCodeAt(i);
      if (c === quote) {
        this.#take("string", i + 1 - this.#pos);
        return;
      }
      // NaN is the end of the text.
      if (!(c > 0) || c === 0x0a) throw this.problemAt(this.#pos, "the string has no end on its line");
      if (c === 0x5c) i++;
    }
  }
}

function isLetter(c: number): boolean {
  return (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}
