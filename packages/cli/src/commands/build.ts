import { gzipSync } from "node:zlib";
import { type FileDescriptorProto, formatDiagnostic, withoutSourceOptions } from "@hawser/compiler";
import { encode, toJson, toText } from "hawser/protobuf";
import { FileDescriptorSet } from "hawser/wkt";
import { usageError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import { append, type CommandSpec } from "../command.js";
import { diagnosticJson } from "../diagnostic-json.js";
import { type DescriptorSetFormat, descriptorSetFormat } from "../input/descriptor-set.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";
import { loadSchema } from "../input/load-schema.js";
import { DEFAULT_INPUT } from "../input/source-set.js";
import { writeOutput } from "../input/write-output.js";
import { printJson } from "../report-error.js";

interface Flags {
  readonly out?: string;
  readonly protoPath?: readonly string[];
  readonly excludeImports?: true;
  readonly excludeSourceInfo?: true;
  readonly retainOptions?: true;
  readonly json?: true;
}

/** `hawser build`: a FileDescriptorSet of `.proto` files, or only whether they have errors. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[inputs...]", `directories, .proto files or descriptor sets (default: ${DEFAULT_INPUT}/)`)
      .option("-o, --out <file>", "where the descriptor set goes; - for stdout; without it, files are only checked")
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .option("--exclude-imports", "only the inputs, without what they import")
      .option("--exclude-source-info", "without places and comments")
      .option("--retain-options", "also options whose retention is RETENTION_SOURCE, which protoc leaves out")
      .option("--json", "print the result as JSON, on one line");
  },
  run: ([inputs], flags) => build(inputs as string[], flags),
  sections: [
    {
      title: "Output",
      text: `The bytes are those of protoc --descriptor_set_out --include_imports --include_source_info. The end of the name tells
the format: .json is JSON, .txtpb the text format, all others binary; with .gz behind it, it is packed.`,
    },
    IMPORT_ROOTS,
  ],
  exitCodes: [{ code: 1, meaning: "an error in a file or an input: nothing was written" }],
  examples: [
    { line: "hawser build", does: "are there errors in proto/?" },
    { line: "hawser build -o api.binpb", does: "a descriptor set, imports and comments included" },
    { line: "hawser build -o - --exclude-source-info | gzip > a.binpb.gz", does: "to another program" },
    {
      line: "hawser build -o api.json",
      does: "descriptors as JSON",
      shown: {
        files: {
          "proto/a.proto":
            'syntax = "proto3";\nimport "google/protobuf/empty.proto";\nmessage A { google.protobuf.Empty b = 1; }\n',
        },
        prints: "2 files in api.json, 1 of them imported\n",
      },
    },
  ],
};

async function build(inputs: readonly string[], flags: Flags): Promise<number> {
  if (flags.json && flags.out === "-")
    throw usageError("--json and --out - both go to stdout", "name a file: --out api.binpb");
  const protoPaths = flags.protoPath ?? [];
  const schema = await loadSchema({ inputs, protoPaths, sourceInfo: flags.excludeSourceInfo !== true });
  const entries = new Set(schema.entries);
  if (!flags.json) {
    const { isColorSupported: color } = colorsFor(process.stderr);
    for (const each of schema.diagnostics) process.stderr.write(`${formatDiagnostic(each, { color })}\n\n`);
  }
  const selected = flags.excludeImports ? schema.files.filter(({ name }) => entries.has(name ?? "")) : schema.files;
  if (schema.ok && flags.out !== undefined) {
    const kept = flags.retainOptions ? selected : withoutSourceOptions(selected, schema.files);
    const files = flags.excludeSourceInfo ? kept.map((file) => ({ ...file, sourceCodeInfo: undefined })) : kept;
    write(flags.out, files);
  }
  const imported = selected.filter(({ name }) => !entries.has(name ?? "")).length;
  if (flags.json) {
    const diagnostics = schema.diagnostics.map(diagnosticJson);
    const files = selected.map(({ name }) => name);
    printJson({ ok: schema.ok, out: flags.out ?? null, files, imports: imported, diagnostics });
  } else if (!schema.ok) {
    const errors = schema.diagnostics.filter(({ severity }) => severity === "error").length;
    const { red } = colorsFor(process.stderr);
    process.stderr.write(`${red(`${errors} ${errors === 1 ? "error" : "errors"}:`)} nothing was written\n`);
  } else if (flags.out !== "-") {
    const where = flags.out === undefined ? ", no errors" : ` in ${flags.out}`;
    const rest = imported === 0 ? "" : `, ${imported} of them imported`;
    process.stdout.write(`${selected.length} ${selected.length === 1 ? "file" : "files"}${where}${rest}\n`);
  }
  return schema.ok ? 0 : 1;
}

function write(out: string, file: readonly FileDescriptorProto[]): void {
  const content = contentOf(descriptorSetFormat(out) ?? "binary", [...file]);
  writeOutput(out, out.endsWith(".gz") ? gzipSync(content) : content);
}

function contentOf(format: DescriptorSetFormat, file: FileDescriptorProto[]): Uint8Array | string {
  if (format === "binary") return encode(FileDescriptorSet, { file });
  return format === "json"
    ? `${JSON.stringify(toJson(FileDescriptorSet, { file }))}\n`
    : toText(FileDescriptorSet, { file });
}
