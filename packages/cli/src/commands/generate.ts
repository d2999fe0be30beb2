import { formatDiagnostic } from "@hawser/compiler";
import { Command, Option } from "commander";
import pc from "picocolors";
import { displayPath } from "../generate/display-path.js";
import { type GenerateSettings, Generator } from "../generate/generator.js";

interface Flags {
  readonly out: string;
  readonly importExtension: "js" | "ts" | "none";
  readonly typesOnly: boolean;
  readonly includeImports: boolean;
  readonly protoPath: readonly string[];
}

/** `hawser generate`: TypeScript from `.proto` files. */
export function generateCommand(): Command {
  return new Command("generate")
    .description("generate TypeScript from .proto files")
    .argument("[inputs...]", "directories and .proto files (default: proto/)")
    .option("-o, --out <dir>", "where the code goes", "src/gen")
    .addOption(
      new Option("--import-extension <extension>", "the extension in imports of other generated files")
        .choices(["js", "ts", "none"])
        .default("js"),
    )
    .option("--types-only", "types alone: nothing that exists at run time", false)
    .option("--include-imports", "also generate what the inputs import", false)
    .option("-I, --proto-path <dir>", "an import root; may be given more than once", collect, [])
    .action((inputs: string[], flags: Flags) => {
      const settings: GenerateSettings = { ...flags, inputs, protoPaths: flags.protoPath };
      const started = performance.now();
      const result = new Generator(settings).run();
      for (const diagnostic of result.diagnostics) {
        process.stderr.write(`${formatDiagnostic(diagnostic, { color: pc.isColorSupported })}\n\n`);
      }
      if (!result.ok) {
        process.exitCode = 1;
        return;
      }
      const ms = Math.round(performance.now() - started);
      process.stdout.write(
        `${result.written.length} written, ${result.unchanged.length} unchanged in ${displayPath(flags.out)} (${ms} ms)\n`,
      );
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
