import { Punctuation, TokenKind, type TokenTable } from "@hawser/compiler";

/** The value of an option or of a field in it: tokens from `first` to `last`. */
export type Literal =
  | { readonly kind: "scalar"; readonly first: number; readonly last: number }
  /** Strings next to each other, which are one. */
  | { readonly kind: "strings"; readonly first: number; readonly last: number }
  | { readonly kind: "list"; readonly first: number; readonly last: number; readonly elements: readonly ListElement[] }
  | {
      readonly kind: "message";
      readonly first: number;
      readonly last: number;
      readonly fields: readonly LiteralField[];
    };

/** An element of a list, with the comma behind it. */
export interface ListElement {
  readonly value: Literal;
  readonly comma: number | undefined;
}

/** A field of a message (protobuf.dev, "Text Format Language Specification"). */
export interface LiteralField {
  /** The tokens of its name, brackets included. */
  readonly first: number;
  readonly nameLast: number;
  readonly colon: number | undefined;
  readonly value: Literal;
  /** A comma or a semicolon. */
  readonly separator: number | undefined;
}

/** 100 literals inside each other, as the compiler has it: a file may not use up the stack. */
export const MAX_LITERAL_DEPTH = 100;

/** More literals inside each other than {@link MAX_LITERAL_DEPTH}. */
export class TooDeepError extends Error {
  override readonly name = "TooDeepError";
  /** Where it begins to be too deep. */
  readonly token: number;

  constructor(token: number) {
    super("literals are nested too deeply");
    this.token = token;
  }
}

/** The literal that begins at a token. The file has been parsed without an error, so that it is well formed. */
export function readLiteral(tokens: TokenTable, first: number, depth: number = 0): Literal {
  if (depth > MAX_LITERAL_DEPTH) throw new TooDeepError(first);
  const kind = tokens.kinds[first];
  if (kind === Punctuation.LeftBrace || kind === Punctuation.Less) return readMessage(tokens, first, depth);
  if (kind === Punctuation.LeftBracket) return readList(tokens, first, depth);
  let last = first;
  if (kind === TokenKind.String) {
    while (tokens.kinds[last + 1] === TokenKind.String) last++;
    return { kind: last > first ? "strings" : "scalar", first, last };
  }
  if (kind === Punctuation.Minus) last++;
  return { kind: "scalar", first, last };
}

function readList(tokens: TokenTable, first: number, depth: number): Literal {
  const elements: ListElement[] = [];
  let at = first + 1;
  while (tokens.kinds[at] !== Punctuation.RightBracket && tokens.kinds[at] !== TokenKind.End) {
    const value = readLiteral(tokens, at, depth + 1);
    const comma = tokens.kinds[value.last + 1] === Punctuation.Comma ? value.last + 1 : undefined;
    elements.push({ value, comma });
    at = value.last + (comma === undefined ? 1 : 2);
  }
  return { kind: "list", first, last: at, elements };
}

function readMessage(tokens: TokenTable, first: number, depth: number): Literal {
  const close = tokens.kinds[first] === Punctuation.Less ? Punctuation.Greater : Punctuation.RightBrace;
  const fields: LiteralField[] = [];
  let at = first + 1;
  while (tokens.kinds[at] !== close && tokens.kinds[at] !== TokenKind.End) {
    let nameLast = at;
    if (tokens.kinds[at] === Punctuation.LeftBracket) {
      while (tokens.kinds[nameLast] !== Punctuation.RightBracket) nameLast++;
    }
    const colon = tokens.kinds[nameLast + 1] === Punctuation.Colon ? nameLast + 1 : undefined;
    const value = readLiteral(tokens, (colon ?? nameLast) + 1, depth + 1);
    const after = tokens.kinds[value.last + 1];
    const separator = after === Punctuation.Comma || after === Punctuation.Semicolon ? value.last + 1 : undefined;
    fields.push({ first: at, nameLast, colon, value, separator });
    at = (separator ?? value.last) + 1;
  }
  return { kind: "message", first, last: at, fields };
}
