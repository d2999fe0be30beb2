import { Option } from "commander";
import { CliError } from "../cli-error.js";
import { append, type CommandSpec } from "../command.js";
import { Generator } from "../generate/generator.js";
import { jsonReport, type Report, textReport } from "../generate/report.js";
import { watch } from "../generate/watch.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";
import { DEFAULT_INPUT } from "../input/source-set.js";
import { type PluginFlags, pluginSettings } from "../plugin/plugin-flags.js";

interface Flags extends PluginFlags {
  readonly out: string;
  readonly importExtension: "js" | "ts" | "none";
  readonly typesOnly?: true;
  readonly includeImports?: true;
  readonly protoPath?: readonly string[];
  readonly watch?: true;
  readonly json?: true;
}

/** `hawser generate`: TypeScript from `.proto` files. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[inputs...]", `directories, searched for .proto files, and .proto files (default: ${DEFAULT_INPUT}/)`)
      .option("-o, --out <dir>", "the directory for the code", "src/gen")
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .addOption(
        new Option("--import-extension <extension>", "the extension in imports of other generated files")
          .choices(["js", "ts", "none"])
          .default("js"),
      )
      .option("--types-only", "types alone, nothing that exists at run time")
      .option("--include-imports", "also generate the files that the inputs import")
      .option("--plugin-out <name=dir>", "also run protoc-gen-<name>, whose files go to <dir>", append)
      .option("--plugin-opt <name=options>", "what to tell that plugin", append)
      .option("--plugin <name=path>", "where that plugin is; default: node_modules/.bin, then the PATH", append)
      .option("-w, --watch", "generate again after every change")
      .option("--json", "print the result as JSON, one object on a line");
  },
  run: ([inputs], flags) => generate(inputs as string[], flags),
  sections: [
    IMPORT_ROOTS,
    {
      title: "Plugins",
      text: `Java, Python and some more have no protoc-gen-NAME: their generators are built into protoc, which is then run,
over what hawser has compiled. A --plugin whose name ends in protoc is taken for one.`,
    },
  ],
  exitCodes: [{ code: 1, meaning: "an error in a file or an input: nothing was written" }],
  examples: [
    {
      line: "hawser generate",
      does: "proto/**/*.proto to src/gen",
      shown: {
        files: {
          "proto/notes/v1/notes.proto": 'syntax = "proto3";\npackage notes.v1;\nmessage Note { string text = 1; }\n',
        },
        prints: "1 file written to src/gen (3 ms)\n",
      },
    },
    { line: "hawser generate protos --out src/generated", does: "another directory" },
    { line: "hawser generate api/v1/notes.proto -I . -I vendor", does: "one file, with import roots" },
    { line: "hawser generate --watch", does: "again after every change" },
    { line: "hawser generate --json | jq .written", does: "for programs" },
    {
      line: "hawser generate --plugin-out go=go --plugin-opt go=paths=source_relative",
      does: "Go too, by protoc-gen-go",
    },
    {
      line: "hawser generate --plugin-out java=java --plugin-out grpc-java=java",
      does: "Java too, by protoc and protoc-gen-grpc-java",
    },
  ],
};

async function generate(inputs: string[], flags: Flags): Promise<number> {
  const report: Report = flags.json ? jsonReport(flags.out) : textReport(flags.out);
  try {
    const generator = new Generator({
      inputs,
      out: flags.out,
      protoPaths: flags.protoPath ?? [],
      importExtension: flags.importExtension,
      typesOnly: flags.typesOnly === true,
      includeImports: flags.includeImports === true,
      plugins: pluginSettings(flags),
    });
    if (flags.watch) return await watch(generator, inputs.length > 0 ? inputs : [DEFAULT_INPUT], report);
    const started = performance.now();
    const result = generator.run();
    report.result(result, performance.now() - started);
    return result.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    report.failure(error);
    return error.exitCode;
  }
}
