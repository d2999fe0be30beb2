/** Workers under load, as clients see them: what is restarted, killed or drained loses no call but those that ran in it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { service as healthService } from "grpc-health-check";
import type { ServiceMetrics } from "hawser";
import { load, sleep, startProgram } from "./echo-program.js";
import { callAny, clients, StatusError } from "./echo-service.js";

const UNAVAILABLE = 14;
const RUNNING = 1_000;

for (const { name, connect } of clients) {
  test(`a rolling restart under load loses no call of ${name}`, async (t) => {
    const program = await startProgram(t, { workers: 2 });
    const before = await program.workers();
    const client = connect(program.address);
    t.after(() => client.close());
    await client.wait("0 first");
    const running = Promise.all(
      Array.from({ length: RUNNING - 50 }, (_, i) => callAny(client, i, 1_000, `running-${i}`)),
    );
    const arriving = load(client, 50, 5);
    await sleep(100);
    await program.ask("restart");
    await arriving.stop();
    const names = await running;
    assert.deepEqual(arriving.failures, []);
    assert.ok(arriving.answered > 50);
    const after = await program.workers();
    assert.equal(after.length, 2);
    for (const pid of before) assert.ok(!after.includes(pid));
    const { counters, gauges, workers } = (await program.ask("metrics")) as ServiceMetrics;
    // The workers that are gone have said what they had counted.
    assert.equal(counters["callsSucceeded"], 1 + names.length + arriving.answered);
    assert.equal(counters["started"], 4);
    assert.equal(gauges["callsRunning"], 0);
    assert.equal(workers, 2);
  });

  test(`a worker that is killed costs ${name} only the calls that ran in it`, async (t) => {
    const program = await startProgram(t, { workers: 2 });
    const [victim] = await program.workers();
    const many = Array.from({ length: 10 }, () => connect(program.address));
    t.after(() => Promise.all(many.map((client) => client.close())));
    const owner = await Promise.all(many.map(async (client) => Number((await client.wait("0 who")).split(" ")[0])));
    // Connections go to the worker that has the fewest, unless it is slow to accept them.
    const share = owner.filter((pid) => pid === victim).length;
    assert.ok(share >= 2 && share <= 8, `${share} of 10`);
    const loads = many.map((client) => load(client, 20, 5));
    // These run when the worker dies.
    const held = many.map((client, i) =>
      Promise.allSettled(Array.from({ length: 12 }, (_, turn) => callAny(client, turn, 1_500, `held-${i}-${turn}`))),
    );
    await sleep(300);
    const lost = once(program.child, "message");
    process.kill(victim as number, "SIGKILL");
    // The port answers at once, every time.
    const fresh = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const client = connect(program.address);
        const answer = await client.wait(`0 fresh-${i}`);
        await client.close();
        return answer;
      }),
    );
    assert.ok(fresh.every((answer) => Number(answer.split(" ")[0]) !== victim));
    assert.deepEqual((await lost)[0], { event: "lost", pid: victim, signal: "SIGKILL" });
    const marks = loads.map(({ answered }) => answered);
    while (loads.some(({ answered }, i) => answered === marks[i])) await sleep(20);
    await Promise.all(loads.map((each) => each.stop()));
    loads.forEach(({ failures }, i) => {
      if (owner[i] !== victim) assert.deepEqual(failures, []);
      else assert.ok(failures.every(({ error }) => error.code === UNAVAILABLE));
    });
    (await Promise.all(held)).forEach((results, i) => {
      for (const result of results) {
        if (owner[i] !== victim) assert.deepEqual(result, { status: "fulfilled", value: String(owner[i]) });
        else assert.ok(result.status === "rejected" && result.reason instanceof StatusError);
        if (result.status === "rejected") assert.equal(result.reason.code, UNAVAILABLE, result.reason.message);
      }
    });
    while ((await program.workers()).length < 2) await sleep(50);
  });

  test(`a connection on its way to a worker that dies goes to another, and ${name} notices nothing`, async (t) => {
    const program = await startProgram(t, { workers: 2 });
    const [victim] = await program.workers();
    // It accepts nothing more, but connections are handed to it.
    process.kill(victim as number, "SIGSTOP");
    const fresh = Array.from({ length: 40 }, () => connect(program.address));
    t.after(() => Promise.all(fresh.map((client) => client.close())));
    const answers = fresh.map((client, i) => client.wait(`0 fresh-${i}`));
    const done = (await Promise.allSettled([Promise.race(answers)]))[0];
    assert.equal(done.status, "fulfilled");
    await sleep(300);
    process.kill(victim as number, "SIGKILL");
    (await Promise.all(answers)).forEach((answer, i) => {
      assert.equal(answer.split(" ")[1], `fresh-${i}`);
      assert.notEqual(Number(answer.split(" ")[0]), victim);
    });
  });
}

test("a port without any worker left keeps its connections until there is one", async (t) => {
  const program = await startProgram(t, { workers: 2 });
  for (const pid of await program.workers()) process.kill(pid, "SIGKILL");
  await once(program.child, "message");
  const client = (clients[0] as (typeof clients)[0]).connect(program.address);
  t.after(() => client.close());
  assert.match(await client.wait("0 late"), /late$/);
});

test("a signal drains all workers: what runs ends with its answer, then the program ends", async (t) => {
  const program = await startProgram(t, { workers: 2 });
  const client = (clients[0] as (typeof clients)[0]).connect(program.address);
  t.after(() => client.close());
  await client.wait("0 first");
  const running = Promise.all(Array.from({ length: RUNNING }, (_, i) => callAny(client, i, 800, `running-${i}`)));
  await sleep(300);
  const exited = once(program.child, "exit");
  program.child.kill("SIGTERM");
  assert.equal((await running).length, RUNNING);
  assert.deepEqual(await exited, [0, null]);
});

test("a signal turns the health of all workers first; calls and connections are taken until the delay is over", async (t) => {
  const program = await startProgram(t, { workers: 2, healthDelayMs: 1_500 });
  // biome-ignore lint/suspicious/noExplicitAny: a client made from a definition has no types
  const HealthClient = grpc.makeClientConstructor(healthService as any, "Health");
  const checks = Array.from({ length: 4 }, () => {
    const options = { "grpc.use_local_subchannel_pool": 1 };
    const client = new HealthClient(program.address, grpc.credentials.createInsecure(), options);
    t.after(() => client.close());
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const check = promisify((client as any).check.bind(client)) as (request: object) => Promise<{ status: string }>;
    return async () => (await check({ service: "" })).status;
  });
  for (const check of checks) assert.equal(await check(), "SERVING");
  const exited = once(program.child, "exit");
  program.child.kill("SIGTERM");
  for (const check of checks) {
    let status = await check();
    while (status !== "NOT_SERVING") {
      await sleep(5);
      status = await check();
    }
  }
  for (const { connect } of clients) {
    const late = connect(program.address);
    assert.match(await late.wait("0 late"), /late$/);
    await late.close();
  }
  assert.deepEqual(await exited, [0, null]);
});

test("calls that go on beyond the grace end with the drain, and so does the program", async (t) => {
  const program = await startProgram(t, { workers: 2, graceMs: 200 });
  const many = clients.map(({ connect }) => connect(program.address));
  t.after(() => Promise.all(many.map((client) => client.close())));
  const running = many.map((client) => client.wait("50000 endless"));
  await sleep(300);
  const exited = once(program.child, "exit");
  program.child.kill("SIGTERM");
  for (const result of await Promise.allSettled(running)) {
    assert.ok(result.status === "rejected" && result.reason instanceof StatusError);
    assert.equal(result.reason.code, UNAVAILABLE);
  }
  assert.deepEqual(await exited, [0, null]);
});

test("workers that end before they are ready: the program says so, and ends", async (t) => {
  const brokenFile = await temporaryFile(t);
  await assert.rejects(
    startProgram(t, { workers: 2, brokenFile }),
    /ended with 1: .*worker \d+ ended before it was ready \(exit code 7\)/s,
  );
});

test("a worker whose successors fail is tried for, each time after twice as long; a restart that fails changes nothing", async (t) => {
  const brokenFile = await temporaryFile(t);
  await rm(brokenFile);
  const program = await startProgram(t, { workers: 2, brokenFile });
  const [victim, other] = await program.workers();
  const client = (clients[0] as (typeof clients)[0]).connect(program.address);
  t.after(() => client.close());
  await writeFile(brokenFile, "");

  const { workers, error } = (await program.ask("restart")) as { workers: number[]; error: string };
  assert.match(error, /ended before it was ready \(exit code 7\)/);
  assert.deepEqual(workers, [victim, other]);

  process.kill(victim as number, "SIGKILL");
  const failed = () => program.events.filter((event) => event.event === "failed");
  while (failed().length < 4) {
    // One worker is left, and serves.
    assert.match(await client.wait("0 meanwhile").catch(() => client.wait("0 meanwhile")), new RegExp(`^${other} `));
    await sleep(20);
  }
  const times = failed().map(({ atMs }) => atMs);
  for (const [index, leastMs] of [200, 400, 800].entries()) {
    // A loaded machine may be later, never sooner.
    const gapMs = (times[index + 1] as number) - (times[index] as number);
    assert.ok(gapMs >= leastMs, `${gapMs} ms`);
  }
  await rm(brokenFile);
  while ((await program.workers()).length < 2) await sleep(50);
});

async function temporaryFile(t: { after(done: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hawser-workers-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "broken");
  await writeFile(path, "");
  return path;
}
