/** Sockets that listen before the program runs, as systemd hands them over (sd_listen_fds(3)): from descriptor 3 on. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, sleep, startProgram } from "./echo-program.js";
import { clients } from "./echo-service.js";
import { mustExit } from "./exit-check.js";

mustExit();

const PROGRAM = fileURLToPath(new URL("systemd-program.js", import.meta.url));

interface Socket {
  readonly server: Server;
  readonly fd: number;
  readonly port: number;
}

/** A socket that listens, of which nobody has accepted anything. */
async function listening(): Promise<Socket> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  return { server, fd, port: (server.address() as AddressInfo).port };
}

async function assertServed(ports: readonly number[], name: RegExp): Promise<void> {
  for (const port of ports) {
    for (const { connect } of clients) {
      const client = connect(`127.0.0.1:${port}`);
      assert.match(await client.wait(`0 at-${port}`), name);
      await client.close();
    }
  }
}

test("all sockets that were handed over are served, and closed by a shutdown", async (t) => {
  const sockets = [await listening(), await listening()];
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, LISTEN_FDS: String(sockets.length) },
    stdio: ["ignore", "pipe", "inherit", ...sockets.map(({ fd }) => fd)],
  });
  t.after(() => child.kill("SIGKILL"));
  // From here on the child alone has them.
  for (const { server } of sockets) server.close();
  await once(child.stdout as NonNullable<typeof child.stdout>, "data");
  await assertServed(
    sockets.map(({ port }) => port),
    new RegExp(`^${child.pid} `),
  );
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
});

test("workers share a socket that was handed to their primary", async (t) => {
  const { server, fd, port } = await listening();
  const program = await startProgram(t, { workers: 2 }, { fd, port });
  server.close();
  const workers = await program.workers();
  await assertServed([port, port, port], new RegExp(`^(${workers.join("|")}) `));
  await program.ask("restart");
  const renewed = await program.workers();
  await assertServed([port, port, port], new RegExp(`^(${renewed.join("|")}) `));
});

const activate = "systemd-socket-activate";
const hasSystemd = spawnSync(activate, ["--version"]).status === 0;

test(hasSystemd
  ? "systemd starts the program at the first connection"
  : `systemd starts the program: no ${activate} here`, { skip: !hasSystemd }, async (t) => {
  const ports = [await freePort(), await freePort()];
  const listen = ports.map((port) => `--listen=127.0.0.1:${port}`);
  // It passes nothing of the environment on but what it is told to.
  const child = spawn(activate, [...listen, process.execPath, PROGRAM], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Uint8Array) => {
    said += String(chunk);
  });
  while (ports.some((port) => !said.includes(`127.0.0.1:${port}`))) {
    assert.equal(child.exitCode, null, said);
    await sleep(20);
  }
  // The connection that starts it waits for it.
  await assertServed(ports, new RegExp(`^${child.pid} `));
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  assert.deepEqual(await exited, [0, null]);
});
