import { type Channel, Code, createServer, type Metadata, type NodeServer, RpcError } from "hawser";
import type { ServiceType } from "hawser/protobuf";
import { Channelz, HealthService } from "hawser/services";
import { CliError } from "../cli-error.js";
import type { Contract } from "../contract/contract.js";
import { MAX_PASSED_BYTES, passService } from "../proxy/pass-service.js";
import { CONSOLE_PATH, consoleService } from "./console-service.js";
import { CONSOLE_VERSION } from "./console-version.js";
import { Console, type Protocol, type SchemaInit } from "./gen/hawser/console/v1/console.pb.js";
import { ownPagesOnly } from "./own-pages-only.js";
import { type TargetSchema, targetSchema } from "./target-schema.js";

/** What a console of another server is made of. */
export interface ConsoleTarget {
  /** As the user named it. */
  readonly name: string;
  readonly tls: boolean;
  readonly channel: Channel;
  /** Reads what the target can do, from its beginning. */
  readonly openContract: () => Promise<Contract>;
  /** Sent with every call. */
  readonly metadata: Metadata;
  readonly protocol: Protocol;
  readonly schemaInputs: readonly string[];
  readonly protoPaths: readonly string[];
}

/** A console that runs. */
export interface RunningConsole {
  /** Of the page. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the console of another server at a port of this machine: the page, and every method of the target, whose calls are
 * passed on.
 *
 * @param port of 127.0.0.1; 0 for a free one
 * @throws CliError if the target's schema can't be had, or the port is taken
 */
export async function serveConsole(target: ConsoleTarget, port: number): Promise<RunningConsole> {
  const server = createServer({ interceptors: [ownPagesOnly], maxReceiveBytes: MAX_PASSED_BYTES });
  let schema = await readTarget(server, target);
  server.add(
    Console,
    consoleService(undefined, async ({ refresh }) => {
      if (refresh) schema = await readTarget(server, target).catch(asStatus);
      return describe(target, schema);
    }),
  );
  const address = `127.0.0.1:${port}`;
  const listener = await server.listen(address).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new CliError(`cannot listen on ${address}: ${error.code}`, "give another --port, or none for a free one");
  });
  return {
    url: `http://127.0.0.1:${listener.port}${CONSOLE_PATH}`,
    close: () => server.shutdown({ graceMs: 0 }),
  };
}

/**
 * Reads the schema, and passes the services on that were not known. The page asks any target for its health and its connections,
 * of which reflection tells with some implementations only.
 */
async function readTarget(server: NodeServer, target: ConsoleTarget): Promise<TargetSchema> {
  const contract = await target.openContract();
  try {
    const schema = await targetSchema(contract);
    const asked = [Channelz, HealthService].map((service) => [service.typeName, service as ServiceType] as const);
    for (const [name, service] of [...schema.services, ...asked]) {
      if (server.services.has(name)) continue;
      const passed = passService(service, target.channel, { metadata: target.metadata });
      server.add(passed.service, passed.implementation, passed.options);
    }
    return schema;
  } finally {
    contract.close();
  }
}

function describe(target: ConsoleTarget, { fileDescriptorSet, services }: TargetSchema): SchemaInit {
  return {
    fileDescriptorSet,
    services: [...services.keys()],
    target: target.name,
    tls: target.tls,
    protocols: [target.protocol],
    consoleVersion: CONSOLE_VERSION,
    schemaInputs: [...target.schemaInputs],
    protoPaths: [...target.protoPaths],
  };
}

/** What the page shows of a target that is away. */
function asStatus(error: unknown): never {
  if (!(error instanceof CliError)) throw error;
  throw new RpcError(Code.Unavailable, error.message, { cause: error });
}
