import { relative, sep } from "node:path";

/** A path as the user would write it: relative to the working directory, with forward slashes. */
export function displayPath(path: string): string {
  const shown = relative(process.cwd(), path) || ".";
  return sep === "/" ? shown : shown.replaceAll(sep, "/");
}
