import { createTwoFilesPatch } from "diff";
import type { Colors } from "../colors.js";

/** What formatting changes, as a unified diff that `patch` and `git apply` understand. */
export function unifiedDiff(name: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, { context: 3 });
  // The library puts a line of its own in front.
  return patch.replace(/^=+\n/, "").replaceAll(/^(--- |\+\+\+ )(.*?)\t?$/gm, "$1$2");
}

/** The diff with its lines in colour. */
export function colorDiff(diff: string, { bold, cyan, green, red }: Colors): string {
  return diff.replaceAll(/^.*$/gm, (line) => {
    if (line.startsWith("--- ") || line.startsWith("+++ ")) return bold(line);
    if (line.startsWith("@@")) return cyan(line);
    if (line.startsWith("+")) return green(line);
    return line.startsWith("-") ? red(line) : line;
  });
}
