import { dirname, join, resolve } from "node:path";
import type { Diagnostic } from "@hawser/compiler";
import { contains, DEFAULT_INPUT, isFile } from "./source-set.js";

/**
 * The directory that would make a missing import be found: one above the file that imports it, or `proto/` there,
 * within the working directory.
 *
 * @param diagnostic the compiler's, with the place of the import's path
 * @param importer the absolute path of the file that it is about
 */
export function suggestRoot(diagnostic: Diagnostic, importer: string): string | undefined {
  const name = diagnostic.source?.text.slice(diagnostic.start + 1, diagnostic.end - 1);
  if (name === undefined) return undefined;
  const top = resolve(".");
  for (let directory = dirname(importer); contains(top, directory); directory = dirname(directory)) {
    const root = [directory, join(directory, DEFAULT_INPUT)].find((candidate) => isFile(join(candidate, name)));
    if (root !== undefined || directory === top) return root;
  }
  return undefined;
}
