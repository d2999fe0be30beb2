/**
 * The kinds of token. A punctuation mark has its own character code as its kind (all are above these), so that the
 * parser compares numbers and never text for it.
 */
export const TokenKind = {
  /** The end of the file; the last token, of no length. */
  End: 0,
  Identifier: 1,
  Integer: 2,
  Float: 3,
  String: 4,
} as const;

/** The punctuation that the grammar names. */
export const Punctuation = {
  LeftParen: 0x28,
  RightParen: 0x29,
  Comma: 0x2c,
  Minus: 0x2d,
  Dot: 0x2e,
  Slash: 0x2f,
  Colon: 0x3a,
  Semicolon: 0x3b,
  Less: 0x3c,
  Equals: 0x3d,
  Greater: 0x3e,
  Hash: 0x23,
  LeftBracket: 0x5b,
  RightBracket: 0x5d,
  LeftBrace: 0x7b,
  RightBrace: 0x7d,
} as const;

/**
 * The tokens of a file as columns: three numbers for each, no object. Whitespace and comments are what lies between
 * one token's end and the next one's start; they are looked at again only for source info.
 */
export class TokenTable {
  readonly text: string;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** How many tokens there are, the end token included. */
  readonly count: number;

  constructor(text: string, kinds: Uint8Array, starts: Int32Array, ends: Int32Array) {
    this.text = text;
    this.kinds = kinds;
    this.starts = starts;
    this.ends = ends;
    this.count = kinds.length;
  }

  /** The text of token `index`. */
  textOf(index: number): string {
    return this.text.slice(this.starts[index], this.ends[index]);
  }
}
