import { LineIndex } from "./line-index.js";

/** A place in a file, counted from 1 as editors and compilers show it; the column counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A half-open range of UTF-16 offsets in a file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One `.proto` file as text. What lines it has is computed when first asked: most files never report anything. */
export class SourceFile {
  /** The name it is imported by. */
  readonly name: string;
  readonly text: string;
  #lines: LineIndex | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Where each line starts. */
  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }

  /** The line and column of `offset`. */
  position(offset: number): Position {
    const line = this.lines.lineAt(offset);
    return { line: line + 1, column: offset - this.lines.start(line) + 1 };
  }

  /** The text of a line (from 1), without its line break. */
  lineText(line: number): string {
    const start = this.lines.start(line - 1);
    const end = this.text.indexOf("\n", start);
    const text = this.text.slice(start, end < 0 ? this.text.length : end);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}
