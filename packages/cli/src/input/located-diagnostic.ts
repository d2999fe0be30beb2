import type { Diagnostic } from "@hawser/compiler";
import { displayPath } from "./display-path.js";
import type { SourceSet } from "./source-set.js";
import { suggestRoot } from "./suggest-root.js";

/** The diagnostic with the path of the file in the place of its name, and with the import root that a missing import needs. */
export function locatedDiagnostic(diagnostic: Diagnostic, sources: SourceSet): Diagnostic {
  const path = sources.locate(diagnostic.file);
  if (path === undefined) return diagnostic;
  const root = diagnostic.code === "import-missing" ? suggestRoot(diagnostic, path) : undefined;
  const help =
    root === undefined ? diagnostic.help : `add the directory that has it: --proto-path ${displayPath(root)}`;
  return { ...diagnostic, file: displayPath(path), help };
}
