import assert from "node:assert/strict";
import { test } from "node:test";
import { endpoint, World } from "./balancer.cases.js";

const CHILD = { config: [{ round_robin: {} }] };

/** Ports 1 and 2 are the first choice, 3 and 4 the second, 5 the third. */
const ENDPOINTS = [endpoint(1, "a"), endpoint(2, "a"), endpoint(3, "b"), endpoint(4, "b"), endpoint(5, "c")];

function makeWorld(config: object = {}): World {
  const world = new World("priority_experimental", {
    children: { a: CHILD, b: CHILD, c: CHILD },
    priorities: ["a", "b", "c"],
    ...config,
  });
  world.resolveTo(ENDPOINTS);
  return world;
}

function refuse(world: World, ...ports: number[]): void {
  for (const port of ports) world.at(port).set("transient_failure");
}

test("calls go to the first group; a lower one is not even connected", () => {
  const world = makeWorld();
  assert.deepEqual(world.live, [1, 2]);
  world.at(1).set("ready");
  world.at(2).set("ready");
  world.advance(60_000);
  assert.deepEqual(world.live, [1, 2]);
  assert.deepEqual([...world.count(10).keys()].sort(), [1, 2]);
});

test("the first group fails: the second is connected, and while it is, calls wait", () => {
  const world = makeWorld();
  refuse(world, 1, 2);
  assert.deepEqual(world.live, [1, 2, 3, 4]);
  assert.equal(world.state, "connecting");
  assert.equal(world.pick(), "wait");
  world.at(3).set("ready");
  assert.equal(world.pick(), 3);
  // The first is back: it gets the calls, and the second is kept for a quarter of an hour.
  world.at(1).set("idle");
  world.at(1).set("ready");
  assert.equal(world.pick(), 1);
  world.advance(14 * 60_000);
  assert.ok(world.live.includes(3));
  world.advance(60_000);
  assert.deepEqual(world.live, [1, 2]);
});

test("a group that is out of use and needed again is there at once", () => {
  const world = makeWorld();
  refuse(world, 1, 2);
  world.at(3).set("ready");
  world.at(1).set("idle");
  world.at(1).set("ready");
  world.advance(60_000);
  const kept = world.at(3);
  world.at(1).set("idle");
  // The first has ten seconds to come back.
  assert.equal(world.pick(), "wait");
  world.at(1).set("transient_failure");
  assert.equal(world.pick(), 3);
  assert.equal(world.at(3), kept);
  world.advance(20 * 60_000);
  assert.equal(world.pick(), 3);
});

test("a group that neither connects nor fails within ten seconds is passed over, and taken when it is ready after all", () => {
  const world = makeWorld();
  world.advance(9_999);
  assert.deepEqual(world.live, [1, 2]);
  world.advance(1);
  assert.deepEqual(world.live, [1, 2, 3, 4]);
  world.at(4).set("ready");
  assert.equal(world.pick(), 4);
  world.at(2).set("ready");
  assert.equal(world.pick(), 2);
});

test("all have failed: the last one's failure is told, unless another still tries", () => {
  const world = makeWorld();
  refuse(world, 1, 2);
  refuse(world, 3, 4);
  refuse(world, 5);
  assert.equal(world.state, "transient_failure");
  const pick = world.pickOf();
  assert.match(pick.kind === "fail" ? pick.message : "", /10\.0\.0\.1:5/);
  const slow = makeWorld();
  slow.advance(10_000);
  refuse(slow, 3, 4);
  refuse(slow, 5);
  assert.equal(slow.state, "connecting");
});

test("a group without servers is passed over", () => {
  const world = makeWorld();
  world.resolveTo([endpoint(3, "b")]);
  assert.deepEqual(world.live, [3]);
  world.at(3).set("ready");
  assert.equal(world.pick(), 3);
  assert.deepEqual(world.live, [3]);
});

test("a group moves from one place to another with its connections; one that is not listed is closed at once (gRFC A115)", () => {
  const world = makeWorld();
  refuse(world, 1, 2);
  world.at(3).set("ready");
  world.configure("priority_experimental", { children: { b: CHILD, c: CHILD }, priorities: ["b", "c"] });
  const before = world.subchannels.length;
  world.resolveTo(ENDPOINTS);
  assert.equal(world.pick(), 3);
  assert.deepEqual(world.live, [3, 4]);
  assert.equal(world.subchannels.length, before);
});

test("a child may be of another kind with the next update, and asks for addresses or not", () => {
  const quiet = makeWorld({ children: { a: { ...CHILD, ignoreReresolutionRequests: true }, b: CHILD, c: CHILD } });
  refuse(quiet, 1, 2);
  assert.equal(quiet.resolutions, 0);
  refuse(quiet, 3);
  assert.ok(quiet.resolutions > 0);
  const world = makeWorld();
  world.at(1).set("ready");
  world.configure("priority_experimental", { children: { a: { config: [{ pick_first: {} }] } }, priorities: ["a"] });
  world.resolveTo(ENDPOINTS);
  // The old one places calls until the new one is ready.
  assert.equal(world.pick(), 1);
});

test("one priority within another: groups are paths", () => {
  const inner = (...names: string[]) => ({
    config: [{ priority: { children: Object.fromEntries(names.map((name) => [name, CHILD])), priorities: names } }],
  });
  const world = new World("priority", { children: { x: inner("1", "2"), y: inner("1") }, priorities: ["x", "y"] });
  world.resolveTo([endpoint(1, "x/1"), endpoint(2, "x/2"), endpoint(3, "y/1")]);
  assert.deepEqual(world.live, [1]);
  refuse(world, 1);
  assert.deepEqual(world.live, [1, 2]);
  refuse(world, 2);
  assert.deepEqual(world.live, [1, 2, 3]);
  world.at(3).set("ready");
  assert.equal(world.pick(), 3);
});

test("no priorities, and configurations that are wrong", () => {
  const world = makeWorld({ priorities: [] });
  assert.equal(world.pick(), "fail");
  for (const config of [
    { children: { a: CHILD }, priorities: ["b"] },
    { children: { a: CHILD }, priorities: ["a", "a"] },
    { children: { a: CHILD }, priorities: ["__proto__"] },
    { children: { a: {} }, priorities: ["a"] },
    { children: [], priorities: [] },
  ]) {
    assert.throws(() => new World("priority_experimental", config), { name: "ServiceConfigError" });
  }
});
