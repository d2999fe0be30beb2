/** Needs no quotes in any POSIX shell: nothing in it is special, and it is no assignment. */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/;

/**
 * A word of a POSIX shell that means `text` and nothing else. Single quotes keep every character but themselves (POSIX.1-2024, "Shell Command Language"
 * §2.2.2).
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  // No shell can pass it, and what follows would be lost.
  const clean = text.replaceAll("\0", "");
  return `'${clean.replaceAll("'", "'\\''")}'`;
}

/** A command of several words, those that stand together on a line of their own if it gets long. */
export function shellLine(groups: readonly (readonly string[])[]): string {
  const words = groups.map((group) => group.map(shellWord).join(" "));
  const line = words.join(" ");
  return line.length <= MAX_LINE && !line.includes("\n") ? line : words.join(" \\\n  ");
}

/** As wide as terminals are at least. */
const MAX_LINE = 80;
