import { readFileSync } from "node:fs";
import {
  type Channel,
  type ClientTls,
  connectProtocol,
  createChannel,
  grpcWebProtocol,
  type NodeChannelOptions,
  type Observer,
} from "hawser";
import type { Registry } from "hawser/protobuf";
import { CliError, reasonOf, usageError } from "../cli-error.js";
import type { Protocol, ServerFlags } from "./server-flags.js";

/** What a channel has beside what the flags say. */
export interface ChannelParts {
  /** Watches the calls. */
  readonly observer?: Observer;
  /** Between attempts to connect. Default: that of a channel. */
  readonly backoff?: NodeChannelOptions["backoff"];
  /** For what stands in an Any, where messages are JSON on the wire. Default: none. */
  readonly types?: Registry;
}

/**
 * Opens the channel that the flags describe. It connects with the first call.
 *
 * @param target as the user gives it; `http://` and `https://` URLs are taken as well
 * @throws CliError if the target cannot be read, or a file of the TLS options not
 */
export function openChannel(
  target: string,
  flags: ServerFlags,
  { observer, backoff, types }: ChannelParts = {},
): Channel {
  const url = /^(https?):\/\/([^/?#]+)\/?$/i.exec(target);
  if (url === null && /^https?:/i.test(target)) {
    throw usageError(`the target ${target} has a path`, "name the server alone: https://host:port");
  }
  const options: NodeChannelOptions = {
    ...(isSecure(target, flags) ? { tls: tlsOf(flags) } : {}),
    ...protocolOf(flags.protocol, types),
    ...(flags.authority === undefined ? {} : { authority: flags.authority }),
    ...(observer === undefined ? {} : { observers: [observer] }),
    ...(backoff === undefined ? {} : { backoff }),
    connectTimeoutMs: flags.connectTimeout,
    // The error of the call says the same.
    onWarning: () => {},
  };
  try {
    return createChannel(
      url === null ? target : withPort(url[2]!, url[1]!.toLowerCase() === "https" ? 443 : 80),
      options,
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError(error.message, "give the target as host:port");
  }
}

function withPort(host: string, port: number): string {
  return /:\d+$/.test(host) ? host : `${host}:${port}`;
}

function protocolOf(protocol: Protocol, types: Registry | undefined): Pick<NodeChannelOptions, "protocol"> {
  switch (protocol) {
    case "grpc":
      return {};
    case "grpc-web":
      return { protocol: grpcWebProtocol };
    case "connect":
      return { protocol: connectProtocol() };
    case "connect-json":
      return { protocol: connectProtocol({ json: true, ...(types === undefined ? {} : { registry: types }) }) };
  }
}

/** Whether the server is spoken to over TLS: by its URL, or since there is an option of TLS. */
export function isSecure(target: string, { tls, ca, cert, key, serverName, insecure }: ServerFlags): boolean {
  const given = [ca, cert, key, serverName].some((each) => each !== undefined);
  return /^https:/i.test(target) || tls === true || insecure === true || given;
}

function tlsOf({ ca, cert, key, serverName, insecure }: ServerFlags): ClientTls {
  if ((cert === undefined) !== (key === undefined)) {
    throw usageError("--cert and --key belong together", "give both, or neither");
  }
  return {
    ...(ca === undefined ? {} : { ca: readPem("--ca", ca) }),
    ...(cert === undefined ? {} : { cert: readPem("--cert", cert) }),
    ...(key === undefined ? {} : { key: readPem("--key", key) }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}

function readPem(flag: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(`cannot read ${path} (${flag}): ${reasonOf(error)}`, "check the path and its permissions");
  }
  if (!text.includes("-----BEGIN ")) throw new CliError(`${path} (${flag}) is not PEM`, "convert it with openssl");
  return text;
}
