import {
  type CompactOptions,
  type EnumNode,
  type ExtendNode,
  type FieldNode,
  type FileElement,
  type MessageElement,
  type MessageNode,
  type MethodNode,
  type OneofNode,
  type OptionNode,
  Punctuation,
  type ServiceNode,
  type SyntaxNode,
  TokenKind,
} from "@hawser/compiler";
import { readLiteral } from "./literal.js";
import { LiteralPrinter } from "./literal-printer.js";
import type { Gap, TokenPrinter } from "./token-printer.js";
import { hasComment, isComment, type Piece } from "./trivia.js";

/** Anything that ends in a semicolon or a body. */
export type Statement =
  | SyntaxNode
  | FileElement
  | MessageElement
  | EnumNode["elements"][number]
  | ServiceNode["elements"][number];

/** Prints statements, and the bodies of those that have one. */
export class StatementPrinter {
  readonly #printer: TokenPrinter;
  readonly #literals: LiteralPrinter;
  /** Whether nothing stands between a token and the one in front of it: parts of a name. */
  readonly #isTight: Uint8Array;

  constructor(printer: TokenPrinter, isTight: Uint8Array) {
    this.#printer = printer;
    this.#literals = new LiteralPrinter(printer);
    this.#isTight = isTight;
  }

  print(node: Statement, gap: Gap): void {
    switch (node.kind) {
      case "option":
        this.#option(node, gap);
        break;
      case "field":
        this.#field(node, gap);
        break;
      case "message":
        this.#body(node, gap, node.body.open, node.body.elements);
        break;
      case "oneof":
      case "enum":
        this.#body(node, gap, node.open, node.elements);
        break;
      case "service":
        this.#body(node, gap, node.open, node.elements);
        break;
      case "extend":
        this.#body(node, gap, node.open, node.fields);
        break;
      case "method":
        this.#method(node, gap);
        break;
      case "enumValue":
      case "extensions":
        this.#withOptions(node.first, node.last, node.options, gap);
        break;
      case "empty":
        this.#empty(node.first);
        break;
      case "syntax":
      case "package":
      case "import":
      case "reserved":
        this.#plain(node.first, node.last, gap);
        break;
    }
  }

  /** A semicolon alone goes; a comment at it stays. */
  #empty(index: number): void {
    const { trivia } = this.#printer;
    this.#printer.hold(trivia.leading[index]!);
    this.#printer.hold(trivia.trailing[index]!);
  }

  /** Tokens with a space between them, names together, and strings next to each other on lines of their own. */
  #plain(first: number, last: number, gap: Gap): void {
    const { tokens } = this.#printer;
    for (let i = first; i <= last; i++) {
      const literal = tokens.kinds[i] === TokenKind.String ? readLiteral(tokens, i) : undefined;
      if (literal?.kind === "strings") {
        this.#literals.print(literal, "space", false);
        i = literal.last;
      } else this.#token(i, i === first ? gap : this.#gapBefore(i), i < last);
    }
  }

  #token(index: number, gap: Gap, hasMore: boolean): void {
    // More follows on the line, which a line comment would swallow.
    this.#printer.with({ lineToBlock: hasMore, blockOnNewLine: false }, () => this.#printer.token(index, gap));
  }

  #gapBefore(index: number): Gap {
    const kind = this.#printer.tokens.kinds[index];
    if (kind === Punctuation.Semicolon || kind === Punctuation.Comma) return "inline";
    return (["space", "tight", "glued"] as const)[this.#isTight[index]!]!;
  }

  #option(node: OptionNode, gap: Gap): void {
    const { value, first, last } = node;
    this.#plain(first, value.first - 1, gap);
    this.#printer.with({ lineToBlock: true }, () =>
      this.#literals.print(readLiteral(this.#printer.tokens, value.first), "space", true),
    );
    this.#printer.token(last, "inline");
  }

  #field(node: FieldNode, gap: Gap): void {
    if (node.group === undefined) {
      this.#withOptions(node.first, node.last, node.options, gap);
      return;
    }
    if (node.options !== undefined) {
      this.#plain(node.first, node.options.first - 1, gap);
      this.#compactOptions(node.options);
      this.#braces(node.group.open, node.last, node.group.elements);
    } else this.#body(node, gap, node.group.open, node.group.elements);
  }

  #withOptions(first: number, last: number, options: CompactOptions | undefined, gap: Gap): void {
    if (options === undefined) {
      this.#plain(first, last, gap);
      return;
    }
    this.#plain(first, options.first - 1, gap);
    this.#compactOptions(options);
    this.#printer.token(last, "inline");
  }

  #method(node: MethodNode, gap: Gap): void {
    if (node.open < 0) this.#plain(node.first, node.last, gap);
    else this.#body(node, gap, node.open, node.elements);
  }

  #body(
    node: MessageNode | EnumNode | ServiceNode | OneofNode | ExtendNode | MethodNode | FieldNode,
    gap: Gap,
    open: number,
    elements: readonly Statement[],
  ): void {
    for (let i = node.first; i < open; i++) this.#token(i, i === node.first ? gap : this.#gapBefore(i), true);
    this.#braces(open, node.last, elements);
  }

  #braces(open: number, close: number, elements: readonly Statement[]): void {
    const { writer, trivia } = this.#printer;
    this.#printer.with({ lineToBlock: false, blockOnNewLine: false, pairLeading: false }, () => {
      this.#printer.token(open, "space");
      const statements = elements.filter((each) => each.kind !== "empty");
      const lastOne = statements.at(-1);
      const hasComments = hasComment(trivia.leading[close]!) || elements.some((each) => this.#isCommented(each));
      if (statements.length === 0 && !hasComments) {
        this.#printer.token(close, "none");
        return;
      }
      writer.indented(() => {
        let isFirst = true;
        let hasBlank = false;
        for (const [i, each] of elements.entries()) {
          // The gap in front of comments that are pending is the one there was in front of the first of them.
          if (!hasComment(this.#printer.pending)) hasBlank = !isFirst && this.hasBlankBehind(elements[i - 1]!);
          this.print(each, hasBlank ? "blank" : "line");
          if (each.kind !== "empty") isFirst = false;
        }
        this.#closeComments(close, lastOne);
      });
      writer.break(1);
      writer.text("}");
      this.#printer.trailing(close);
    });
  }

  #isCommented(node: Statement): boolean {
    const { trivia } = this.#printer;
    return (
      node.kind === "empty" && (hasComment(trivia.leading[node.first]!) || trivia.trailing[node.first]!.length > 0)
    );
  }

  /** Whether there is an empty line behind a statement. */
  hasBlankBehind(node: Statement): boolean {
    const [first] = this.#printer.trivia.leading[node.last + 1]!;
    return first !== undefined && !isComment(first) && first >= 2;
  }

  /** What stands in front of the brace that closes, each comment on a line of its own. */
  #closeComments(close: number, last: Statement | undefined): void {
    const { pending } = this.#printer;
    const pieces: Piece[] = [...pending, ...this.#printer.trivia.leading[close]!];
    this.#printer.pending = [];
    this.#printer.lines(pieces, last !== undefined && this.hasBlankBehind(last) ? "blank" : "line");
  }

  #compactOptions({ first, last, options }: CompactOptions): void {
    const { writer } = this.#printer;
    const isBroken = options.length > 1 || this.#mustBreak(first, last, options);
    if (!isBroken) {
      this.#printer.with({ lineToBlock: true }, () => {
        this.#printer.token(first, "space");
        this.#entry(options[0]!, "none");
        this.#printer.flush("none");
        this.#printer.token(last, "none");
      });
      return;
    }
    this.#printer.with({ blockOnNewLine: true, pairLeading: false, lineToBlock: false }, () => {
      this.#printer.with({ blockOnNewLine: false }, () => this.#printer.token(first, "space"));
      writer.indented(() => {
        for (const [i, option] of options.entries()) {
          const comma = i > 0 ? option.first - 1 : undefined;
          if (comma !== undefined) {
            this.#printer.with({ blockOnNewLine: false }, () => this.#printer.token(comma, "inline"));
          }
          const [before] = this.#printer.trivia.leading[option.first]!;
          const hasBlank = i > 0 && before !== undefined && !isComment(before) && before >= 2;
          this.#entry(option, hasBlank ? "blank" : "line");
        }
        const pieces = this.#printer.trivia.leading[last]!;
        const [first] = pieces;
        this.#printer.lines(pieces, typeof first === "number" && first >= 2 ? "blank" : "line");
      });
      writer.break(1);
      writer.text("]");
      this.#printer.with({ blockOnNewLine: false }, () => this.#printer.trailing(last));
    });
  }

  /** Whether a comment keeps a single option from standing on the line of its field. */
  #mustBreak(first: number, last: number, options: readonly OptionNode[]): boolean {
    const { trivia } = this.#printer;
    if (trivia.trailing[first]!.length > 0 || hasComment(trivia.leading[options[0]!.first]!)) return true;
    const literal = readLiteral(this.#printer.tokens, options[0]!.value.first);
    const isNested = literal.kind !== "scalar";
    for (let i = first + 1; i <= last; i++) {
      // What is inside of the value breaks that alone.
      if (isNested && i > literal.first && i <= literal.last) continue;
      let isOnOwnLine = false;
      for (const piece of trivia.leading[i]!) {
        if (!isComment(piece)) isOnOwnLine = true;
        else if (piece.isLine || isOnOwnLine) return true;
      }
    }
    return false;
  }

  #entry(option: OptionNode, gap: Gap): void {
    this.#plain(option.first, option.value.first - 1, gap);
    this.#literals.print(readLiteral(this.#printer.tokens, option.value.first), "space", true, true);
  }
}
