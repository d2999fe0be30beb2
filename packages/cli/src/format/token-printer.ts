import type { TokenTable } from "@hawser/compiler";
import { blockCommentLines } from "./block-comment.js";
import { type Comment, hasComment, isComment, type Piece, type Trivia } from "./trivia.js";
import type { Writer } from "./writer.js";

/**
 * What stands in front of a token: nothing, a space, a line break, an empty line; `inline` for punctuation that stays on
 * the line, and `tight` for parts of a name, where a comment keeps the spaces it has; `glued` behind a bracket, where the
 * first comment has none.
 */
export type Gap = "none" | "space" | "line" | "blank" | "inline" | "tight" | "glued";

/** How comments are printed where something is. */
export interface CommentStyle {
  /** Line comments behind a token become block comments, because more follows on the line. */
  readonly lineToBlock: boolean;
  /** Block comments behind a token go on a line of their own. */
  readonly blockOnNewLine: boolean;
  /** Block comments in front of a token stay on its line. */
  readonly pairLeading: boolean;
}

const PLAIN: CommentStyle = { lineToBlock: false, blockOnNewLine: false, pairLeading: false };

/** Prints tokens with the comments that belong to them. */
export class TokenPrinter {
  readonly tokens: TokenTable;
  readonly trivia: Trivia;
  readonly writer: Writer;
  /** Comments that are still to be printed, in front of the next token. */
  pending: Piece[] = [];
  #style: CommentStyle = PLAIN;

  constructor(tokens: TokenTable, trivia: Trivia, writer: Writer) {
    this.tokens = tokens;
    this.trivia = trivia;
    this.writer = writer;
  }

  get style(): CommentStyle {
    return this.#style;
  }

  /** Prints with another style. */
  with(change: Partial<CommentStyle>, print: () => void): void {
    const before = this.#style;
    this.#style = { ...before, ...change };
    print();
    this.#style = before;
  }

  token(index: number, gap: Gap, text: string = this.tokens.textOf(index)): void {
    this.leading(index, gap);
    this.writer.text(text);
    this.trailing(index);
  }

  /** Has comments printed in front of the next token. A file may have any number of them in a row. */
  hold(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.pending.push(piece);
  }

  /** What belongs in front of a token, and the gap. */
  leading(index: number, gap: Gap): void {
    this.hold(this.trivia.leading[index]!);
    this.flush(gap, this.trivia.isSpaced[index]!);
  }

  /** What belongs behind a token. */
  trailing(index: number): void {
    this.behind(this.trivia.trailing[index]!);
  }

  behind(comments: readonly Comment[]): void {
    for (const { text, isLine } of comments) {
      if (!isLine && this.#style.blockOnNewLine) this.writer.break(1);
      else this.writer.space();
      if (!isLine) this.#block(text);
      else if (this.#style.lineToBlock) this.writer.text(`/*${text.slice(2).replaceAll("*/", "* /")} */`);
      else this.writer.lineComment(text);
    }
  }

  /** Prints the pending comments with a gap in front of the first, and what separates the last from what follows. */
  flush(gap: Gap, isSpaced: boolean = false): void {
    const pieces = this.pending;
    this.pending = [];
    if (!hasComment(pieces)) {
      this.gap(gap);
      return;
    }
    let before: Comment | undefined;
    let breaks = 0;
    let breaksInFront = 0;
    for (const piece of pieces) {
      if (!isComment(piece)) {
        breaks += piece;
        continue;
      }
      if (before === undefined) {
        breaksInFront = breaks;
        this.gap(gap === "inline" || (gap === "tight" && piece.isSpaced) ? "space" : gap);
      } else this.#between(before, breaks, gap, piece.isSpaced);
      this.#comment(piece);
      before = piece;
      breaks = 0;
    }
    const isPaired = gap === "line" && !before!.isLine && breaks === 0 && breaksInFront > 0 && this.#style.pairLeading;
    if (isPaired) this.writer.space();
    else this.#between(before!, breaks, gap, isSpaced);
  }

  /** What separates a comment from what comes behind it. */
  #between(before: Comment, breaks: number, gap: Gap, isSpaced: boolean): void {
    if (breaks >= 2) this.writer.break(2);
    else if (before.isLine) this.writer.break(1);
    else if (gap === "space" || ((gap === "tight" || gap === "glued") && isSpaced)) this.writer.space();
    else if (gap !== "inline" && gap !== "tight" && gap !== "glued") this.writer.break(1);
  }

  gap(gap: Gap): void {
    if (gap === "space") this.writer.space();
    else if (gap === "line") this.writer.break(1);
    else if (gap === "blank") this.writer.break(2);
  }

  /** Each comment on a line of its own. */
  lines(pieces: readonly Piece[], first: Gap): void {
    let gap = first;
    let breaks = 0;
    let isFirst = true;
    for (const piece of pieces) {
      if (!isComment(piece)) {
        breaks = piece;
        continue;
      }
      this.gap(!isFirst && breaks >= 2 ? "blank" : gap);
      this.#comment(piece);
      gap = "line";
      isFirst = false;
      breaks = 0;
    }
  }

  #comment({ text, isLine }: Comment): void {
    if (isLine) this.writer.lineComment(text);
    else this.#block(text);
  }

  #block(text: string): void {
    let breaks = 0;
    for (const [i, line] of blockCommentLines(text).entries()) {
      if (i > 0) breaks++;
      if (line === "" && i > 0) continue;
      if (breaks > 0) this.writer.break(breaks);
      breaks = 0;
      this.writer.text(line);
    }
  }
}
