/** The cases through `hawser console`, which passes on what it does not understand: between each client and each server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { mustExit } from "./exit-check.js";
import { grpcJs } from "./grpc-js-peer.js";
import { hawser } from "./hawser-peer.js";
import type { ClientPeer, ServerPeer } from "./peer.js";
import { RPC_CASES } from "./rpc.cases.js";

mustExit();

const CLI = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const PROTO = fileURLToPath(new URL("../proto", import.meta.url));

for (const [clientSide, serverSide] of [
  [grpcJs, grpcJs],
  [hawser, grpcJs],
  [grpcJs, hawser],
] as const) {
  describe(`${clientSide.name} calls ${serverSide.name} through hawser console`, () => {
    let server: ServerPeer;
    let client: ClientPeer;
    let proxy: Proxy;

    before(async () => {
      server = await serverSide.serve({});
      proxy = await startProxy(server.port);
      client = clientSide.connect({ target: `127.0.0.1:${proxy.port}` });
    });

    after(async () => {
      await client.close();
      await proxy.stop();
      await server.close();
    });

    for (const each of RPC_CASES) test(each.name, { timeout: 60_000 }, () => each.run(client));
  });
}

interface Proxy {
  readonly port: number;
  stop(): Promise<void>;
}

async function startProxy(port: number): Promise<Proxy> {
  const args = ["console", `127.0.0.1:${port}`, "--schema", PROTO, "--no-open", "--json"];
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    port: Number(new URL(JSON.parse(line).url).port),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
