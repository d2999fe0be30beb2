import type { CommandEntry } from "./command.js";

const CONTRACT = "The contract";
const MESSAGES = "Messages";
const SERVERS = "Servers";

/** All commands, in the order of `hawser --help`. Only the module of the one that is run is loaded. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "begin a new project: a service, a server and a client",
    group: CONTRACT,
    load: async () => (await import("./commands/init.js")).command,
  },
  {
    name: "generate",
    summary: "generate TypeScript from .proto files",
    group: CONTRACT,
    load: async () => (await import("./commands/generate.js")).command,
  },
  {
    name: "dev",
    summary: "generate, run and reload a program as its contract and code change",
    group: CONTRACT,
    load: async () => (await import("./commands/dev.js")).command,
  },
  {
    name: "format",
    summary: "format .proto files as buf format does",
    group: CONTRACT,
    load: async () => (await import("./commands/format.js")).command,
  },
  {
    name: "lint",
    summary: "check .proto files against the rules of buf lint",
    group: CONTRACT,
    load: async () => (await import("./commands/lint.js")).command,
  },
  {
    name: "breaking",
    summary: "find changes that break users, by the rules of buf breaking",
    group: CONTRACT,
    load: async () => (await import("./commands/breaking.js")).command,
  },
  {
    name: "build",
    summary: "check .proto files and write their descriptor set",
    group: CONTRACT,
    load: async () => (await import("./commands/build.js")).command,
  },
  {
    name: "openapi",
    summary: "describe what can be called over REST, as OpenAPI 3.1",
    group: CONTRACT,
    load: async () => (await import("./commands/openapi.js")).command,
  },
  {
    name: "lsp",
    summary: "serve an editor: errors, definitions, renaming, completion",
    group: CONTRACT,
    load: async () => (await import("./commands/lsp.js")).command,
  },
  {
    name: "convert",
    summary: "convert messages between binary, JSON and text",
    group: MESSAGES,
    load: async () => (await import("./commands/convert.js")).command,
  },
  {
    name: "decode",
    summary: "show what is in the bytes of a message without a schema",
    group: MESSAGES,
    load: async () => (await import("./commands/decode.js")).command,
  },
  {
    name: "list",
    summary: "list the services and methods of a server",
    group: SERVERS,
    load: async () => (await import("./commands/list.js")).command,
  },
  {
    name: "describe",
    summary: "show what a server has as .proto text",
    group: SERVERS,
    load: async () => (await import("./commands/describe.js")).command,
  },
  {
    name: "call",
    summary: "call a method of a server",
    group: SERVERS,
    load: async () => (await import("./commands/call.js")).command,
  },
  {
    name: "bench",
    summary: "put load on a method and measure its latencies",
    group: SERVERS,
    load: async () => (await import("./commands/bench.js")).command,
  },
  {
    name: "mock",
    summary: "serve a schema with answers made up, or scripted",
    group: SERVERS,
    load: async () => (await import("./commands/mock.js")).command,
  },
  {
    name: "record",
    summary: "pass calls on to a server and store them",
    group: SERVERS,
    load: async () => (await import("./commands/record.js")).command,
  },
  {
    name: "replay",
    summary: "answer as recorded, or call again and compare",
    group: SERVERS,
    load: async () => (await import("./commands/replay.js")).command,
  },
  {
    name: "repl",
    summary: "type calls to a server, with completion",
    group: SERVERS,
    load: async () => (await import("./commands/repl.js")).command,
  },
  {
    name: "console",
    summary: "see and try a server in the browser",
    group: SERVERS,
    load: async () => (await import("./commands/console.js")).command,
  },
  {
    name: "completion",
    summary: "print what makes a shell complete these commands",
    group: "Other",
    load: async () => (await import("./commands/completion.js")).completionCommand(COMMANDS),
  },
];
