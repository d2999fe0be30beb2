import assert from "node:assert/strict";
import { formatDiagnostic, parse, type TokenTable } from "@hawser/compiler";

/** What the lexer reports, as opposed to the parser: the tokens are then not those that the text spells. */
const LEXICAL =
  /^(comment-nested|comment-unterminated|control-character|non-ascii|number-syntax|string-escape|string-unterminated)$/;

/**
 * Any text as tokens: in order, none over another, the end token at the end, every diagnostic within the text. Where the
 * lexer had nothing to report, the tokens with single spaces between them are read as the same tokens again.
 */
export function fuzz(data: Uint8Array): void {
  const text = new TextDecoder().decode(data);
  const { file, diagnostics } = parse(text, "fuzz.proto");
  const { tokens } = file;
  let at = 0;
  for (let i = 0; i < tokens.count; i++) {
    assert.ok(
      tokens.starts[i]! >= at && tokens.ends[i]! >= tokens.starts[i]!,
      `token ${i} is not behind the one before`,
    );
    at = tokens.ends[i]!;
  }
  assert.equal(at, text.length);
  for (const diagnostic of diagnostics) {
    assert.ok(diagnostic.start >= 0 && diagnostic.start <= diagnostic.end && diagnostic.end <= text.length);
    formatDiagnostic(diagnostic, { color: true });
  }
  if (diagnostics.some(({ code }) => LEXICAL.test(code))) return;
  const words = wordsOf(tokens);
  assert.deepEqual(wordsOf(parse(words.map(([, word]) => word).join(" ")).file.tokens), words);
}

function wordsOf(tokens: TokenTable): [kind: number, text: string][] {
  return Array.from({ length: tokens.count }, (_, i) => [tokens.kinds[i]!, tokens.textOf(i)]);
}
