import type { HelpSection } from "../command.js";
import { DEFAULT_INPUT } from "./source-set.js";

/** How files get their names (`source-set.ts`), for the help of every command that reads `.proto` files. */
export const IMPORT_ROOTS: HelpSection = {
  title: "Import roots",
  text: `A file is named by its path from its import root, which is the first of:
a --proto-path that contains it; the input directory that it was found in; ${DEFAULT_INPUT}/; its own directory.
Imports are looked for in every --proto-path, in the order given, then in the import roots of the inputs.
The google/protobuf files come with hawser.
Below a directory, node_modules and directories whose names start with a dot are left out.`,
};
