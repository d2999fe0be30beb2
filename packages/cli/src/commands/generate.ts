import { Command, Option } from "commander";
import { CliError } from "../cli-error.js";
import { Generator } from "../generate/generator.js";
import { jsonReport, type Report, textReport } from "../generate/report.js";
import { DEFAULT_INPUT } from "../generate/source-set.js";
import { watch } from "../generate/watch.js";
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

const DETAILS = `
Import roots:
  A file is named, and its code placed below --out, by its path from its import root, which is the first of:
  a --proto-path that contains it; the input directory that it was found in; ${DEFAULT_INPUT}/; its own directory.
  Imports are looked for in every --proto-path, in the order given, then in the import roots of the inputs.
  The google/protobuf files come with hawser.

  Below a directory, node_modules and directories whose names start with a dot are left out.

Plugins:
  Java, Python and some more have no protoc-gen-NAME: their generators are built into protoc, which is then run,
  over what hawser has compiled. A --plugin whose name ends in protoc is taken for one.

Exit codes:
  0 done   1 an error in a file or an input: nothing was written   2 wrong arguments

Examples:
  $ hawser generate                                     proto/**/*.proto to src/gen
  $ hawser generate protos --out src/generated          another directory
  $ hawser generate api/v1/notes.proto -I . -I vendor   one file, with import roots
  $ hawser generate --watch                             again after every change
  $ hawser generate --json | jq .written                for programs
  $ hawser generate --plugin-out go=go --plugin-opt go=paths=source_relative
                                                        Go too, by protoc-gen-go
  $ hawser generate --plugin-out java=java --plugin-out grpc-java=java
                                                        Java too, by protoc and protoc-gen-grpc-java
`;

/**
 * `hawser generate`: TypeScript from `.proto` files.
 *
 * @param finish told the exit code
 */
export function generateCommand(finish: (exitCode: number) => void): Command {
  return new Command("generate")
    .description("generate TypeScript from .proto files")
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
    .option("--json", "print the result as JSON, one object on a line")
    .addHelpText("after", DETAILS)
    .action(async (inputs: string[], flags: Flags) => finish(await generate(inputs, flags)));
}

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
    return 1;
  }
}

function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}
