import type { Diagnostic } from "./diagnostic.js";

/** How to render a diagnostic. */
export interface FormatOptions {
  /** Colour with ANSI escapes; default false. */
  readonly color?: boolean;
}

/** 160 columns: a minified line is cut around the place in question instead of filling the terminal. */
const MAX_LINE = 160;

/** 4: what a tab is shown as, so that the carets stay under what they point at whatever the terminal's tab stops are. */
const TAB = "    ";

/**
 * Renders a diagnostic as `file:line:column: error: message`, the source line, a run of carets under the place and a
 * `help:` line; no line break at the end.
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions = {}): string {
  const paint = options.color === true ? (code: number, text: string) => `\x1b[${code}m${text}\x1b[0m` : plain;
  const { severity, line, column, source } = diagnostic;
  const place = line > 0 ? `${visible(diagnostic.file)}:${line}:${column}` : visible(diagnostic.file);
  const lines = [
    `${paint(1, `${place}:`)} ${paint(severity === "error" ? 31 : 33, `${severity}:`)} ${visible(diagnostic.message)}`,
  ];
  if (source !== undefined && line > 0) {
    const excerpt = cut(source.lineText(line), column - 1, diagnostic.end - diagnostic.start);
    const gutter = String(line);
    const blank = " ".repeat(gutter.length);
    lines.push(`${blank} |`);
    lines.push(`${gutter} | ${excerpt.text}`);
    lines.push(`${blank} | ${excerpt.indent}${paint(severity === "error" ? 31 : 33, excerpt.carets)}`);
  }
  if (diagnostic.help !== undefined) lines.push(`${paint(36, "help:")} ${visible(diagnostic.help)}`);
  return lines.join("\n");
}

function plain(_code: number, text: string): string {
  return text;
}

/** The part of a line around the place, tabs widened, with carets as wide as what they underline. */
function cut(line: string, column: number, length: number): { text: string; indent: string; carets: string } {
  let from = 0;
  if (line.length > MAX_LINE && column > MAX_LINE / 2) from = column - MAX_LINE / 2;
  const to = Math.min(line.length, from + MAX_LINE);
  const before = visible(line.slice(from, column)).replaceAll("\t", TAB);
  const marked = visible(line.slice(column, Math.max(column, Math.min(to, column + length)))).replaceAll("\t", TAB);
  const after = visible(line.slice(column + length, to)).replaceAll("\t", TAB);
  const lead = from > 0 ? "..." : "";
  return {
    text: `${lead}${before}${marked}${after}${to < line.length ? "..." : ""}`.trimEnd(),
    indent: " ".repeat(lead.length + before.length),
    carets: "^".repeat(Math.max(1, marked.length)),
  };
}

/** Control characters from a hostile file must not reach the terminal. */
function visible(text: string): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e)) {
      out += `${text.slice(from, i)}\uFFFD`;
      from = i + 1;
    }
  }
  return out + text.slice(from);
}
