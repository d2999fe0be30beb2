import { CliError, usageError } from "../cli-error.js";
import type { CommandSpec } from "../command.js";
import { addServerFlags, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { withContract } from "../connect/with-contract.js";
import type { Contract, ContractView } from "../contract/contract.js";
import type { Declaration } from "../contract/symbol-index.js";
import { ProtoPrinter } from "../describe/proto-printer.js";
import { printJson } from "../report-error.js";

interface Flags extends ServerFlags {
  readonly file?: true;
  readonly json?: true;
}

const DEMO = {
  "proto/notes/v1/notes.proto": `syntax = "proto3";

package notes.v1;

message Note {
  int64 id = 1; // never 0
  // What it says.
  string text = 2 [deprecated = true];
  map<string, string> labels = 3;
}
`,
};

/** `hawser describe`: a declaration as `.proto` text. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[target]", "the server; left out with --schema")
      .argument("[symbols...]", "full names of services, methods, messages, fields, enums ...; default: all services")
      .option("--file", "the whole files that declare them");
    addServerFlags(command);
    command.option("--json", "print each as JSON, on one line: name, kind, file and text");
  },
  run: ([target, symbols], flags) => describe(target as string | undefined, symbols as string[], flags),
  sections: SERVER_HELP,
  exitCodes: [{ code: 1, meaning: "the server, the schema or a name is not there; 64 and the status of reflection" }],
  examples: [
    { line: "hawser describe localhost:8080 notes.v1.Notes", does: "a service of a server" },
    { line: "hawser describe localhost:8080 notes.v1.Note --file", does: "the file that declares it" },
    {
      line: "hawser describe --schema proto/ notes.v1.Note",
      does: "a message of .proto files",
      shown: {
        files: DEMO,
        prints: `// notes.v1.Note is a message in notes/v1/notes.proto
message Note {
  // never 0
  int64 id = 1;
  // What it says.
  string text = 2 [deprecated = true];
  map<string, string> labels = 3;
}
`,
      },
    },
  ],
};

async function describe(first: string | undefined, rest: readonly string[], flags: Flags): Promise<number> {
  if (flags.schema === undefined && first === undefined) {
    throw usageError("there is nothing to ask", "name a server, as localhost:8080, or files: --schema proto/");
  }
  const [target, symbols] =
    flags.schema === undefined ? [first, rest] : [undefined, first === undefined ? [] : [first, ...rest]];
  return withContract(target, flags, async (contract) => {
    const names = symbols.length === 0 ? await contract.services() : symbols;
    const shownFiles = new Set<string>();
    let first = true;
    for (const name of names) {
      const { view, declaration } = await findDeclaration(contract, name);
      const file = declaration.file.name ?? "";
      if (flags.file && shownFiles.has(file)) continue;
      shownFiles.add(file);
      const printer = new ProtoPrinter(declaration.file, view.types);
      const text = flags.file ? printer.file() : printer.declaration(declaration);
      if (flags.json) {
        printJson({ name: declaration.name, kind: declaration.kind, file, text });
        continue;
      }
      const title = flags.file ? `// ${file}` : `// ${declaration.name} is ${article(declaration.kind)} in ${file}`;
      process.stdout.write(`${first ? "" : "\n"}${title}\n${text}`);
      first = false;
    }
    return 0;
  });
}

async function findDeclaration(
  contract: Contract,
  given: string,
): Promise<{ view: ContractView; declaration: Declaration }> {
  const name = given.replace(/^[./]/, "").replace("/", ".");
  const view = await contract.find(name);
  const declaration = view?.symbols.get(name);
  if (view !== undefined && declaration !== undefined) return { view, declaration };
  const alike = (await contract.services()).filter((each) => each.endsWith(`.${name}`));
  if (alike.length === 1 && alike[0] !== name) return findDeclaration(contract, alike[0]!);
  throw new CliError(
    `${contract.source} declares no ${given}`,
    alike.length > 1
      ? `name one: ${alike.join(", ")}`
      : "give its full name, package included; hawser list shows the services",
  );
}

function article(kind: string): string {
  return `${/^[aeo]/.test(kind) ? "an" : "a"} ${kind}`;
}
