import type { SourceCodeInfo_Location } from "hawser/wkt";
import { utf8Length } from "../source/utf8.js";
import type { TokenTable } from "../syntax/token.js";
import { Punctuation, TokenKind } from "../syntax/token.js";
import { gapComments } from "./comments.js";

/** 8: protoc's tokenizer lets a tab go on to the next multiple of it. */
const TAB_WIDTH = 8;

/**
 * Writes google.protobuf.SourceCodeInfo while a file is lowered. The order of the locations is the order in which
 * protoc's parser comes across them, and columns count bytes as protoc's do.
 */
export class SourceInfoWriter {
  readonly locations: SourceCodeInfo_Location[] = [];
  readonly #tokens: TokenTable;
  readonly #lines: Int32Array;
  readonly #columns: Int32Array;
  readonly #endColumns: Int32Array;
  #leading: string;
  #detached: readonly string[];

  constructor(tokens: TokenTable) {
    this.#tokens = tokens;
    this.#lines = new Int32Array(tokens.count);
    this.#columns = new Int32Array(tokens.count);
    this.#endColumns = new Int32Array(tokens.count);
    this.#place();
    const { leading, detached } = gapComments(tokens.text, 0, tokens.starts[0]!, true, this.#endsScope(0));
    this.#leading = leading;
    this.#detached = detached;
  }

  /** Adds the location of the tokens `first` to `last`. The path is copied. */
  add(path: readonly number[], first: number, last: number): SourceCodeInfo_Location {
    const location = this.make(path, first, last);
    this.locations.push(location);
    return location;
  }

  /** The location of the tokens `first` to `last`, for who adds it later. The path is copied. */
  make(path: readonly number[], first: number, last: number): SourceCodeInfo_Location {
    const line = this.#lines[first]!;
    const endLine = this.#lines[last]!;
    const column = this.#columns[first]!;
    const endColumn = this.#endColumns[last]!;
    return {
      path: path.slice(),
      span: line === endLine ? [line, column, endColumn] : [line, column, endLine, endColumn],
      leadingComments: undefined,
      trailingComments: undefined,
      leadingDetachedComments: [],
    };
  }

  /** The declaration at `location` ends its head at the token `;` or `{`: gives it its comments. */
  attach(location: SourceCodeInfo_Location, token: number): void {
    const comments = this.#after(token);
    if (this.#leading !== "") location.leadingComments = this.#leading;
    if (comments.trailing !== "") location.trailingComments = comments.trailing;
    if (this.#detached.length > 0) location.leadingDetachedComments = [...this.#detached];
    this.#leading = comments.leading;
    this.#detached = comments.detached;
  }

  /** A scope ends at the token `}`: comments that waited for a declaration are dropped. */
  closeScope(token: number): void {
    const comments = this.#after(token);
    this.#leading = comments.leading;
    this.#detached = comments.detached;
  }

  /** An empty statement: detached comments go on waiting. */
  skipEmpty(token: number): void {
    const comments = this.#after(token);
    this.#leading = comments.leading;
    if (comments.detached.length > 0) this.#detached = [...this.#detached, ...comments.detached];
  }

  #after(token: number): ReturnType<typeof gapComments> {
    const { text, ends, starts } = this.#tokens;
    return gapComments(text, ends[token]!, starts[token + 1]!, false, this.#endsScope(token + 1));
  }

  #endsScope(token: number): boolean {
    const kind = this.#tokens.kinds[token]!;
    return kind === Punctuation.RightBrace || kind === Punctuation.RightBracket || kind === Punctuation.RightParen;
  }

  /** Computes every token's line and columns in one pass. */
  #place(): void {
    const { text, starts, ends, kinds, count } = this.#tokens;
    let line = 0;
    let newline = text.indexOf("\n");
    let lineStart = 0;
    // Columns are offsets, but for tabs and what takes more than one byte; `extra` is the difference so far.
    const isPlain = !/[\t\u0080-\uffff]/.test(text);
    let at = 0;
    let column = 0;
    for (let i = 0; i < count; i++) {
      const start = starts[i]!;
      while (newline >= 0 && newline < start) {
        line++;
        lineStart = newline + 1;
        newline = text.indexOf("\n", lineStart);
      }
      this.#lines[i] = line;
      if (isPlain) {
        this.#columns[i] = start - lineStart;
        this.#endColumns[i] = ends[i]! - lineStart;
        continue;
      }
      if (at < lineStart) {
        at = lineStart;
        column = 0;
      }
      column = columnAfter(text, at, start, column);
      this.#columns[i] = column;
      at = ends[i]!;
      column = kinds[i] === TokenKind.String ? columnAfter(text, start, at, column) : column + (at - start);
      this.#endColumns[i] = column;
    }
  }
}

function columnAfter(text: string, from: number, to: number, column: number): number {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x09) column += TAB_WIDTH - (column % TAB_WIDTH);
    else if (code < 0x80) column++;
    else {
      const isPair = code >= 0xd800 && code <= 0xdbff && at + 1 < to;
      column += utf8Length(text, at, isPair ? at + 2 : at + 1);
      if (isPair) at++;
    }
  }
  return column;
}
