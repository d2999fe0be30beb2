import type { ListElement, Literal, LiteralField } from "./literal.js";
import type { Gap, TokenPrinter } from "./token-printer.js";
import { type Comment, hasComment, isComment, splitDetached } from "./trivia.js";

/** Prints the values of options. */
export class LiteralPrinter {
  readonly #printer: TokenPrinter;

  constructor(printer: TokenPrinter) {
    this.#printer = printer;
  }

  /**
   * @param isAssigned whether it stands behind `=` or `:`, so that strings on lines of their own are indented
   * @param isElement whether it stands alone on its line or lines
   */
  print(literal: Literal, gap: Gap, isAssigned: boolean, isElement: boolean = false): void {
    switch (literal.kind) {
      case "scalar":
        this.#scalar(literal, gap, isElement);
        break;
      case "strings":
        this.#strings(literal, isAssigned);
        break;
      case "list":
        this.#list(literal, gap);
        break;
      case "message":
        this.#message(literal, gap);
        break;
    }
  }

  #scalar({ first, last }: Literal, gap: Gap, isElement: boolean): void {
    const { tokens } = this.#printer;
    const isWord = /[A-Za-z_]/.test(tokens.text[tokens.starts[last]!]!);
    // A word is a name, in which nothing may begin a comment to the end of the line.
    const style =
      isWord && !isElement ? { lineToBlock: true, blockOnNewLine: false } : isWord ? { lineToBlock: true } : {};
    this.#printer.with(style, () => {
      this.#printer.token(first, gap);
      if (last > first) this.#printer.token(last, hasComment(this.#printer.trivia.leading[last]!) ? "space" : "none");
    });
  }

  /** Each on a line of its own. */
  #strings({ first, last }: Literal, isAssigned: boolean): void {
    const { tokens, trivia, writer, style } = this.#printer;
    const isOnOneLine = !tokens.text.slice(tokens.starts[first], tokens.starts[last]).includes("\n");
    const print = (): void => {
      this.#printer.with({ lineToBlock: false, blockOnNewLine: isOnOneLine, pairLeading: false }, () => {
        for (let i = first; i < last; i++) this.#printer.token(i, "line");
        this.#printer.leading(last, "line");
        writer.text(tokens.textOf(last));
      });
      this.#printer.with(style, () => this.#printer.behind(trivia.trailing[last]!));
    };
    if (isAssigned) writer.indented(print);
    else print();
  }

  #list(literal: Literal & { readonly kind: "list" }, gap: Gap): void {
    const { first, last, elements } = literal;
    const { writer } = this.#printer;
    const outer = this.#printer.style.lineToBlock;
    this.#printer.with({ lineToBlock: false }, () => {
      this.#printer.token(first, gap);
      const comments = this.#ofClose(last);
      if (elements.length === 0 && !comments.any) {
        this.#close(last, "none", "]", outer);
        return;
      }
      if (this.#isFlat(literal)) {
        this.#element(elements[0]!, "none");
        this.#close(last, "none", "]", outer);
        return;
      }
      const isBroken = elements.length > 1 || comments.detached;
      const body = (): void => {
        for (const [i, element] of elements.entries()) {
          this.#element(element, i > 0 && this.#hasBlankBehind(elements[i - 1]!) ? "blank" : "line");
        }
        this.#closeComments(last, elements.length === 0);
      };
      this.#printer.with(isBroken ? { blockOnNewLine: true, pairLeading: true } : {}, () => writer.indented(body));
      this.#close(last, "line", "]", outer);
    });
  }

  #element({ value, comma }: ListElement, gap: Gap): void {
    this.print(value, gap, false, true);
    if (comma === undefined) return;
    this.#printer.with({ blockOnNewLine: false }, () => {
      // One behind the last element is no part of the language.
      this.#printer.token(comma, "inline");
    });
  }

  #message(literal: Literal & { readonly kind: "message" }, gap: Gap): void {
    const { first, last, fields } = literal;
    const { writer, trivia } = this.#printer;
    const outer = this.#printer.style.lineToBlock;
    this.#printer.with({ lineToBlock: false }, () => {
      if (fields.length === 0 && !this.#ofClose(last).any && trivia.trailing[first]!.length === 0) {
        this.#printer.token(first, gap, "{");
        this.#close(last, "none", "}", outer);
        return;
      }
      if (this.#isFlat(literal)) {
        this.#printer.token(first, gap, "{");
        this.#field(fields[0]!, "none");
        this.#close(last, "none", "}", outer);
        return;
      }
      // What stands behind the brace goes on the first line of the body.
      this.#printer.leading(first, gap);
      writer.text("{");
      const isBroken = fields.length > 1 || this.#hasCommentIn(literal);
      this.#printer.with(isBroken ? { blockOnNewLine: true, pairLeading: false } : {}, () =>
        writer.indented(() => {
          this.#printer.lines(trivia.trailing[first]!, "line");
          for (const [i, field] of fields.entries()) {
            this.#field(field, i > 0 && this.#hasBlankBetween(fields[i - 1]!, field) ? "blank" : "line");
          }
          this.#closeComments(last, fields.length === 0);
        }),
      );
      this.#close(last, "line", "}", outer);
    });
  }

  #field({ first, nameLast, colon, value, separator }: LiteralField, gap: Gap): void {
    const { writer, trivia } = this.#printer;
    // Behind a bracket that closes, a line comment would stand where none can when it is read again.
    const isBracketed = value.kind === "list" || value.kind === "message";
    this.#printer.with(isBracketed ? { lineToBlock: true } : {}, () => {
      this.#name(first, nameLast, gap);
      if (colon === undefined) writer.text(":");
      else this.#printer.token(colon, endsInBlock(trivia.leading[colon]!) ? "space" : "inline");
      this.print(value, "space", true, true);
      if (separator === undefined) return;
      this.#printer.with({ blockOnNewLine: false }, () => this.#printer.trailing(separator));
      // What stood in front of the comma, which is not printed, goes in front of what comes next.
      this.#printer.hold(trivia.leading[separator]!.filter(isComment));
    });
  }

  /** A name; one in brackets with comments in them is broken as a list is. */
  #name(first: number, last: number, gap: Gap): void {
    const isBroken = last > first && this.#hasBreakIn({ kind: "scalar", first, last });
    if (!isBroken) {
      this.#printer.with({ lineToBlock: true, blockOnNewLine: false }, () => {
        for (let i = first; i <= last; i++) this.#printer.token(i, i === first ? gap : "tight");
      });
      return;
    }
    this.#printer.token(first, gap);
    this.#printer.writer.indented(() => {
      for (let i = first + 1; i < last; i++) this.#printer.token(i, i === first + 1 ? "line" : "tight");
      this.#closeComments(last, false);
    });
    this.#close(last, "line", "]", false);
  }

  #close(index: number, gap: Gap, text: string, outer: boolean): void {
    const style = outer ? { lineToBlock: true, blockOnNewLine: false } : { lineToBlock: false };
    this.#printer.with(style, () => {
      this.#printer.gap(gap);
      this.#printer.writer.text(text);
      this.#printer.trailing(index);
    });
  }

  /** What stands in front of the bracket that closes, each comment on a line of its own. */
  #closeComments(index: number, isEmpty: boolean): void {
    const pieces = this.#printer.trivia.leading[index]!;
    const [first] = pieces;
    const pending = this.#printer.pending.splice(0);
    this.#printer.lines(
      [...pending, ...pieces],
      !isEmpty && typeof first === "number" && first >= 2 ? "blank" : "line",
    );
  }

  #ofClose(index: number): { any: boolean; detached: boolean } {
    const pieces = this.#printer.trivia.leading[index]!;
    return { any: hasComment(pieces), detached: hasComment(splitDetached(pieces).detached) };
  }

  #hasBlankBehind({ value, comma }: ListElement): boolean {
    const [first] = this.#printer.trivia.leading[(comma ?? value.last) + 1]!;
    return typeof first === "number" && first >= 2;
  }

  #hasBlankBetween(before: LiteralField, field: LiteralField): boolean {
    const { tokens } = this.#printer;
    const between = tokens.text.slice(tokens.ends[before.value.last], tokens.starts[field.first]);
    return /\n[ \t\r]*\n/.test(between);
  }

  /** Whether it goes on one line: there is one value in it at most, which is no literal itself, and no comment. */
  #isFlat(literal: Literal): boolean {
    if (literal.kind === "list") {
      const { elements } = literal;
      return (
        elements.length <= 1 && elements.every(({ value }) => value.kind === "scalar") && !this.#hasBreakIn(literal)
      );
    }
    if (literal.kind !== "message") return literal.kind === "scalar";
    const { fields } = literal;
    return fields.length <= 1 && fields.every(({ value }) => value.kind === "scalar") && !this.#hasCommentIn(literal);
  }

  /** Whether a comment in a list breaks its line. */
  #hasBreakIn({ first, last }: Literal): boolean {
    const { trivia } = this.#printer;
    for (let i = first; i < last; i++) {
      if (trivia.trailing[i]!.some((comment) => comment.isLine)) return true;
      if (hasComment(trivia.leading[i + 1]!)) return true;
    }
    return false;
  }

  #hasCommentIn({ first, last }: Literal): boolean {
    const { trivia } = this.#printer;
    if (trivia.trailing[first]!.length > 0) return true;
    for (let i = first + 1; i < last; i++) {
      if (hasComment(trivia.leading[i]!) || trivia.trailing[i]!.length > 0) return true;
    }
    return hasComment(trivia.leading[last]!);
  }
}

function endsInBlock(pieces: readonly (Comment | number)[]): boolean {
  const last = pieces.at(-1);
  return last !== undefined && typeof last !== "number" && !last.isLine;
}
