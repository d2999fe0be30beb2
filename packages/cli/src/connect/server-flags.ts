import { type Command, InvalidArgumentError, Option } from "commander";
import { append, type HelpSection } from "../command.js";

/** What is spoken with a server. */
export type Protocol = "grpc" | "grpc-web" | "connect" | "connect-json";

/** The flags of every command that talks to a server. */
export interface ServerFlags {
  readonly protocol: Protocol;
  readonly header?: readonly string[];
  readonly tls?: true;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure?: true;
  readonly authority?: string;
  readonly connectTimeout: number;
  readonly schema?: readonly string[];
  readonly protoPath?: readonly string[];
}

/** Adds these flags. */
export function addServerFlags(command: Command): void {
  command
    .option("-s, --schema <input>", "a directory, .proto file or descriptor set; may be repeated", append)
    .option("-I, --proto-path <dir>", "an import root of --schema; may be repeated", append)
    .addOption(
      new Option("--protocol <protocol>", "what the server speaks, over HTTP/2")
        .choices(["grpc", "grpc-web", "connect", "connect-json"])
        .default("grpc"),
    )
    .option("-H, --header <name: value>", "metadata to send; -bin values in base64; may be repeated", append)
    .option("--tls", "TLS with the authorities that Node brings along")
    .option("--ca <file>", "TLS: the authorities to trust, PEM")
    .option("--cert <file>", "TLS: the client's certificate chain, PEM")
    .option("--key <file>", "TLS: its private key, PEM")
    .option("--server-name <name>", "TLS: the name that the server's certificate must have")
    .option("--insecure", "TLS with whatever certificate the server has")
    .option("--authority <authority>", "what to send as :authority")
    .option("--connect-timeout <duration>", "how long connecting may take", parseDuration, 10_000);
}

/** For the help of these commands. */
export const SERVER_HELP: readonly HelpSection[] = [
  {
    title: "Targets",
    text: `host:port, dns:///host:port, unix:/path, and http:// or https://host[:port], where https means --tls.
Every TLS option means --tls.`,
  },
  {
    title: "Schema",
    text: `What the server's reflection tells (grpc.reflection.v1, else v1alpha), unless --schema says where it is.`,
  },
];

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The longest delay of a timer, about 24 days. */
const MAX_MS = 2 ** 31 - 1;

/** Commander's parser of durations: `250ms`, `5s`, `1.5m`; a bare number is seconds. Gives milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const ms = match === null ? Number.NaN : Number(match[1]) * UNITS[(match[2] ?? "s") as keyof typeof UNITS];
  if (!(ms > 0 && ms <= MAX_MS)) {
    throw new InvalidArgumentError("Give a duration above 0 as 250ms, 5s or 1m.");
  }
  return ms;
}
