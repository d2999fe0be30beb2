import { type Command, Option } from "commander";
import type { ListenOptions, NodeServer, ServerOptions } from "hawser";
import { CliError, usageError } from "../cli-error.js";
import { append } from "../command.js";

/** The flags of every command that is a server. */
export interface ListenFlags {
  readonly listen?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly cors?: readonly string[];
}

/** Where such a command listens if nobody says. */
const DEFAULT_ADDRESS = "127.0.0.1:8080";

/**
 * Adds these flags.
 *
 * @param options.tls false leaves those of TLS out, where a command has them for another server; default true
 * @param options.otherwise where it listens if nobody says
 */
export function addListenFlags(command: Command, options: { tls?: boolean; otherwise?: string } = {}): void {
  const { tls = true, otherwise = DEFAULT_ADDRESS } = options;
  command.addOption(
    new Option("-l, --listen <address>", `host:port, :port or unix:path; port 0: a free one (default: ${otherwise})`),
  );
  if (tls) {
    command
      .option("--cert <file>", "TLS: the certificate chain, PEM")
      .option("--key <file>", "TLS: its private key, PEM");
  }
  command.option("--cors <origin>", "lets pages of this origin call, * those of any; may be repeated", append);
}

/** Which pages may call, by the flags. @throws CliError if an origin is none */
export function corsOf({ cors = [] }: ListenFlags): Pick<ServerOptions, "cors"> {
  if (cors.length === 0) return {};
  if (cors.includes("*")) return { cors: "development" };
  for (const origin of cors) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw usageError(`${origin} is no origin`, "write scheme, host and port, as http://localhost:5173, or *");
    }
  }
  return { cors: { origins: cors } };
}

/**
 * Opens the port.
 *
 * @param otherwise the address without `--listen`
 * @returns where clients find it: `127.0.0.1:8080` or `unix:/path`
 * @throws CliError if it cannot be opened
 */
export async function listenOn(
  server: NodeServer,
  flags: ListenFlags,
  otherwise: string = DEFAULT_ADDRESS,
): Promise<string> {
  const given = flags.listen ?? otherwise;
  const address = /^:?\d+$/.test(given) ? `127.0.0.1:${given.replace(":", "")}` : given;
  const options = tlsOf(flags);
  try {
    const { address: bound, port } = await server.listen(address, options);
    if (port === 0) return bound;
    return bound.includes(":") ? `[${bound}]:${port}` : `${bound}:${port}`;
  } catch (error) {
    const message = (error as Error).message;
    throw new CliError(
      message.startsWith("can't listen") ? message : `can't listen on ${address}: ${message}`,
      "choose another address: --listen 127.0.0.1:9090, or port 0 for a free one",
    );
  }
}

function tlsOf({ cert, key }: ListenFlags): ListenOptions {
  if ((cert === undefined) !== (key === undefined)) {
    throw usageError("--cert and --key belong together", "give both, or neither");
  }
  return cert === undefined || key === undefined ? {} : { tls: { certFile: cert, keyFile: key } };
}
