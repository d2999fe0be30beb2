import type { SourceFile } from "../source/source-file.js";

/** What the compiler has to say about a place in a file. */
export interface Diagnostic {
  /** An error keeps the file from being compiled; a warning does not. */
  readonly severity: "error" | "warning";
  /** A stable name of the rule, such as `duplicate-field-number`. */
  readonly code: string;
  /** What is wrong, as one sentence without a full stop. */
  readonly message: string;
  /** The name of the file, as it is imported. */
  readonly file: string;
  /** The line, from 1; 0 if the diagnostic is about the file as a whole. */
  readonly line: number;
  /** The column, from 1, in UTF-16 code units; 0 if the diagnostic is about the file as a whole. */
  readonly column: number;
  /** The offsets in the text that the caret run underlines. */
  readonly start: number;
  readonly end: number;
  /** How to put it right, or `undefined` when there is nothing to suggest. */
  readonly help: string | undefined;
  /** The file's text, for rendering; `undefined` if the file could not be read. */
  readonly source: SourceFile | undefined;
}
