/**
 * The lines of a block comment as they are written at any indentation: those of a box of stars (or of another mark that
 * every line begins with, none left empty) one blank in, others by three, keeping how they are indented among each other.
 */
export function blockCommentLines(text: string): string[] {
  const lines = text.split("\n");
  if (lines.length === 1) return lines;
  const last = lines.at(-1)!.trim();
  const rest = lines.slice(1);
  const inner = last === "*/" ? rest.slice(0, -1) : rest;
  const filled = rest.filter((line) => line.trim() !== "" && line.trim() !== "*/");
  const marks = new Set(filled.map((line) => line.trimStart()[0]!));
  const [mark] = marks;
  const isBox = marks.size === 1 && /[!-/:-@[-`{-~]/.test(mark!) && !rest.some((line) => line.trim() === "");
  const indents = filled.map(indentOf);
  const indent = indents.reduce((least, each) => Math.min(least, each), indents[0] ?? 0);
  const body = inner.map((line) => {
    if (line.trim() === "") return "";
    return isBox ? ` ${line.trim()}` : `   ${unindent(line, indent).trimEnd()}`;
  });
  const close = last === "*/" ? [isBox && mark === "*" ? " */" : "*/"] : [];
  return [lines[0]!.trimEnd(), ...body, ...close];
}

/** 8 columns, as terminals have it. */
const TAB = 8;

function indentOf(line: string): number {
  let column = 0;
  for (const char of line) {
    if (char === " ") column++;
    else if (char === "\t") column += TAB - (column % TAB);
    else break;
  }
  return column;
}

/** Takes columns of blanks away from the beginning of a line. */
function unindent(line: string, columns: number): string {
  let column = 0;
  for (let i = 0; i < line.length; i++) {
    if (column === columns) return line.slice(i);
    if (column > columns) return " ".repeat(column - columns) + line.slice(i);
    if (line[i] === " ") column++;
    else if (line[i] === "\t") column += TAB - (column % TAB);
    else return line.slice(i);
  }
  return "";
}
