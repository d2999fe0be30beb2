import { type Channel, createChannel, RpcError } from "hawser";
import type { FileDescriptorProto } from "hawser/wkt";
import { CliError } from "../cli-error.js";
import { importsFirst } from "../input/imports-first.js";
import { withQualifiedNames } from "./qualified-names.js";
import { ReflectionClient } from "./reflection-client.js";

/** 30 s: for the whole of it. A server that does not answer must not hang the command. */
const REFLECTION_TIMEOUT_MS = 30_000;

const HELP = "use its .proto files or a descriptor set, or add reflection to it (addReflection of hawser/services)";

const UNREACHABLE = "check that it runs there, and write https:// in front if it wants TLS";

/**
 * All files that a server tells of, imports in front of what imports them. They have neither places nor comments.
 *
 * @param target as the user has named the server
 * @throws CliError if the server cannot be reached, has no reflection, or does not have what its files import
 */
export async function reflectFiles(channel: Channel, target: string): Promise<FileDescriptorProto[]> {
  const signal = AbortSignal.timeout(REFLECTION_TIMEOUT_MS);
  const client = new ReflectionClient(channel, { source: target, help: HELP, unreachable: UNREACHABLE, signal });
  try {
    const [absent] = await client.fetchServices();
    if (absent !== undefined) throw new CliError(`${target} lists ${absent} and does not have it`, HELP);
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.message, error.help); // its exit code is for calls
    if (!RpcError.is(error)) throw error;
    throw new CliError(`${target} did not tell what it has within ${REFLECTION_TIMEOUT_MS / 1000} s`, HELP);
  }
  const [missing] = client.missing;
  if (missing !== undefined) throw new CliError(`${target} does not have ${missing}, which its files import`, HELP);
  return importsFirst(new Map(withQualifiedNames([...client.files]).map((file) => [file.name ?? "", file])));
}

/** A channel to an address: with `https://` over TLS. */
export function channelTo(address: string): Channel {
  const [, scheme, rest] = /^(https?):\/\/([^/]*)/.exec(address) ?? [];
  if (scheme === undefined || rest === undefined) return createChannel(address);
  const hasPort = /:\d+$/.test(rest);
  const target = `dns:///${rest}${hasPort ? "" : scheme === "https" ? ":443" : ":80"}`;
  return createChannel(target, scheme === "https" ? { tls: true } : {});
}
