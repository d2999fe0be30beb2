import { usageError } from "../cli-error.js";
import type { CommandSpec } from "../command.js";
import { addServerFlags, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { withContract } from "../connect/with-contract.js";
import type { Contract } from "../contract/contract.js";
import { findService } from "../contract/resolve-name.js";
import { printJson } from "../report-error.js";

interface Flags extends ServerFlags {
  readonly long?: true;
  readonly json?: true;
}

const DEMO = {
  "proto/notes/v1/notes.proto": `syntax = "proto3";

package notes.v1;

// Keeps notes.
service Notes {
  // The note of an id.
  rpc Get(GetRequest) returns (Note);
  rpc Watch(GetRequest) returns (stream Note);
}

message GetRequest {
  int64 id = 1;
}

message Note {
  int64 id = 1; // never 0
  string text = 2;
}
`,
};

/** `hawser list`: the services of a server or a schema, or the methods of a service. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[target]", "the server; left out with --schema")
      .argument("[service]", "shows the methods of this service")
      .option("-l, --long", "methods with their requests and replies; without a service, those of all");
    addServerFlags(command);
    command.option("--json", "print the result as JSON, on one line");
  },
  run: (args, flags) => list(args as string[], flags),
  sections: SERVER_HELP,
  exitCodes: [
    { code: 1, meaning: "the server, the schema or the service is not there; 64 and the status of reflection" },
  ],
  examples: [
    { line: "hawser list localhost:8080", does: "the services of a server" },
    { line: "hawser list localhost:8080 notes.v1.Notes --long", does: "the methods of one" },
    {
      line: "hawser list --schema proto/ --long",
      does: "what .proto files declare",
      shown: {
        files: DEMO,
        prints: `notes.v1.Notes
  notes.v1.Notes/Get(notes.v1.GetRequest) -> notes.v1.Note
  notes.v1.Notes/Watch(notes.v1.GetRequest) -> stream notes.v1.Note
`,
      },
    },
  ],
};

async function list(operands: readonly (string | undefined)[], flags: Flags): Promise<number> {
  const given = operands.filter((each) => each !== undefined);
  if (flags.schema !== undefined && given.length > 1) {
    throw usageError(
      "--schema is asked, so that there is no target",
      "leave the target out: hawser list --schema proto/ notes.v1.Notes",
    );
  }
  if (flags.schema === undefined && given.length === 0) {
    throw usageError("there is nothing to ask", "name a server, as localhost:8080, or files: --schema proto/");
  }
  const [target, name] = flags.schema === undefined ? given : [undefined, given[0]];
  return withContract(target, flags, async (contract) => {
    const services =
      name === undefined ? await contract.services() : [(await findService(contract, name)).service.typeName];
    if (flags.json) {
      printJson({ services: await Promise.all(services.map((each) => serviceJson(contract, each))) });
      return 0;
    }
    for (const each of services) {
      if (name === undefined) process.stdout.write(`${each}\n`);
      if (name !== undefined || flags.long)
        await printMethods(contract, each, flags.long === true, name === undefined ? "  " : "");
    }
    return 0;
  });
}

async function printMethods(contract: Contract, name: string, long: boolean, indent: string): Promise<void> {
  const { service } = await findService(contract, name);
  for (const { path, input, output, kind } of Object.values(service.methods)) {
    const request = `${kind === "client_streaming" || kind === "bidi_streaming" ? "stream " : ""}${input.typeName}`;
    const reply = `${kind === "server_streaming" || kind === "bidi_streaming" ? "stream " : ""}${output.typeName}`;
    process.stdout.write(`${indent}${path.slice(1)}${long ? `(${request}) -> ${reply}` : ""}\n`);
  }
}

async function serviceJson(contract: Contract, name: string): Promise<object> {
  const { service } = await findService(contract, name);
  const methods = Object.values(service.methods).map(({ name, kind, input, output }) => ({
    name,
    kind,
    input: input.typeName,
    output: output.typeName,
  }));
  return { name, methods };
}
