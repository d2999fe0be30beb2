import { Punctuation, TokenKind } from "@hawser/compiler";
import type { Block, FileIndex } from "./declaration.js";
import { lastTokenAt } from "./find-target.js";

/** Where something is to be completed. */
export interface CompletionContext {
  /** The innermost block around it. */
  readonly block: Block | undefined;
  /** The full name of the scope. */
  readonly scope: string;
  /** The tokens of its statement in front of it. */
  readonly words: readonly string[];
  /** The index of the first of them. */
  readonly first: number;
  /** What has been typed of the name: `a.b.` in front of the last dot, and the rest. */
  readonly qualifier: string;
  readonly typed: string;
  /** The offset where `typed` begins. */
  readonly start: number;
  /** For the path of an import: what is in the quotes up to the cursor. */
  readonly path: string | undefined;
  /** Whether it is in the brackets of a field's or value's options. */
  readonly inBrackets: boolean;
}

/** What is being typed at an offset; `undefined` in comments and strings. */
export function completionContext(file: FileIndex, offset: number): CompletionContext | undefined {
  const { tokens, text } = file;
  let before = lastTokenAt(tokens, Math.max(0, offset - 1));
  if (before >= tokens.count - 1) before = tokens.count - 2;
  const isInside = before >= 0 && tokens.starts[before]! < offset && offset <= tokens.ends[before]!;
  if (isInside && tokens.kinds[before] === TokenKind.String) {
    const end = tokens.ends[before]! - 1;
    // A string that is not closed ends where its line does.
    const isClosed = offset > end && end > tokens.starts[before]! && text[end] === text[tokens.starts[before]!];
    if (isClosed) return undefined;
    const path = text.slice(tokens.starts[before]! + 1, offset);
    return contextOf(file, before, offset - path.length, "", path, path);
  }
  if (!isInside && isInComment(text.slice(before < 0 ? 0 : tokens.ends[before], offset))) {
    // A quote that is not closed is no token: an import's path is typed like that.
    return undefined;
  }
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const open = /^\s*import\s+(?:public\s+|weak\s+|option\s+)?(["'])([^"']*)$/.exec(line);
  if (open !== null) return contextOf(file, before, offset - open[2]!.length, "", open[2]!, open[2]!);
  let start = offset;
  while (start > 0 && /[A-Za-z0-9_]/.test(text[start - 1]!)) start--;
  let from = start;
  while (from > 0 && /[A-Za-z0-9_.]/.test(text[from - 1]!)) from--;
  return contextOf(
    file,
    lastTokenAt(tokens, from - 1),
    start,
    text.slice(from, start),
    text.slice(start, offset),
    undefined,
  );
}

function contextOf(
  file: FileIndex,
  last: number,
  start: number,
  qualifier: string,
  typed: string,
  path: string | undefined,
): CompletionContext {
  const { tokens } = file;
  const block = file.blocks.reduce<Block | undefined>((best, each) => {
    const isIn =
      tokens.starts[each.open]! < start && (start <= tokens.starts[each.close]! || each.close === tokens.count - 1);
    return isIn && (best === undefined || each.open > best.open) ? each : best;
  }, undefined);
  let first = last;
  let brackets = 0;
  // Back to where the statement begins; braces of an option's value are part of it.
  for (; first >= 0 && first !== block?.open; first--) {
    const kind = tokens.kinds[first];
    if (kind === Punctuation.LeftBracket) brackets++;
    else if (kind === Punctuation.RightBracket) brackets--;
    if (kind === Punctuation.Semicolon) break;
    if (kind === Punctuation.RightBrace && tokens.kinds[first + 1] !== Punctuation.RightBracket) break;
    if (last - first > 1000) break;
  }
  first++;
  const words: string[] = [];
  for (let i = first; i <= last && tokens.ends[i]! <= start; i++) words.push(tokens.textOf(i));
  return {
    block,
    scope: block?.scope ?? file.package,
    words,
    first,
    qualifier,
    typed,
    start,
    path,
    inBrackets: brackets > 0,
  };
}

/** Whether a gap between two tokens ends within a comment. */
function isInComment(gap: string): boolean {
  for (let at = 0; at < gap.length; at++) {
    if (gap.startsWith("//", at)) {
      const end = gap.indexOf("\n", at);
      if (end < 0) return true;
      at = end;
    } else if (gap.startsWith("/*", at)) {
      const end = gap.indexOf("*/", at + 2);
      if (end < 0) return true;
      at = end + 1;
    }
  }
  return false;
}
