import { Edition } from "../descriptor/constants.js";
import type { Report } from "../diagnostics/report.js";
import { didYouMean } from "../diagnostics/suggest.js";
import type { SourceFile } from "../source/source-file.js";
import type { NameNode } from "./ast.js";
import { Punctuation, TokenKind, type TokenTable } from "./token.js";

/**
 * Thrown to leave a statement that cannot be understood; the loop over statements catches it, skips to the next one
 * and goes on. It carries nothing: the error has been reported when it is thrown.
 */
export const SYNTAX_ERROR: unique symbol = Symbol("syntax error");

/** The parser's place in the tokens, with what all of its parts need: looking, expecting, reporting, skipping. */
export class Cursor {
  readonly tokens: TokenTable;
  readonly source: SourceFile;
  readonly report: Report;
  /** The index of the current token. */
  at = 0;
  /** What the file's first statement says; proto2 without one. */
  edition: number = Edition.Proto2;
  /** How many messages and groups are open. */
  depth = 0;
  readonly #kinds: Uint8Array;
  #endReported = false;

  constructor(source: SourceFile, tokens: TokenTable, report: Report) {
    this.source = source;
    this.tokens = tokens;
    this.report = report;
    this.#kinds = tokens.kinds;
  }

  get kind(): number {
    return this.#kinds[this.at]!;
  }

  /** The text of the current token. */
  get text(): string {
    return this.tokens.textOf(this.at);
  }

  get isEditions(): boolean {
    return this.edition >= Edition.E2023;
  }

  get atEnd(): boolean {
    return this.#kinds[this.at] === TokenKind.End;
  }

  is(kind: number): boolean {
    return this.#kinds[this.at] === kind;
  }

  isNext(kind: number): boolean {
    return !this.atEnd && this.#kinds[this.at + 1] === kind;
  }

  isWord(word: string): boolean {
    const { starts, ends, text } = this.tokens;
    const start = starts[this.at]!;
    return (
      this.#kinds[this.at] === TokenKind.Identifier &&
      ends[this.at]! - start === word.length &&
      text.startsWith(word, start)
    );
  }

  /** Goes on to the next token and returns the index of the one left. The end token is never left. */
  advance(): number {
    const index = this.at;
    if (this.#kinds[index] !== TokenKind.End) this.at++;
    return index;
  }

  accept(kind: number): boolean {
    if (this.#kinds[this.at] !== kind) return false;
    this.advance();
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.at++;
    return true;
  }

  /** Takes the token `kind` or leaves the statement. */
  expect(kind: number, where: string): number {
    if (this.#kinds[this.at] !== kind) this.fail(`expected "${String.fromCharCode(kind)}" ${where}`);
    return this.advance();
  }

  expectWord(word: string, where: string): number {
    if (!this.isWord(word)) this.fail(`expected "${word}" ${where}`);
    return this.advance();
  }

  /**
   * Takes the semicolon. If it is only missing, because the next token is on another line or closes the block, says so
   * at the end of the statement, and goes on as if it were there.
   */
  expectSemicolon(where: string): number {
    if (this.is(Punctuation.Semicolon)) return this.advance();
    const { ends, starts, text } = this.tokens;
    const end = ends[this.at - 1]!;
    const isNewLine = text.slice(end, starts[this.at]!).includes("\n");
    if (isNewLine || this.is(Punctuation.RightBrace) || this.atEnd) {
      this.report.error("syntax", end, end, `expected ";" ${where}`, 'add ";" here');
      return this.at - 1;
    }
    return this.fail(
      `expected ";" ${where}`,
      this.is(Punctuation.Comma) ? 'write ";" in place of the comma' : undefined,
    );
  }

  /** Takes an identifier (keywords included: the language reserves none) and returns its text. */
  identifier(what: string): string {
    if (this.#kinds[this.at] !== TokenKind.Identifier) this.fail(`expected ${what}`);
    const text = this.text;
    this.at++;
    return text;
  }

  /** Takes one or more adjacent string literals and returns the index of the last one. */
  strings(what: string): number {
    if (!this.is(TokenKind.String)) this.fail(`expected ${what}`);
    while (this.is(TokenKind.String)) this.at++;
    return this.at - 1;
  }

  /** Takes `a.b.c`, or `.a.b.c` if `absolute` names are allowed here. */
  dottedName(what: string, absolute: boolean): NameNode {
    const first = this.at;
    let text = "";
    if (absolute && this.accept(Punctuation.Dot)) text = ".";
    text += this.identifier(what);
    while (this.accept(Punctuation.Dot)) text += `.${this.identifier("an identifier after the dot")}`;
    return { first, last: this.at - 1, text };
  }

  /** Reports that the current token is not what it should be, and leaves the statement. */
  fail(message: string, help?: string): never {
    if (this.atEnd) {
      if (!this.#endReported) this.error(`${message}, found the end of the file`, this.at, help);
      this.#endReported = true;
    } else {
      this.error(`${message}, found ${this.describe(this.at)}`, this.at, help);
    }
    throw SYNTAX_ERROR;
  }

  /** Reports that the file ended in the block that `open` began. */
  failAtEnd(what: string, open: number): never {
    if (!this.#endReported) {
      const { line } = this.source.position(this.tokens.starts[open]!);
      this.error(`reached the end of the file in ${what}`, this.at, `the "{" in line ${line} is never closed`);
    }
    this.#endReported = true;
    throw SYNTAX_ERROR;
  }

  /** Reports an error at the tokens `first` to `last` and goes on. */
  error(message: string, first: number, help?: string, last: number = first): void {
    this.report.error("syntax", this.tokens.starts[first]!, this.tokens.ends[last]!, message, help);
  }

  /** The current word's nearest neighbour among `words`, as help. */
  meant(words: readonly string[]): string | undefined {
    return this.is(TokenKind.Identifier) ? didYouMean(this.text, words) : undefined;
  }

  /** A token as messages name it. */
  describe(index: number): string {
    const kind = this.#kinds[index]!;
    if (kind === TokenKind.String) return "a string";
    const text = this.tokens.textOf(index);
    return `"${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;
  }

  /** Skips to the end of the statement: past its semicolon or its block, or up to the brace that closes the outer one. */
  skipStatement(): void {
    for (;;) {
      switch (this.kind) {
        case TokenKind.End:
        case Punctuation.RightBrace:
          return;
        case Punctuation.Semicolon:
          this.at++;
          return;
        case Punctuation.LeftBrace:
          this.#skipBlock();
          return;
        default:
          this.at++;
      }
    }
  }

  #skipBlock(): void {
    let depth = 0;
    for (; !this.atEnd; this.at++) {
      if (this.is(Punctuation.LeftBrace)) depth++;
      else if (this.is(Punctuation.RightBrace) && --depth === 0) {
        this.at++;
        return;
      }
    }
  }
}
