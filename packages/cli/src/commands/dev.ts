import { existsSync } from "node:fs";
import { Option } from "commander";
import { append, type CommandSpec } from "../command.js";
import { parseDuration } from "../connect/server-flags.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";
import { DEFAULT_INPUT } from "../input/source-set.js";

interface Flags {
  readonly input?: readonly string[];
  readonly out: string;
  readonly protoPath?: readonly string[];
  readonly importExtension: "js" | "ts" | "none";
  readonly includeImports?: true;
  readonly watch?: readonly string[];
  readonly script?: string;
  readonly lint?: true;
  readonly against?: string;
  readonly grace: number;
}

/** What is watched if nothing is named: where the sources of most projects are. */
const DEFAULT_WATCHED = "src";

const PROGRAM = `console.log("serving");
// Instead of somebody who presses Ctrl-C.
setTimeout(() => process.kill(process.ppid, "SIGINT"), 200);
process.once("SIGTERM", () => {
  console.log("drained");
  process.exit(0);
});
setInterval(() => {}, 1000);
`;

/** `hawser dev`: generate, run, reload. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[command...]", "what to run, behind -- (default: the script start of package.json)")
      .option(
        "-i, --input <path>",
        `a directory or .proto file; may be given more than once (default: ${DEFAULT_INPUT}/)`,
        append,
      )
      .option("-o, --out <dir>", "the directory for the code", "src/gen")
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .addOption(
        new Option("--import-extension <extension>", "the extension in imports of other generated files")
          .choices(["js", "ts", "none"])
          .default("js"),
      )
      .option("--include-imports", "also generate the files that the inputs import")
      .option(
        "-w, --watch <path>",
        `a file or directory of the program's code; may be given more than once (default: ${DEFAULT_WATCHED}/)`,
        append,
      )
      .option("-s, --script <name>", "run that script of package.json")
      .option("--lint", "also print what hawser lint finds")
      .option("--against <schema>", "also print what hawser breaking --against finds")
      .option("--grace <duration>", "how long the program may take to end before it is killed", parseDuration, 5_000);
  },
  async run([command], flags) {
    const [{ commandLine, environment }, { runDev }] = await Promise.all([
      import("../dev/command-line.js"),
      import("../dev/run-dev.js"),
    ]);
    const inputs = flags.input ?? [];
    const protoPaths = flags.protoPath ?? [];
    return runDev({
      command: commandLine(command as readonly string[], flags.script),
      env: environment(),
      generate: {
        inputs,
        out: flags.out,
        protoPaths,
        importExtension: flags.importExtension,
        typesOnly: false,
        includeImports: flags.includeImports === true,
        plugins: [],
      },
      check: { inputs, protoPaths, lint: flags.lint === true, against: flags.against },
      watched: flags.watch ?? (existsSync(DEFAULT_WATCHED) ? [DEFAULT_WATCHED] : ["."]),
      graceMs: flags.grace,
    });
  },
  sections: [
    {
      title: "What it does",
      text: `Generates, then starts the program. When a .proto file changes, generates again, and if that changes the code, or when
a file of the program changes, ends the program (SIGTERM, so that it can drain; SIGKILL when --grace is over) and
starts it anew. While the contract is broken, its errors are shown and the program goes on as it was. A program that
crashes is started again after 0.5 s, then after twice as long each time, up to 30 s, and at once after a change.
The program is ended with hawser dev, with all that it has started. It has no standard input.`,
    },
    {
      title: "What is watched",
      text: `The .proto files of the inputs and what they import; the program's code: src/, or the directory here if there is no
src/, or what --watch names. Not watched are node_modules, hidden files, and the generated code.`,
    },
    IMPORT_ROOTS,
  ],
  exitCodes: [
    { code: 1, meaning: "there is nothing to generate or to run" },
    { code: 130, meaning: "ended by Ctrl-C" },
    { code: 143, meaning: "ended by SIGTERM" },
  ],
  examples: [
    {
      line: "hawser dev -- node main.js 2>/dev/null",
      does: "what the program prints alone: hawser's lines are on stderr",
      shown: {
        files: {
          "proto/notes/v1/notes.proto": 'syntax = "proto3";\npackage notes.v1;\nmessage Note { string text = 1; }\n',
          "main.js": PROGRAM,
        },
        prints: "serving\ndrained\n",
        exitCode: 130,
      },
    },
    { line: "hawser dev", does: "the script start of package.json" },
    {
      line: "hawser dev --script serve --lint --against main",
      does: "another one, and what is wrong with the contract",
    },
    {
      line: "hawser dev -i api -o gen --watch lib -- tsx lib/main.ts",
      does: "other directories, TypeScript run by tsx",
    },
  ],
};
