import { Report } from "../diagnostics/report.js";
import { SourceFile } from "../source/source-file.js";
import { tokenize as tokenizeReporting } from "./lexer.js";
import type { TokenTable } from "./token.js";

/** Splits the text of a file into tokens and nothing more: what is no token is passed over without a word. */
export function tokenize(text: string): TokenTable {
  return tokenizeReporting(text, new Report(new SourceFile("", text)));
}
