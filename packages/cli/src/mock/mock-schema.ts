import { formatDiagnostic } from "@hawser/compiler";
import type { DynamicTypes, ServiceType } from "hawser/protobuf";
import type { FileDescriptorProto } from "hawser/wkt";
import { CliError, usageError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import { ContractView } from "../contract/contract.js";
import { loadSchema } from "../input/load-schema.js";
import { isServerAddress } from "../input/server-address.js";

/** What is served: services with their types, and the files that they are of. */
export interface MockSchema {
  readonly files: readonly FileDescriptorProto[];
  readonly types: DynamicTypes;
  /** Those of the files that were named; not of what they import. */
  readonly services: readonly ServiceType[];
}

/** What every server of ours has anyway, or what belongs to the one that was reflected. */
export const OWN_SERVICES: RegExp = /^grpc\.(reflection|health|channelz|admin)\./;

/**
 * The schema of what the user names.
 *
 * @param inputs directories, `.proto` files or descriptor sets, or the address of one server, which is then asked for what it has
 * @throws CliError if one of them cannot be read, a file has an error (all are printed), or there are no services
 */
export async function mockSchema(inputs: readonly string[], protoPaths: readonly string[]): Promise<MockSchema> {
  const [address, ...others] = inputs;
  if (inputs.some(isServerAddress)) {
    if (others.length > 0) throw usageError("one server is asked, and nothing else", "name the server alone");
    return reflected(address!);
  }
  const hostAndPort = inputs.find((input) => /^[\w.-]+:\d+$/.test(input));
  if (hostAndPort !== undefined) {
    throw usageError(`${hostAndPort} is no input`, `to ask a server for its schema, write http://${hostAndPort}`);
  }
  const schema = await loadSchema({ inputs, protoPaths, sourceInfo: true });
  const color = colorsFor(process.stderr).isColorSupported;
  const errors = schema.diagnostics.filter(({ severity }) => severity === "error");
  if (!schema.ok) {
    throw new CliError(
      `the schema has ${errors.length === 1 ? "an error" : `${errors.length} errors`}\n${errors
        .slice(0, 20)
        .map((each) => formatDiagnostic(each, { color }))
        .join("\n\n")}`,
      "correct the files; hawser build shows all errors",
    );
  }
  return schemaOf(inputs.join(", ") || "proto/", schema.files, new Set(schema.entries));
}

async function reflected(address: string): Promise<MockSchema> {
  const { channelTo, reflectFiles } = await import("../contract/reflected-files.js");
  const channel = channelTo(address);
  try {
    const files = await reflectFiles(channel, address);
    return schemaOf(address, files, new Set(files.map(({ name }) => name ?? "")));
  } finally {
    await channel.close();
  }
}

/**
 * @param source where it is from, for errors
 * @param entries the names of the files whose services are meant
 */
export function schemaOf(
  source: string,
  files: readonly FileDescriptorProto[],
  entries: ReadonlySet<string>,
): MockSchema {
  const view = new ContractView(source, files);
  const { types } = view;
  const services = files
    .filter(({ name }) => entries.has(name ?? ""))
    .flatMap(({ package: scope, service }) => service.map(({ name }) => (scope ? `${scope}.${name}` : `${name}`)))
    .filter((name) => !OWN_SERVICES.test(name))
    .flatMap((name) => types.service(name) ?? []);
  if (services.length === 0) {
    throw new CliError(`there are no services in ${source}`, "name files that declare some");
  }
  return { files: view.files, types, services };
}
