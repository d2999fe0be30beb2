import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../../protobuf/codec/encode.js";
import { OrcaLoadReport, type OrcaLoadReportInit } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import { Code } from "../../rpc/code.js";
import { Metadata } from "../../rpc/metadata.js";
import type { OnPickedEnd, PickedEnd } from "../call-channel.js";
import { World } from "./balancer.cases.js";
import { StaticStride } from "./static-stride.js";

/** The end of a call whose trailer has this report. */
function endWith(report: OrcaLoadReportInit): PickedEnd {
  const bytes = encode(OrcaLoadReport, report);
  return { code: Code.Ok, fields: new Metadata({ "endpoint-load-metrics-bin": bytes }).toFields() };
}

/** Servers 1, 2, … report by the calls that they get. Ends `rounds` calls to each. */
function reportAll(world: World, reports: readonly OrcaLoadReportInit[]): void {
  const told = new Set<number | string>();
  for (let i = 0; told.size < reports.length && i < 1_000; i++) {
    const ends: OnPickedEnd[] = [];
    const port = world.pick(undefined, ends) as number;
    told.add(port);
    for (const onEnd of ends) onEnd(endWith(reports[port - 1] as OrcaLoadReportInit));
  }
}

function connected(config: object, ...ports: number[]): World {
  const world = new World("weighted_round_robin", config);
  world.resolve(...ports);
  for (const port of ports) world.at(port).set("ready");
  return world;
}

function assertShares(world: World, weights: readonly number[]): void {
  const calls = 20_000;
  const counts = world.count(calls);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    const share = (counts.get(index + 1) ?? 0) / calls;
    assert.ok(
      Math.abs(share - weight / total) < 0.01,
      `server ${index + 1}: ${share} of the calls, not ${weight / total}`,
    );
  }
}

const NO_BLACKOUT = { blackoutPeriod: "0s" };

test("calls are spread by weight: calls a second for each unit of utilization (seeded)", () => {
  const world = connected(NO_BLACKOUT, 1, 2, 3);
  reportAll(world, [
    { rpsFractional: 100, applicationUtilization: 1 },
    { rpsFractional: 100, applicationUtilization: 0.5, cpuUtilization: 0.1 },
    // Without a word of the application it is the processors' utilization.
    { rpsFractional: 100, cpuUtilization: 0.25 },
  ]);
  // Weights are taken up once in a period.
  assertShares(world, [1, 1, 1]);
  world.advance(1_000);
  assertShares(world, [1, 2, 4]);
});

test("errors make a server weigh less", () => {
  for (const [penalty, weights] of [
    [1, [100 / (0.5 + 0.5), 100 / 0.5]],
    [3, [100 / (0.5 + 1.5), 100 / 0.5]],
    [0, [1, 1]],
  ] as const) {
    const world = connected({ ...NO_BLACKOUT, errorUtilizationPenalty: penalty }, 1, 2);
    reportAll(world, [
      { rpsFractional: 100, eps: 50, cpuUtilization: 0.5 },
      { rpsFractional: 100, cpuUtilization: 0.5 },
    ]);
    world.advance(1_000);
    assertShares(world, weights);
  }
});

test("a blackout after the first report, and again after another connection", () => {
  const world = connected({ blackoutPeriod: "10s" }, 1, 2);
  const reports = [
    { rpsFractional: 100, cpuUtilization: 1 },
    { rpsFractional: 300, cpuUtilization: 1 },
  ];
  reportAll(world, reports);
  world.advance(9_000);
  assertShares(world, [1, 1]);
  world.advance(2_000);
  assertShares(world, [1, 3]);
  world.at(2).set("idle");
  world.at(2).set("ready");
  reportAll(world, reports);
  world.advance(5_000);
  assertShares(world, [1, 1]);
  world.advance(6_000);
  assertShares(world, [1, 3]);
});

test("weights expire without reports", () => {
  const world = connected({ ...NO_BLACKOUT, weightExpirationPeriod: "20s" }, 1, 2);
  reportAll(world, [
    { rpsFractional: 100, cpuUtilization: 1 },
    { rpsFractional: 400, cpuUtilization: 1 },
  ]);
  world.advance(19_000);
  assertShares(world, [1, 4]);
  world.advance(2_000);
  assertShares(world, [1, 1]);
});

test("a server without a weight counts as the mean of the others; with fewer than two weights it is round_robin", () => {
  const world = connected(NO_BLACKOUT, 1, 2, 3);
  reportAll(world, [{ rpsFractional: 100, cpuUtilization: 1 }, {}, {}]);
  world.advance(1_000);
  assertShares(world, [1, 1, 1]);
  reportAll(world, [{ rpsFractional: 100, cpuUtilization: 1 }, { rpsFractional: 300, cpuUtilization: 1 }, {}]);
  world.advance(1_000);
  assertShares(world, [1, 3, 2]);
});

const USELESS: readonly OrcaLoadReportInit[] = [
  {},
  { rpsFractional: 10 },
  { cpuUtilization: 0.5 },
  { rpsFractional: -10, cpuUtilization: 0.5 },
  { rpsFractional: Number.NaN, cpuUtilization: 0.5 },
  { rpsFractional: 10, cpuUtilization: Number.NaN },
  { rpsFractional: Number.MAX_VALUE, cpuUtilization: Number.MIN_VALUE },
];

for (const report of USELESS) {
  test(`a report of no use is as none: ${JSON.stringify(report)}`, () => {
    const world = connected(NO_BLACKOUT, 1, 2);
    reportAll(world, [
      { rpsFractional: 100, cpuUtilization: 1 },
      { rpsFractional: 300, cpuUtilization: 1 },
    ]);
    reportAll(world, [report, report]);
    world.advance(1_000);
    assertShares(world, [1, 3]);
  });
}

test("a trailer that can't be read harms nothing", () => {
  const world = connected(NO_BLACKOUT, 1, 2);
  for (const value of ["%%%", "/w", ""]) {
    const counts = world.count(10, { code: Code.Ok, fields: [{ name: "endpoint-load-metrics-bin", value }] });
    assert.deepEqual([...counts.keys()].sort(), [1, 2]);
  }
});

test("metrics of one's own stand for the utilization (gRFC A114)", () => {
  const names = ["named_metrics.queue", "utilization.disk", "mem_utilization", "named_metrics.__proto__"];
  const world = connected({ ...NO_BLACKOUT, metricNamesForComputingUtilization: names }, 1, 2, 3, 4);
  reportAll(world, [
    { rpsFractional: 100, cpuUtilization: 1, namedMetrics: { queue: 0.25 }, utilization: { disk: 0.5 } },
    { rpsFractional: 100, cpuUtilization: 0.1, memUtilization: 0.25 },
    { rpsFractional: 100, cpuUtilization: 1, namedMetrics: { other: 0.1 } },
    { rpsFractional: 100, applicationUtilization: 0.5, namedMetrics: { queue: 0.1 } },
  ]);
  world.advance(1_000);
  assertShares(world, [2, 4, 1, 2]);
});

test("out of band: subchannels are watched, and the trailers are not looked at", () => {
  const world = connected({ ...NO_BLACKOUT, enableOobLoadReport: true, oobReportingPeriod: "3s" }, 1, 2);
  for (const port of [1, 2]) assert.deepEqual([...world.at(port).loadListeners.values()], [3_000]);
  world.at(1).report({ rpsFractional: 100, cpuUtilization: 1 });
  world.at(2).report({ rpsFractional: 300, cpuUtilization: 1 });
  reportAll(world, [
    { rpsFractional: 900, cpuUtilization: 1 },
    { rpsFractional: 100, cpuUtilization: 1 },
  ]);
  world.advance(1_000);
  assertShares(world, [1, 3]);
  // Another period is asked for anew, and no more of it is watched than before.
  world.configure("weighted_round_robin", { ...NO_BLACKOUT, enableOobLoadReport: true, oobReportingPeriod: "5s" });
  world.resolve(1, 2);
  assert.deepEqual([...world.at(1).loadListeners.values()], [5_000]);
  world.configure("weighted_round_robin", NO_BLACKOUT);
  world.resolve(1, 2);
  assert.equal(world.at(1).loadListeners.size, 0);
});

test("weights are taken up no more often than every 100 ms", () => {
  const world = connected({ ...NO_BLACKOUT, weightUpdatePeriod: "0.001s" }, 1, 2);
  reportAll(world, [
    { rpsFractional: 100, cpuUtilization: 1 },
    { rpsFractional: 300, cpuUtilization: 1 },
  ]);
  world.advance(99);
  assertShares(world, [1, 1]);
  world.advance(1);
  assertShares(world, [1, 3]);
});

test("a configuration that is wrong is refused", () => {
  for (const config of [
    { errorUtilizationPenalty: -1 },
    { blackoutPeriod: "-1s" },
    { enableOobLoadReport: 1 },
    { metricNamesForComputingUtilization: [1] },
  ]) {
    assert.throws(() => new World("weighted_round_robin", config), { name: "ServiceConfigError" });
  }
});

test("static stride: in each run of as many calls as weights add up to, every server has its share", () => {
  let sequence = 0;
  const stride = new StaticStride([1, 2, 5], () => sequence++);
  const counts = [0, 0, 0];
  for (let i = 0; i < 8_000; i++) counts[stride.next()]++;
  assert.deepEqual(counts, [1_000, 2_000, 5_000]);
});

test("static stride: no server has more than ten times the mean or less than a hundredth", () => {
  let sequence = 0;
  const stride = new StaticStride([1, 1, 1, 1, 1e9], () => sequence++);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 200_000; i++) counts[stride.next()]++;
  for (const count of counts.slice(0, 4)) assert.ok(count > 100, counts.join());
  const flat = new StaticStride([1e9, 1, 0], () => sequence++);
  for (let i = 0; i < 100; i++) assert.ok(flat.next() < 3);
});

test("what became of the weights is told: unknown, usable, too old", () => {
  const world = connected({ ...NO_BLACKOUT, weightExpirationPeriod: "20s" }, 1, 2);
  const last = () => {
    const event = world.events.at(-1);
    assert.ok(event?.type === "weights_updated");
    return { weights: event.weights, notYetUsable: event.notYetUsable, stale: event.stale, fallback: event.fallback };
  };
  assert.deepEqual(last(), { weights: [0, 0], notYetUsable: 2, stale: 0, fallback: true });
  reportAll(world, [{ rpsFractional: 100, cpuUtilization: 1 }, {}]);
  world.advance(1_000);
  assert.deepEqual(last(), { weights: [100, 0], notYetUsable: 1, stale: 0, fallback: true });
  reportAll(world, [
    { rpsFractional: 100, cpuUtilization: 1 },
    { rpsFractional: 400, cpuUtilization: 1 },
  ]);
  world.advance(1_000);
  assert.deepEqual(last(), { weights: [100, 400], notYetUsable: 0, stale: 0, fallback: false });
  world.advance(20_000);
  assert.deepEqual(last(), { weights: [0, 0], notYetUsable: 0, stale: 2, fallback: true });
});
