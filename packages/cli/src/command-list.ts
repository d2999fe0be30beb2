import type { CommandEntry } from "./command.js";

const CONTRACT = "The contract";

/** All commands, in the order of `hawser --help`. Only the module of the one that is run is loaded. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "generate",
    summary: "generate TypeScript from .proto files",
    group: CONTRACT,
    load: async () => (await import("./commands/generate.js")).command,
  },
];
