import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createNetServer } from "node:net";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";
import { serve } from "./serve.js";

const Pid: ServiceType<{ get: MethodType<"unary", typeof StringValue, typeof StringValue> }> = service("test.Pid", {
  get: { kind: "unary", name: "Get", input: StringValue, output: StringValue },
});

const PORT = process.env["SERVE_TEST_PORT"];

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

// This file is also the program that is tested: with a port it serves.
if (PORT !== undefined) {
  const running = await serve({
    workers: 2,
    graceMs: 5_000,
    onWorkerExit: ({ signal }) => console.log("lost by", signal),
    async start() {
      const server = createServer().add(Pid, {
        async get({ value }) {
          await sleep(Number(value) || 0);
          return { value: String(process.pid) };
        },
      });
      await server.listen(`127.0.0.1:${PORT}`);
      return server;
    },
  });
  if (running.workers.length > 0) {
    process.on("SIGUSR2", () => running.restart().then(() => console.log("restarted")));
    console.log("ready");
  }
} else {
  test("workers share a port, are replaced when they die and one by one, and drain together", async (t) => {
    const port = await freePort();
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
      env: { ...process.env, SERVE_TEST_PORT: String(port), NODE_TEST_CONTEXT: undefined },
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    const exited = once(child, "exit");
    await said(child, "ready");

    const before = await pids(port);
    assert.equal(before.size, 2);

    // A killed worker costs nobody else anything, the port answers at once, and another takes its place.
    const [killed] = before;
    const lost = said(child, "lost by SIGKILL");
    process.kill(Number(killed), "SIGKILL");
    assert.ok((await ask(port, "")).length > 0);
    await lost;
    let after = await pids(port);
    while (after.size < 2 || after.has(killed as string)) {
      await sleep(50);
      after = await pids(port);
    }

    // A rolling restart loses no call.
    const channel = createChannel(`127.0.0.1:${port}`);
    t.after(() => channel.close());
    const client = createClient(Pid, channel);
    let busy = true;
    let answered = 0;
    const load = Array.from({ length: 20 }, async () => {
      while (busy) {
        await client.get({ value: "5" });
        answered++;
      }
    });
    const restarted = said(child, "restarted");
    child.kill("SIGUSR2");
    await Promise.race([restarted, Promise.all(load)]);
    busy = false;
    await Promise.all(load);
    assert.ok(answered > 20);
    const renewed = await pids(port);
    assert.equal(renewed.size, 2);
    for (const pid of after) assert.ok(!renewed.has(pid));

    // A signal drains all of them: what runs ends with its answer.
    const slow = client.get({ value: "300" });
    await sleep(100);
    child.kill("SIGTERM");
    assert.ok(renewed.has((await slow).value));
    assert.deepEqual(await exited, [0, null]);
  });
}

async function ask(port: number, value: string): Promise<string> {
  const channel = createChannel(`127.0.0.1:${port}`);
  try {
    return (await createClient(Pid, channel).get({ value }, { timeoutMs: 5_000 })).value;
  } finally {
    await channel.close();
  }
}

/** Who answers, over several connections. */
async function pids(port: number): Promise<Set<string>> {
  return new Set(await Promise.all(Array.from({ length: 4 }, () => ask(port, ""))));
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk: Uint8Array) => {
      if (String(chunk).includes(word)) resolve();
    });
    child.once("exit", () => reject(new Error(`the program ended before it said "${word}"`)));
  });
}

async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
