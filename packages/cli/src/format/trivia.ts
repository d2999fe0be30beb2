import { TokenKind, type TokenTable } from "@hawser/compiler";

/** A comment, or the line breaks between two things. */
export type Piece = Comment | number;

export interface Comment {
  /** With its slashes and stars, without blanks at its end. */
  readonly text: string;
  readonly isLine: boolean;
  /** Whether there is a blank in front of it. */
  readonly isSpaced: boolean;
}

export function isComment(piece: Piece): piece is Comment {
  return typeof piece !== "number";
}

export function hasComment(pieces: readonly Piece[]): boolean {
  return pieces.length > 0 && pieces.some(isComment);
}

const NONE: readonly never[] = [];
const [TAB, NEWLINE, SPACE, SLASH] = [0x09, 0x0a, 0x20, 0x2f];
/** What stands in front of most statements: one or two line breaks and nothing else. */
const BREAKS: readonly (readonly Piece[])[] = [[], [1], [2]];

/** Comments, and the line breaks around them, by the token they belong to. */
export class Trivia {
  /** In front of a token. */
  readonly leading: (readonly Piece[])[];
  /** Behind a token, on its line. */
  readonly trailing: (readonly Comment[])[];
  /** Whether there are spaces in front of a token, on its line. */
  readonly isSpaced: boolean[];

  /**
   * @param isEnd whether a token ends a statement, or an element of a list
   * @param isClose whether a token is a closing bracket
   */
  constructor(tokens: TokenTable, isEnd: (index: number) => boolean, isClose: (index: number) => boolean) {
    this.leading = new Array<readonly Piece[]>(tokens.count).fill(NONE);
    this.trailing = new Array<readonly Comment[]>(tokens.count).fill(NONE);
    this.isSpaced = new Array<boolean>(tokens.count).fill(false);
    for (let i = 0; i < tokens.count; i++) {
      const from = i === 0 ? 0 : tokens.ends[i - 1]!;
      const to = tokens.starts[i]!;
      const before = to > from ? tokens.text.charCodeAt(to - 1) : 0;
      this.isSpaced[i] = before === SPACE || before === TAB;
      // Most tokens stand right behind the one before, or a space.
      if (to - from < 2 && before !== NEWLINE) continue;
      const between = tokens.text.slice(from, to);
      if (!between.includes("\n") && !between.includes("/")) continue;
      const breaks = lineBreaks(between);
      if (breaks > 0) {
        this.leading[i] = BREAKS[breaks] ?? [breaks];
        continue;
      }
      const pieces = split(between);
      const atBreak = pieces.findIndex((piece) => !isComment(piece));
      const inline = (atBreak < 0 ? pieces : pieces.slice(0, atBreak)).filter(isComment);
      const isBehind = i > 0 && this.#isTrailing(tokens, i, inline, atBreak >= 0, isEnd, isClose);
      if (isBehind) this.trailing[i - 1] = inline;
      this.leading[i] = isBehind ? pieces.slice(inline.length) : pieces;
    }
  }

  /** Whether comments between two tokens, on the line of the first, belong to that. */
  #isTrailing(
    tokens: TokenTable,
    index: number,
    inline: readonly Comment[],
    hasBreak: boolean,
    isEnd: (index: number) => boolean,
    isClose: (index: number) => boolean,
  ): boolean {
    if (inline.length === 0) return false;
    const isAtClose = isClose(index);
    const afterOpen =
      "{[<(".includes(tokens.textOf(index - 1)) && tokens.ends[index - 1]! - tokens.starts[index - 1]! === 1;
    // In brackets with nothing else in them, they are what is in the brackets.
    if (isAtClose && afterOpen) return false;
    // Between two strings that are one, they stand alone; between more, each has its own.
    const isString = (at: number): boolean => tokens.kinds[at] === TokenKind.String;
    if (isString(index - 1) && isString(index) && !isString(index - 2) && !isString(index + 1)) return false;
    if (isEnd(index - 1)) {
      // A block comment behind the last statement of a body, on the line of its closing brace, gets a line of its own.
      const isBlock = inline.some((comment) => !comment.isLine);
      return !(isAtClose && !hasBreak && isBlock && tokens.textOf(index - 1) === ";");
    }
    return hasBreak || isAtClose;
  }
}

/** The line breaks in a text that has nothing but blanks beside them; 0 if it has more, or none. */
function lineBreaks(text: string): number {
  let breaks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === SLASH) return 0;
    if (code === NEWLINE) breaks++;
  }
  return breaks;
}

/** The comments in a text between two tokens, and the line breaks. */
function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let breaks = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === "/") {
      const isLine = text[at + 1] === "/";
      const found = text.indexOf(isLine ? "\n" : "*/", at + 2);
      const end = found < 0 ? text.length : isLine ? found : found + 2;
      if (breaks > 0) pieces.push(breaks);
      breaks = 0;
      pieces.push({
        text: text.slice(at, end).replaceAll("\r", "").trimEnd(),
        isLine,
        isSpaced: /[ \t]$/.test(text.slice(0, at)),
      });
      at = end;
    } else {
      if (text[at] === "\n") breaks++;
      at++;
    }
  }
  if (breaks > 0) pieces.push(breaks);
  return pieces;
}

/**
 * Parts pieces at the last empty line: what is in front of it stands for itself, what is behind it belongs to what
 * comes next.
 */
export function splitDetached(pieces: readonly Piece[]): { detached: readonly Piece[]; attached: readonly Piece[] } {
  const at = pieces.findLastIndex((piece) => !isComment(piece) && piece >= 2);
  if (at < 0) return { detached: [], attached: pieces };
  return {
    detached: [...pieces.slice(0, at), (pieces[at] as number) - 1],
    attached: [1, ...pieces.slice(at + 1)],
  };
}
