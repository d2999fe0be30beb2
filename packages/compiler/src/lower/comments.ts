/**
 * Which comments belong to which declaration, by the rules that google.protobuf.SourceCodeInfo.Location gives and
 * protoc's tokenizer makes exact. They are found by reading the gap between two tokens again, so that compiling
 * without source info never looks at a comment.
 */

/** The comments between two tokens. */
export interface GapComments {
  /** Belongs to the declaration that the token before the gap ends; "" without. */
  readonly trailing: string;
  /** Belongs to nothing. */
  readonly detached: readonly string[];
  /** Belongs to the declaration that begins after the gap; "" without. */
  readonly leading: string;
}

const NONE: GapComments = { trailing: "", detached: [], leading: "" };

/**
 * Reads the gap `from` to `to`. `isFirst` is true for the gap in front of the first token, and `endsScope` if the
 * token after the gap is `}`, `]` or `)`, to which no comment is attached.
 */
export function gapComments(text: string, from: number, to: number, isFirst: boolean, endsScope: boolean): GapComments {
  let at = from;
  while (at < to && text.charCodeAt(at) !== 0x2f) at++;
  if (at >= to) return NONE;
  return new CommentCollector(text, from, to).run(isFirst, endsScope);
}

class CommentCollector {
  readonly #text: string;
  readonly #end: number;
  #at: number;
  #trailing = "";
  readonly #detached: string[] = [];
  #buffer = "";
  #hasComment = false;
  #isLine = false;
  #count = 0;
  #hasTrailing = false;
  #canBeTrailing = true;

  constructor(text: string, from: number, to: number) {
    this.#text = text;
    this.#at = from;
    this.#end = to;
  }

  run(isFirst: boolean, endsScope: boolean): GapComments {
    // Lines are counted from the token before the gap.
    let line = 0;
    let trailingEndLine = -1;
    const sameLineAsPrevious = isFirst ? -1 : 0;
    if (isFirst) {
      if (this.#text.charCodeAt(this.#at) === 0xfeff) this.#at++;
      this.#canBeTrailing = false;
    } else {
      this.#skipSpace();
      const start = this.#commentStart();
      if (start === "line") {
        trailingEndLine = line;
        this.#lineComment();
        line++;
        this.#flush();
      } else if (start === "block") {
        line += this.#blockComment();
        trailingEndLine = line;
        this.#skipSpace();
        this.#flush();
      } else if (this.#newline()) line++;
      else return NONE;
    }
    for (;;) {
      this.#skipSpace();
      const start = this.#commentStart();
      if (start === "line") {
        this.#lineComment();
        line++;
      } else if (start === "block") {
        line += this.#blockComment();
        this.#skipSpace();
        if (this.#newline()) line++;
      } else if (this.#newline()) {
        line++;
        this.#flush();
        this.#canBeTrailing = false;
      } else break;
    }
    if (endsScope) this.#flush();
    if (line === sameLineAsPrevious || line === trailingEndLine) this.#maybeDetach();
    return { trailing: this.#trailing, detached: this.#detached, leading: this.#hasComment ? this.#buffer : "" };
  }

  #skipSpace(): void {
    while (this.#at < this.#end) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0b && code !== 0x0c) return;
      this.#at++;
    }
  }

  #newline(): boolean {
    if (this.#at >= this.#end || this.#text.charCodeAt(this.#at) !== 0x0a) return false;
    this.#at++;
    return true;
  }

  #commentStart(): "line" | "block" | undefined {
    if (this.#at >= this.#end || this.#text.charCodeAt(this.#at) !== 0x2f) return undefined;
    return this.#text.charCodeAt(this.#at + 1) === 0x2f ? "line" : "block";
  }

  #lineComment(): void {
    // Line comments run together into one; a block comment stands for itself.
    if (this.#hasComment && !this.#isLine) this.#flush();
    this.#hasComment = true;
    this.#isLine = true;
    const newline = this.#text.indexOf("\n", this.#at);
    const end = newline < 0 ? this.#text.length : newline + 1;
    this.#buffer += this.#text.slice(this.#at + 2, end);
    this.#at = end;
  }

  /** Takes a block comment and returns how many lines it goes on. */
  #blockComment(): number {
    if (this.#hasComment) this.#flush();
    this.#hasComment = true;
    this.#isLine = false;
    const close = this.#text.indexOf("*/", this.#at + 2);
    const end = close < 0 ? this.#end : close;
    const lines = this.#text.slice(this.#at + 2, end).split("\n");
    // The decoration at the start of each further line is not part of the comment.
    for (let i = 1; i < lines.length; i++) lines[i] = stripDecoration(lines[i]!);
    this.#buffer = lines.join("\n");
    this.#at = end + 2;
    return lines.length - 1;
  }

  /** The comment so far is complete and not connected to what follows it. */
  #flush(): void {
    if (!this.#hasComment) return;
    if (this.#canBeTrailing) {
      this.#trailing += this.#buffer;
      this.#hasTrailing = true;
      this.#canBeTrailing = false;
    } else {
      this.#detached.push(this.#buffer);
    }
    this.#buffer = "";
    this.#hasComment = false;
    this.#count++;
  }

  /** With both tokens on one line, a single comment could belong to either: it belongs to none. */
  #maybeDetach(): void {
    if (this.#count + (this.#hasComment ? 1 : 0) !== 1) return;
    if (this.#hasTrailing) {
      this.#detached.unshift(this.#trailing);
      this.#trailing = "";
    }
    this.#flush();
  }
}

function stripDecoration(line: string): string {
  let at = 0;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0b && code !== 0x0c) break;
    at++;
  }
  return line.charCodeAt(at) === 0x2a ? line.slice(at + 1) : line.slice(at);
}
