import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "../../rpc/code.js";
import type { OnPickedEnd } from "../call-channel.js";
import { World } from "./balancer.cases.js";
import { findOutliers } from "./outlier-algorithms.js";
import type { OutlierConfig } from "./outlier-config.js";

const CHILD = { childPolicy: [{ round_robin: {} }] };
const FAILURES = { failurePercentageEjection: { threshold: 50, minimumHosts: 3, requestVolume: 10 } };

function connected(config: object, count: number): World {
  const world = new World("outlier_detection_experimental", { ...CHILD, ...config });
  const ports = Array.from({ length: count }, (_, i) => i + 1);
  world.resolve(...ports);
  for (const port of ports) world.at(port).set("ready");
  return world;
}

/** Makes calls; those to the servers named in `bad` fail. */
function load(world: World, calls: number, bad: readonly number[]): void {
  for (let i = 0; i < calls; i++) {
    const ends: OnPickedEnd[] = [];
    const port = world.pick(undefined, ends) as number;
    for (const onEnd of ends) onEnd({ code: bad.includes(port) ? Code.Internal : Code.Ok, fields: [] });
  }
}

function reached(world: World): (number | string)[] {
  return [...world.count(200).keys()].sort();
}

test("by failure percentage: out for a while that grows each time, in again, and forgiven in time", () => {
  const world = connected({ ...FAILURES, interval: "10s", baseEjectionTime: "30s" }, 5);
  load(world, 200, [2]);
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
  world.advance(10_000);
  assert.deepEqual(reached(world), [1, 3, 4, 5]);
  // The connection stays.
  assert.equal(world.at(2).released, false);
  world.advance(30_000);
  assert.deepEqual(reached(world), [1, 3, 4, 5]);
  world.advance(10_000);
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
  // A second time it is out for twice as long.
  load(world, 400, [2]);
  world.advance(10_000);
  world.advance(60_000);
  assert.deepEqual(reached(world), [1, 3, 4, 5]);
  world.advance(10_000);
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
  // Two quiet intervals, and it is as if it had never been out.
  world.advance(20_000);
  load(world, 400, [2]);
  world.advance(10_000);
  world.advance(40_000);
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
});

test("no longer than the longest time", () => {
  const world = connected({ ...FAILURES, interval: "10s", baseEjectionTime: "30s", maxEjectionTime: "35s" }, 5);
  for (let round = 0; round < 3; round++) {
    load(world, 400, [2]);
    world.advance(10_000);
    assert.deepEqual(reached(world), [1, 3, 4, 5]);
    world.advance(40_000);
    assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
  }
});

test("no more than so many percent at once, but one in any case", () => {
  const world = connected({ ...FAILURES, interval: "10s", maxEjectionPercent: 40 }, 5);
  load(world, 400, [1, 2, 3, 4]);
  world.advance(10_000);
  assert.equal(reached(world).length, 3);
  const least = connected({ ...FAILURES, interval: "10s", maxEjectionPercent: 1 }, 5);
  load(least, 400, [1, 2]);
  least.advance(10_000);
  assert.equal(reached(least).length, 4);
});

test("by success rate: who is far under the mean", () => {
  const config = { successRateEjection: { stdevFactor: 1_500, minimumHosts: 5, requestVolume: 20 }, interval: "10s" };
  const world = connected(config, 6);
  load(world, 600, [4]);
  world.advance(10_000);
  assert.deepEqual(reached(world), [1, 2, 3, 5, 6]);
  // All alike are no outliers, however bad they are.
  const alike = connected(config, 6);
  load(alike, 600, [1, 2, 3, 4, 5, 6]);
  alike.advance(10_000);
  assert.equal(reached(alike).length, 6);
});

test("too few calls, too few servers, or an enforcement of 0 %: nobody is put out", () => {
  for (const [config, calls] of [
    [{ threshold: 50, minimumHosts: 3, requestVolume: 100 }, 200],
    [{ threshold: 50, minimumHosts: 6, requestVolume: 10 }, 200],
    [{ threshold: 50, minimumHosts: 3, requestVolume: 10, enforcementPercentage: 0 }, 200],
    [{ threshold: 100, minimumHosts: 3, requestVolume: 10 }, 200],
  ] as const) {
    const world = connected({ failurePercentageEjection: config, interval: "10s" }, 5);
    load(world, calls, [2]);
    world.advance(10_000);
    assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
  }
});

test("calls of an interval before don't count, nor do those that never began", () => {
  const world = connected({ ...FAILURES, interval: "10s" }, 5);
  load(world, 45, [2]);
  world.advance(10_000);
  load(world, 45, [2]);
  world.count(500, undefined);
  world.advance(10_000);
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
});

test("what a server says of its health and being put out are both heard", () => {
  const world = connected({ ...FAILURES, interval: "10s" }, 5);
  load(world, 200, [2]);
  world.advance(10_000);
  world.at(2).setHealth("transient_failure");
  world.advance(40_000);
  assert.deepEqual(reached(world), [1, 3, 4, 5]);
  world.at(2).setHealth("ready");
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
});

test("a lost connection of a server that is out comes back out", () => {
  const world = connected({ ...FAILURES, interval: "10s" }, 5);
  load(world, 200, [2]);
  world.advance(10_000);
  world.at(2).set("idle");
  world.at(2).set("ready");
  assert.deepEqual(reached(world), [1, 3, 4, 5]);
});

test("without an algorithm nothing is counted, and who was out is in again", () => {
  const world = connected({ ...FAILURES, interval: "10s" }, 5);
  load(world, 200, [2]);
  world.advance(10_000);
  world.configure("outlier_detection_experimental", CHILD);
  world.resolve(1, 2, 3, 4, 5);
  assert.deepEqual(reached(world), [1, 2, 3, 4, 5]);
  const ends: OnPickedEnd[] = [];
  world.pick(undefined, ends);
  assert.equal(ends.length, 0);
  assert.equal(world.timers, 0);
});

test("an update does not put the sweep off", () => {
  const world = connected({ ...FAILURES, interval: "10s" }, 5);
  load(world, 200, [2]);
  for (let i = 0; i < 4; i++) {
    world.advance(2_000);
    world.resolve(1, 2, 3, 4, 5);
  }
  world.advance(2_000);
  assert.deepEqual(reached(world), [1, 3, 4, 5]);
});

test("pick_first within, of one's own: its server is not put out (gRFC A61); within ring_hash it is", async () => {
  const config = { ...FAILURES, failurePercentageEjection: { threshold: 50, minimumHosts: 1, requestVolume: 10 } };
  const alone = new World("outlier_detection_experimental", { ...config, childPolicy: [{ pick_first: {} }] });
  alone.resolve(1);
  alone.at(1).set("ready");
  load(alone, 50, [1]);
  alone.advance(10_000);
  assert.equal(alone.pick(), 1);
  const ring = new World("outlier_detection_experimental", { ...config, childPolicy: [{ ring_hash: {} }] });
  ring.resolve(1, 2);
  await ring.connectAll(1, 2);
  load(ring, 100, [1]);
  ring.advance(10_000);
  assert.deepEqual(reached(ring), [2]);
});

test("the algorithms, by the numbers", () => {
  const base: OutlierConfig = {
    intervalMs: 1,
    baseEjectionMs: 1,
    maxEjectionMs: 1,
    maxEjectionPercent: 100,
    successRate: undefined,
    failurePercentage: undefined,
    child: undefined as never,
  };
  const rules = { enforcementPercentage: 100, minimumHosts: 1, requestVolume: 100 };
  const run = (config: Partial<OutlierConfig>, failures: readonly number[], draw = 0) => {
    const servers = failures.map((count) => ({ successes: 100 - count, failures: count, ejected: false }));
    findOutliers(
      servers,
      { ...base, ...config },
      () => draw,
      (server) => {
        server.ejected = true;
      },
    );
    return servers.map(({ ejected }) => ejected);
  };
  const percentage = { failurePercentage: { ...rules, threshold: 50 } };
  assert.deepEqual(run(percentage, [50, 51, 0]), [false, true, false]);
  // Rates 1, 1, 1, 0.9: mean 0.975, deviation 0.0433. At a factor of 1.732 the line is at 0.9 itself.
  const rate = (stdevFactor: number) => ({ successRate: { ...rules, stdevFactor } });
  assert.deepEqual(run(rate(1_700), [0, 0, 0, 10]), [false, false, false, true]);
  assert.deepEqual(run(rate(1_750), [0, 0, 0, 10]), [false, false, false, false]);
  // The draw decides: 59 of a hundred is under 60, 60 is not.
  const some = { failurePercentage: { ...rules, threshold: 50, enforcementPercentage: 60 } };
  assert.deepEqual(run(some, [100], 0.599), [true]);
  assert.deepEqual(run(some, [100], 0.6), [false]);
});

test("a configuration that is wrong is refused", () => {
  for (const config of [
    { ...CHILD, interval: "-1s" },
    { ...CHILD, maxEjectionPercent: 101 },
    { ...CHILD, successRateEjection: { enforcementPercentage: 101 } },
    { ...CHILD, failurePercentageEjection: { threshold: 101 } },
    { ...CHILD, failurePercentageEjection: { minimumHosts: -1 } },
    { childPolicy: [] },
    {},
  ]) {
    assert.throws(() => new World("outlier_detection_experimental", config), { name: "ServiceConfigError" });
  }
});
