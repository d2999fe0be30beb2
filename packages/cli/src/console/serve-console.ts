import { type Channel, Code, createServer, type Metadata, type NodeServer, RpcError } from "hawser";
import type { ServiceType } from "hawser/protobuf";
import { Channelz, HealthService, ServerReflection, ServerReflectionV1Alpha } from "hawser/services";
import { CliError } from "../cli-error.js";
import type { Contract } from "../contract/contract.js";
import { packageVersion } from "../package-version.js";
import { MAX_PASSED_BYTES, passService } from "../proxy/pass-service.js";
import { CONSOLE_PATH, consoleService } from "./console-service.js";
import { Console, type Protocol, type SchemaInit } from "./gen/hawser/console/v1/console.pb.js";
import { ownPagesOnly } from "./own-pages-only.js";
import { targetPort } from "./target-port.js";
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
  /** Told of each service that the target names and that can't be called. */
  readonly onLeft?: (name: string, reason: string) => void;
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
 * @param port of 127.0.0.1; 0 for a free one; undefined for that of the target, or a free one if it is taken
 * @throws CliError if the target's schema can't be had, or the port is taken
 */
export async function serveConsole(target: ConsoleTarget, port: number | undefined): Promise<RunningConsole> {
  const server = createServer({ interceptors: [ownPagesOnly], maxReceiveBytes: MAX_PASSED_BYTES });
  for (const service of OPERATORS) pass(server, target, service as ServiceType);
  let schema = await readTarget(server, target);
  server.add(
    Console,
    consoleService(undefined, async ({ refresh }) => {
      if (refresh) schema = await readTarget(server, target).catch(asStatus);
      return describe(target, schema);
    }),
  );
  const address = `127.0.0.1:${port ?? targetPort(target.name)}`;
  const listening = server.listen(address);
  const listener = await (port === undefined ? listening.catch(() => server.listen("127.0.0.1:0")) : listening).catch(
    (error: Error) => {
      const reason = error.message.startsWith("can't listen")
        ? error.message
        : `can't listen on ${address}: ${error.message}`;
      throw new CliError(reason, "give another --port, or none for a free one");
    },
  );
  return {
    url: `http://127.0.0.1:${listener.port}${CONSOLE_PATH}`,
    close: () => server.shutdown({ graceMs: 0 }),
  };
}

/** What the page asks any target, whose schema may not tell of it: one of files, and what grpc-js reflects. */
const OPERATORS = [HealthService, Channelz, ServerReflection, ServerReflectionV1Alpha];

/** Reads the schema, and passes its services on: also those that were there in another version. */
async function readTarget(server: NodeServer, target: ConsoleTarget): Promise<TargetSchema> {
  const contract = await target.openContract();
  try {
    const schema = await targetSchema(contract);
    for (const service of schema.services.values()) pass(server, target, service);
    for (const [name, reason] of schema.left) target.onLeft?.(name, reason);
    return schema;
  } finally {
    contract.close();
  }
}

function pass(server: NodeServer, { channel, metadata }: ConsoleTarget, service: ServiceType): void {
  const passed = passService(service, channel, { metadata, leftOut: OF_THE_BROWSER });
  server.replace(passed.service, passed.implementation, passed.options);
}

/** A browser has the cookies of everything at 127.0.0.1, whatever the port, and tells them without being asked. */
const OF_THE_BROWSER = ["cookie"];

function describe(target: ConsoleTarget, { fileDescriptorSet, services }: TargetSchema): SchemaInit {
  return {
    fileDescriptorSet,
    services: [...services.keys()],
    target: target.name,
    tls: target.tls,
    protocols: [target.protocol],
    consoleVersion: packageVersion(),
    schemaInputs: [...target.schemaInputs],
    protoPaths: [...target.protoPaths],
  };
}

/** What the page shows of a target that is away. */
function asStatus(error: unknown): never {
  if (!(error instanceof CliError)) throw error;
  throw new RpcError(Code.Unavailable, error.message, { cause: error });
}
