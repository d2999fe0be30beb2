import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a stack can do; a workload names what it needs. */
export type Ability = "unary" | "rest" | "bulk" | "tls" | "server-stream" | "client-stream" | "bidi" | "memory";

/** One row of each table: a server and a client that speak the same thing. */
export interface Stack {
  /** The folder in stacks/, and the name on the command line. */
  readonly name: string;
  /** What the tables call it. */
  readonly title: string;
  readonly abilities: ReadonlySet<Ability>;
  /** True if one client pools sockets, since its protocol carries one call at a time on each. */
  readonly pooled: boolean;
  /** The npm packages that a user of both sides installs. */
  readonly packages: readonly string[];
  /** The command of a side, without the JSON argument; undefined if it is not on this machine. */
  command(side: "server" | "client", nodeFlags: readonly string[]): readonly string[] | undefined;
}

const calls: readonly Ability[] = ["unary", "bulk", "tls", "server-stream", "client-stream", "bidi"];
const all: readonly Ability[] = [...calls, "memory"];

/** Hawser is first: every ratio is to it, or to Hawser (REST) where only REST is compared. */
export const stacks: readonly Stack[] = [
  nodeStack("hawser", "Hawser", all, ["hawser"]),
  nodeStack("grpc-js", "@grpc/grpc-js", all, ["@grpc/grpc-js", "@grpc/proto-loader"]),
  nodeStack("nice-grpc", "nice-grpc", all, ["nice-grpc"]),
  nodeStack("connect-grpc", "connect-node (gRPC)", all, [
    "@connectrpc/connect",
    "@connectrpc/connect-node",
    "@bufbuild/protobuf",
  ]),
  nodeStack("connect", "connect-node (Connect)", all, [
    "@connectrpc/connect",
    "@connectrpc/connect-node",
    "@bufbuild/protobuf",
  ]),
  nodeStack("node-http2", "node:http2, no gRPC", ["unary", "bulk", "tls", "memory"], []),
  nodeStack("fastify", "Fastify (JSON)", ["unary", "rest", "bulk", "tls", "memory"], ["fastify", "undici"], {
    pooled: true,
  }),
  nodeStack("hawser-rest", "Hawser (REST)", ["unary", "rest"], [], { pooled: true }),
  nodeStack(
    "mercurius",
    "mercurius (GraphQL)",
    ["unary", "tls", "memory"],
    ["mercurius", "graphql", "fastify", "undici"],
    {
      pooled: true,
    },
  ),
  nativeStack("grpc-go", "grpc-go", all),
  nativeStack("grpc-cpp", "gRPC C++", calls),
  nodeStack("tcp-echo", "TCP echo (the limit)", ["unary", "bulk", "tls", "memory"], []),
];

/** bench/, seen from bench/dist/src. */
const benchFolder = new URL("../../", import.meta.url);

function nodeStack(
  name: string,
  title: string,
  abilities: readonly Ability[],
  packages: readonly string[],
  { pooled = false } = {},
): Stack {
  const command = (side: string, nodeFlags: readonly string[]): string[] | undefined => {
    const file = fileURLToPath(new URL(`dist/stacks/${name}/${side}.js`, benchFolder));
    return existsSync(file) ? [process.execPath, ...nodeFlags, file] : undefined;
  };
  return { name, title, abilities: new Set(abilities), pooled, packages, command };
}

/** A stack of another language, which scripts/build-peers.mjs built into bench/.cache if its toolchain was there. */
function nativeStack(name: string, title: string, abilities: readonly Ability[]): Stack {
  const command = (side: string): string[] | undefined => {
    const file = fileURLToPath(new URL(`.cache/${name}/${side}`, benchFolder));
    return existsSync(file) ? [file] : undefined;
  };
  return { name, title, abilities: new Set(abilities), pooled: false, packages: [], command };
}
