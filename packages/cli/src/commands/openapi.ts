import { writeFileSync } from "node:fs";
import { formatDiagnostic } from "@hawser/compiler";
import { Option } from "commander";
import { openApiDocument } from "hawser/services";
import { stringify } from "yaml";
import { CliError, reasonOf } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import { append, type CommandSpec } from "../command.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";
import { loadSchema, type Schema } from "../input/load-schema.js";
import { DEFAULT_INPUT } from "../input/source-set.js";

interface Flags {
  readonly protoPath?: readonly string[];
  readonly out?: string;
  readonly format: "json" | "yaml";
  readonly title?: string;
  readonly apiVersion?: string;
  readonly server?: readonly string[];
  readonly service?: readonly string[];
}

/** `hawser openapi`: the REST interface of services, as OpenAPI 3.1. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[inputs...]", `directories, .proto files, or descriptor sets (default: ${DEFAULT_INPUT}/)`)
      .option("-o, --out <file>", "where the document goes; default: standard output")
      .addOption(new Option("--format <format>", "how it is written").choices(["json", "yaml"]).default("json"))
      .option("--title <text>", "what the API is called; default: the names of the services")
      .option("--api-version <text>", "its version; default: that of the package, as v1")
      .option("--server <url>", "where it is served; may be given more than once", append)
      .option(
        "--service <name>",
        "the full name of a service to describe, instead of all; may be given more than once",
        append,
      )
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append);
  },
  run: ([inputs], flags) => openApi(inputs as string[], flags),
  sections: [
    {
      title: "What is described",
      text: `Methods with a rule of google.api.http; the files google/api/*.proto come with hawser. Messages are as ProtoJSON writes them,
errors are google.rpc.Status. Comments become descriptions. A server tells the same by addOpenApi of hawser/services.`,
    },
    IMPORT_ROOTS,
  ],
  exitCodes: [{ code: 1, meaning: "an error in a file or an input, or there is nothing to describe" }],
  examples: [
    {
      line: "hawser openapi --format yaml | head -6",
      does: "of proto/**/*.proto, the first lines",
      shown: {
        files: {
          "proto/notes.proto": `syntax = "proto3";
package notes.v1;
import "google/api/annotations.proto";
// Keeps notes.
service Notes {
  // Gives one note.
  rpc Get(GetRequest) returns (Note) { option (google.api.http).get = "/v1/notes/{id}"; }
}
message GetRequest { int64 id = 1; }
message Note { int64 id = 1; string text = 2; }
`,
        },
        prints: `openapi: 3.1.1
info:
  title: notes.v1.Notes
  version: v1
tags:
  - name: notes.v1.Notes
`,
      },
    },
    { line: "hawser openapi --format yaml --out openapi.yaml", does: "as YAML, to a file" },
    {
      line: "hawser openapi api --server https://api.example.org",
      does: "of another directory, with the server's URL",
    },
  ],
};

async function openApi(inputs: string[], flags: Flags): Promise<number> {
  const schema = await loadSchema({ inputs, protoPaths: flags.protoPath ?? [], sourceInfo: true });
  const color = colorsFor(process.stderr).isColorSupported;
  for (const diagnostic of schema.diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n\n`);
  if (!schema.ok) return EXIT_FAILED;
  const mistakes: string[] = [];
  const document = openApiDocument({
    files: schema.files,
    services: servicesOf(schema, flags.service),
    onMistake: (mistake) => mistakes.push(mistake.message),
    ...(flags.title === undefined ? {} : { title: flags.title }),
    ...(flags.apiVersion === undefined ? {} : { version: flags.apiVersion }),
    ...(flags.server === undefined ? {} : { servers: flags.server }),
  });
  if (mistakes.length > 0) {
    throw new CliError(mistakes.join("; "), "mend the path templates: their syntax is in google/api/http.proto");
  }
  if (Object.keys(document["paths"] as object).length === 0) {
    throw new CliError(
      "no method has a rule of google.api.http, so that nothing can be called over REST",
      'import "google/api/annotations.proto" and write option (google.api.http).get = "/v1/…" into a method',
    );
  }
  // Aliases would be YAML's alone: the same content is written out each time.
  const text =
    flags.format === "yaml"
      ? stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })
      : `${JSON.stringify(document, undefined, 2)}\n`;
  if (flags.out === undefined) process.stdout.write(text);
  else {
    try {
      writeFileSync(flags.out, text);
    } catch (error) {
      throw new CliError(`cannot write ${flags.out}: ${reasonOf(error)}`, "check the path given with --out");
    }
  }
  return EXIT_DONE;
}

/** The services of the files that were asked for, not of those that they import. @throws CliError if one that is named is not there */
function servicesOf({ files, entries }: Schema, wanted: readonly string[] | undefined): string[] {
  const asked = new Set(entries);
  const all = files
    .filter(({ name }) => wanted !== undefined || asked.has(name ?? ""))
    .flatMap(({ package: scope, service }) => service.map(({ name }) => (scope ? `${scope}.${name}` : `${name}`)));
  const missing = wanted?.find((name) => !all.includes(name));
  if (missing !== undefined) {
    throw new CliError(
      `there is no service ${missing}`,
      all.length === 0 ? "there is none at all in these files" : `there are: ${all.join(", ")}`,
    );
  }
  return wanted === undefined ? all : [...wanted];
}
