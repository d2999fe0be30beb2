/** A server that is shut down while 1,000 calls of every kind run and more arrive, as clients see it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createServer } from "hawser";
import { load, sleep, startProgram } from "./echo-program.js";
import { callAny, clients, Echo, echoHandlers } from "./echo-service.js";
import { mustExit } from "./exit-check.js";

mustExit();

const RUNNING = 1_000;
const ARRIVING = 50;
const UNAVAILABLE = 14;

for (const { name, connect } of clients) {
  test(`shutdown under load: every call of ${name} that was accepted ends with its own answer`, async (t) => {
    const accepted = new Set<string>();
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = 1_000_000;
    const server = createServer().add(
      Echo,
      echoHandlers({
        name: "server",
        pause: (ms) => (ms === held ? released : sleep(ms)),
        onAccepted: (text) => accepted.add(text),
      }),
    );
    const { port } = await server.listen("127.0.0.1:0");
    t.after(() => server.shutdown({ graceMs: 0 }));
    const client = connect(`127.0.0.1:${port}`);
    t.after(() => client.close());
    await client.wait("0 first");

    const running = Promise.all(Array.from({ length: RUNNING }, (_, i) => callAny(client, i, held, `held-${i}`)));
    const arriving = load(client, ARRIVING, 3);
    while (server.runningCalls < RUNNING || arriving.answered < ARRIVING) await sleep(5);
    const down = server.shutdown({ graceMs: 60_000 });
    // Those that come while it drains, and after.
    while (arriving.failures.length < ARRIVING) await sleep(5);
    release();
    await down;
    await arriving.stop();
    assert.equal((await running).length, RUNNING);

    // Who was refused can go elsewhere: nothing was done for it here.
    for (const { text, error } of arriving.failures) {
      assert.equal(error.code, UNAVAILABLE, error.message);
      assert.ok(!accepted.has(text), `${text} was accepted and refused`);
    }
    const answered = 1 + RUNNING + arriving.answered;
    assert.equal(accepted.size, answered);
    assert.deepEqual(server.calls, { started: answered, succeeded: answered, failed: 0 });
    assert.equal(server.runningCalls, 0);
  });

  test(`one of two servers is told to end: ${name} loses no call, and new ones go to the other`, async (t) => {
    const programs = [await startProgram(t, { workers: 0 }), await startProgram(t, { workers: 0 })] as const;
    const [leaving, staying] = programs.map(({ child }) => String(child.pid)) as [string, string];
    const client = connect(`ipv4:${programs.map(({ address }) => address).join(",")}`);
    t.after(() => client.close());
    const shares = new Set<string>();
    while (shares.size < 2) shares.add(await callAny(client, 0, 0, "first"));

    const running = Promise.all(Array.from({ length: RUNNING }, (_, i) => callAny(client, i, 1_000, `running-${i}`)));
    const arriving = load(client, ARRIVING, 3);
    while (arriving.names.size < 2) await sleep(5);
    await sleep(300);
    const exited = once(programs[0].child, "exit");
    programs[0].child.kill("SIGTERM");
    const names = await running;
    assert.ok(names.includes(leaving) && names.includes(staying));
    assert.deepEqual(await exited, [0, null]);
    const mark = arriving.answered;
    while (arriving.answered < mark + ARRIVING) await sleep(5);
    await arriving.stop();
    assert.deepEqual(arriving.failures, []);
  });
}
