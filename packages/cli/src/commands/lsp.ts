import { PassThrough } from "node:stream";
import { append, type CommandSpec } from "../command.js";
import { packageVersion } from "../package-version.js";

interface Flags {
  readonly protoPath?: readonly string[];
}

/** 1,000 ms: what was asked before the input ended has been answered by then. */
const END_DELAY_MS = 1000;

/** `hawser lsp`: a language server for editors. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .option("--stdio", "speak over standard input and output; always so, for editors that say it");
  },
  run: async (_, { protoPath = [] }) => {
    const [{ createConnection }, { serve }] = await Promise.all([
      import("vscode-languageserver/node.js"),
      import("../lsp/server.js"),
    ]);
    // The library ends the process when its input ends, whatever is still to be answered: it is told a little later.
    const input = process.stdin.pipe(new PassThrough(), { end: false });
    process.stdin.once("end", () => setTimeout(() => input.end(), END_DELAY_MS));
    serve(createConnection(input, process.stdout), protoPath, packageVersion());
    // The connection ends the process, when the editor says so or goes away.
    return await new Promise<never>(() => {});
  },
  sections: [
    {
      title: "What it does",
      text: `Errors and warnings as you type; definitions, references and renaming over all files; hover; completion, with imports;
outlines, folding and formatting. With a buf.yaml in the folder, the findings of hawser lint too.
An editor starts it; docs/editors.md says how for VS Code, Neovim, Helix, Zed and Emacs.`,
    },
    {
      title: "Import roots",
      text: `A file is named by its path from its import root, which is the first of: a --proto-path that contains it; the modules
of the folder's buf.yaml; proto/ in the folder; the folder; its own directory.`,
    },
  ],
  exitCodes: [
    { code: 0, meaning: "the editor said shutdown and exit" },
    { code: 1, meaning: "the editor went away without a word" },
  ],
  examples: [
    { line: "hawser lsp", does: "serve an editor" },
    {
      line: `hawser lsp < hello.txt | grep -o '"name":"[a-z]*"'`,
      does: "see whether it answers: hello.txt holds initialize, shutdown and exit",
      shown: {
        files: {
          "hello.txt": [
            {
              jsonrpc: "2.0",
              id: 1,
              method: "initialize",
              params: { processId: null, rootUri: null, capabilities: {} },
            },
            { jsonrpc: "2.0", id: 2, method: "shutdown" },
            { jsonrpc: "2.0", method: "exit" },
          ]
            .map((message) => JSON.stringify(message))
            .map((text) => `Content-Length: ${text.length}\r\n\r\n${text}`)
            .join(""),
        },
        prints: '"name":"hawser"\n',
      },
    },
    { line: "hawser lsp -I proto -I third_party", does: "with import roots" },
  ],
};
