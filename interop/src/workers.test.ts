/** Workers under load, as clients see them: what is restarted, killed or drained loses no call but those that ran in it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { ServiceMetrics } from "hawser";
import { load, sleep, startProgram } from "./echo-program.js";
import { callAny, clients, StatusError } from "./echo-service.js";

const UNAVAILABLE = 14;
const RUNNING = 1_000;

for (const { name, connect } of clients) {
  test(`a rolling restart under load loses no call of ${name}`, async (t) => {
    const program = await startProgram(t);
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
    const program = await startProgram(t);
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
    assert.deepEqual((await lost)[0], { lost: victim, signal: "SIGKILL" });
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
    const program = await startProgram(t);
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
  const program = await startProgram(t);
  for (const pid of await program.workers()) process.kill(pid, "SIGKILL");
  await once(program.child, "message");
  const client = (clients[0] as (typeof clients)[0]).connect(program.address);
  t.after(() => client.close());
  assert.match(await client.wait("0 late"), /late$/);
});

test("a signal drains all workers: what runs ends with its answer, then the program ends", async (t) => {
  const program = await startProgram(t);
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
