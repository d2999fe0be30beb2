import assert from "node:assert/strict";
import { test } from "node:test";
import { Metadata } from "../../rpc/metadata.js";
import type { OnPickedEnd } from "../call-channel.js";
import { BALANCER_CASES, endpoint, type FakeSubchannel, World } from "./balancer.cases.js";
import { subsetOf } from "./random-subsetting.js";

const ROUND_ROBIN = [{ round_robin: {} }];

/** Balancers over several servers. */
const SPREADING: readonly (readonly [string, object])[] = [
  ["round_robin", {}],
  ["least_request", {}],
  ["weighted_round_robin", {}],
  ["weighted_round_robin", { enableOobLoadReport: true }],
  ["random_subsetting", { subsetSize: 10, childPolicy: ROUND_ROBIN }],
  ["outlier_detection_experimental", { childPolicy: ROUND_ROBIN, successRateEjection: {} }],
  ["outlier_detection_experimental", { childPolicy: ROUND_ROBIN }],
  ["priority_experimental", { children: { a: { config: ROUND_ROBIN } }, priorities: ["a"] }],
];

const ALL: readonly (readonly [string, object])[] = [
  ["pick_first", {}],
  ["ring_hash", { requestHashHeader: "x-key" }],
  ...SPREADING,
  ["outlier_detection_experimental", { childPolicy: [{ pick_first: {} }], failurePercentageEjection: {} }],
  ["outlier_detection_experimental", { childPolicy: [{ ring_hash: {} }], failurePercentageEjection: {} }],
  ["priority_experimental", { children: { a: { config: [{ pick_first: {} }] } }, priorities: ["a"] }],
];

for (const [policy, config] of ALL) {
  for (const { name, run } of BALANCER_CASES) {
    test(`${policy} ${JSON.stringify(config)}: ${name}`, async () => run(new World(policy, config)));
  }
}

for (const [policy, config] of SPREADING) {
  const title = `${policy} ${JSON.stringify(config)}`;

  test(`${title}: calls are spread evenly (seeded)`, () => {
    const world = new World(policy, config);
    world.resolve(1, 2, 3, 4);
    for (const port of [1, 2, 3, 4]) world.at(port).set("ready");
    const counts = world.count(8_000);
    for (const port of [1, 2, 3, 4]) assert.ok(Math.abs((counts.get(port) ?? 0) - 2_000) < 150, `${[...counts]}`);
  });

  test(`${title}: one server of several is lost: the others go on; it is back when it is connected`, () => {
    const world = new World(policy, config);
    world.resolve(1, 2, 3);
    for (const port of [1, 2, 3]) world.at(port).set("ready");
    world.at(2).set("idle");
    assert.equal(world.state, "ready");
    assert.deepEqual([...world.count(100).keys()].sort(), [1, 3]);
    world.at(2).set("transient_failure");
    assert.deepEqual([...world.count(100).keys()].sort(), [1, 3]);
    world.at(2).set("idle");
    assert.equal(world.at(2).state.kind, "connecting");
    world.at(2).set("ready");
    assert.deepEqual([...world.count(100).keys()].sort(), [1, 2, 3]);
  });

  test(`${title}: a server whose health is not good gets no calls (gRFC A17)`, () => {
    const world = new World(policy, config);
    world.resolve(1, 2);
    world.at(1).health = { kind: "connecting" };
    world.at(2).health = { kind: "connecting" };
    world.at(1).set("ready");
    world.at(2).set("ready");
    // No call is sent before the first word of its health service.
    assert.equal(world.state, "connecting");
    assert.equal(world.pick(), "wait");
    world.at(1).setHealth("ready");
    world.at(2).setHealth("transient_failure");
    assert.deepEqual([...world.count(50).keys()], [1]);
    world.at(1).setHealth("transient_failure");
    assert.equal(world.state, "transient_failure");
    const pick = world.pickOf();
    assert.match(pick.kind === "fail" ? pick.message : "", /unhealthy by/);
    // The connections are kept.
    assert.deepEqual(world.live, [1, 2]);
    world.at(2).setHealth("ready");
    assert.equal(world.state, "ready");
    assert.equal(world.pick(), 2);
  });
}

test("ring_hash: a server whose health is not good gets no calls, and those behind it on the ring do", async () => {
  const world = new World("ring_hash", { requestHashHeader: "x-key" });
  world.resolve(1, 2);
  await world.connectAll(1, 2);
  const key = new Metadata({ "x-key": "a" });
  const first = world.pick(key) as number;
  world.at(first).setHealth("transient_failure");
  assert.equal(world.pick(key), 3 - first);
  world.at(first).setHealth("ready");
  assert.equal(world.pick(key), first);
});

test("pick_first does not look at the health of its server (gRFC A17)", () => {
  const world = new World("pick_first");
  world.resolve(1);
  world.at(1).health = { kind: "connecting" };
  world.at(1).set("ready");
  assert.equal(world.state, "ready");
  world.at(1).setHealth("transient_failure");
  assert.equal(world.pick(), 1);
});

test("an endpoint with several addresses counts once, and its calls go to the one that answers (gRFC A61)", () => {
  const world = new World("round_robin");
  const two = (...ports: number[]) => ({
    addresses: ports.map((port) => ({ kind: "tcp" as const, host: "10.0.0.1", port })),
  });
  world.resolveTo([two(1, 2), two(3, 4)]);
  world.at(1).set("transient_failure");
  world.at(2).set("ready");
  world.at(3).set("ready");
  const counts = world.count(100);
  assert.deepEqual([counts.get(2), counts.get(3)], [50, 50]);
});

test("pick_first: the next address a quarter of a second later, or at once after a failure", () => {
  const world = new World("pick_first");
  world.resolve(1, 2, 3);
  assert.equal(world.at(1).connects, 1);
  assert.equal(world.at(2).connects, 0);
  world.advance(250);
  assert.equal(world.at(2).connects, 1);
  world.at(2).set("transient_failure");
  assert.equal(world.at(3).connects, 1);
  assert.equal(world.timers, 0);
  // The first to be ready is taken, whichever it is; the others are let go.
  world.at(1).set("ready");
  assert.deepEqual(world.live, [1]);
  assert.equal(world.picker?.only, world.at(1));
});

test("pick_first: the families take turns", () => {
  const world = new World("pick_first");
  const hosts = ["::1", "::2", "::3", "10.0.0.1"];
  const endpoints = hosts.map((host) => ({ addresses: [{ kind: "tcp" as const, host, port: 1 }] }));
  world.balancer.update({ endpoints, config: { shuffle: false } });
  assert.deepEqual(
    world.subchannels.map(({ address }) => (address as { host: string }).host),
    ["::1", "10.0.0.1", "::2", "::3"],
  );
});

test("pick_first: shuffled, every server comes first about as often", () => {
  const counts = [0, 0, 0];
  const world = new World("pick_first", { shuffleAddressList: true });
  for (let i = 0; i < 900; i++) {
    world.resolve(1, 2, 3);
    const first = world.subchannels.find(({ released }) => !released) as FakeSubchannel;
    counts[(first.address as { port: number }).port - 1]++;
    world.resolve();
  }
  for (const count of counts) assert.ok(Math.abs(count - 300) < 60, counts.join());
});

test("least_request: a server that is slow to answer gets less", () => {
  const world = new World("least_request", { choiceCount: 3 });
  world.resolve(1, 2);
  world.at(1).set("ready");
  world.at(2).set("ready");
  const counts = new Map<unknown, number>();
  for (let i = 0; i < 1_000; i++) {
    const ends: OnPickedEnd[] = [];
    const port = world.pick(undefined, ends);
    counts.set(port, (counts.get(port) ?? 0) + 1);
    // The calls of server 1 never end.
    if (port === 2) for (const onEnd of ends) onEnd(undefined);
  }
  assert.ok((counts.get(1) ?? 0) < 200, `${[...counts]}`);
});

test("ring_hash: one key, one server; keys are spread; only servers that are asked for are connected", async () => {
  const world = new World("ring_hash", { requestHashHeader: "x-key" });
  const ports = [1, 2, 3, 4];
  world.resolve(...ports);
  assert.equal(world.subchannels.length, 0);
  const key = (text: string) => new Metadata({ "x-key": text });
  assert.equal(world.pick(key("a")), "wait");
  await Promise.resolve();
  assert.equal(world.live.length, 1);
  for (const port of ports) {
    for (let i = 0; !world.live.includes(port) && i < 100; i++) {
      world.pick(key(`${port} ${i}`));
      await Promise.resolve();
    }
    world.at(port).set("ready");
  }
  const counts = new Map<unknown, number>();
  for (let i = 0; i < 4_000; i++) {
    const port = world.pick(key(`key ${i}`));
    assert.equal(world.pick(key(`key ${i}`)), port);
    counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  for (const port of ports) assert.ok((counts.get(port) ?? 0) > 700, `${[...counts]}`);
});

test("ring_hash: shares by weight, within what a ring of 4,096 can say (seeded)", async () => {
  const world = new World("ring_hash", { requestHashHeader: "x-key", minRingSize: 4_096 });
  const weights = [1, 2, 5];
  world.resolveTo(weights.map((weight, i) => ({ ...endpoint(i + 1), weight })));
  await world.connectAll(1, 2, 3);
  const counts = [0, 0, 0];
  const calls = 16_000;
  for (let i = 0; i < calls; i++) {
    counts[(world.pick(new Metadata({ "x-key": `key ${i}` })) as number) - 1]++;
  }
  for (const [i, weight] of weights.entries()) {
    const share = (counts[i] as number) / calls;
    assert.ok(Math.abs(share - weight / 8) < 0.04, `${share} of the calls, not ${weight / 8}`);
  }
});

test("ring_hash: when a server leaves few keys of the others move (seeded)", async () => {
  const world = new World("ring_hash", { requestHashHeader: "x-key" });
  world.resolve(1, 2, 3, 4);
  await world.connectAll(1, 2, 3, 4);
  const keys = Array.from({ length: 2_000 }, (_, i) => new Metadata({ "x-key": `key ${i}` }));
  const before = keys.map((key) => world.pick(key));
  world.resolve(1, 2, 4);
  await world.connectAll(1, 2, 4);
  const moved = keys.filter((key, i) => before[i] !== 3 && world.pick(key) !== before[i]).length;
  // The others' shares of the ring grow from a quarter to a third: the entries that are new take a sixth of the keys.
  assert.ok(moved < 500, `${moved} of 1,500`);
});

test("ring_hash: calls without a key are spread at random (seeded)", async () => {
  const world = new World("ring_hash", { minRingSize: 4_096 });
  world.resolve(1, 2, 3, 4);
  await world.connectAll(1, 2, 3, 4);
  const counts = world.count(8_000);
  for (const port of [1, 2, 3, 4]) assert.ok(Math.abs((counts.get(port) ?? 0) - 2_000) < 300, `${[...counts]}`);
});

test("random_subsetting: even over clients, and an update moves little", () => {
  const endpoints = Array.from({ length: 20 }, (_, port) => endpoint(port));
  const counts = new Array<number>(20).fill(0);
  let moved = 0;
  for (let client = 0; client < 1_000; client++) {
    const subset = subsetOf(endpoints, 5, client * 2_654_435_761);
    assert.equal(subset.length, 5);
    for (const each of subset) counts[endpoints.indexOf(each)]++;
    const after = subsetOf(endpoints.slice(1), 5, client * 2_654_435_761);
    moved += after.filter((each) => !subset.includes(each)).length;
  }
  for (const count of counts) assert.ok(Math.abs(count - 250) < 70, counts.join());
  // Only where the server that left was one of the five, and then only that one.
  assert.equal(moved, counts[0]);
});
