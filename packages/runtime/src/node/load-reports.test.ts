import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../protobuf/codec/decode.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { OrcaLoadReport } from "../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import { OpenRcaService } from "../protobuf/wkt/xds/service/orca/v3/orca.pb.js";
import { Code } from "../rpc/code.js";
import type { Metadata } from "../rpc/metadata.js";
import { RpcError } from "../rpc/rpc-error.js";
import { addLoadReporting } from "../services/orca/add-load-reporting.js";
import { LOAD_REPORT_KEY, reportLoad, reportServerLoad } from "../services/orca/report-load.js";
import { ServerLoad } from "../services/orca/server-load.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  repeat: MethodType<"server_streaming", Text, Text>;
}> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  repeat: { kind: "server_streaming", name: "Repeat", input: StringValue, output: StringValue },
});

function reportIn(trailer: Metadata): OrcaLoadReport {
  const bytes = trailer.get(LOAD_REPORT_KEY);
  assert.ok(bytes instanceof Uint8Array, "no report in the trailer");
  return decode(OrcaLoadReport, bytes);
}

test("a call's report: set at once or in parts, with replies, streams and errors; values out of range are ignored", async (t) => {
  const server = createServer().add(Echo, {
    echo({ value }, call) {
      reportLoad(call, { cpuUtilization: 1.5, memoryUtilization: 1.5, requestCost: { rows: 40, left: 1 } });
      reportLoad(call, {
        callsPerSecond: Number.NaN,
        requestCost: { left: undefined },
        utilization: { disk: 0.5, over: 1.01, ["__proto__"]: 0.25 },
        namedMetrics: { queue: -3 },
      });
      if (value === "fail") throw new RpcError(Code.Aborted, "no");
      return { value };
    },
    *repeat({ value }, call) {
      yield { value };
      reportLoad(call, { applicationUtilization: 0.75, errorsPerSecond: 2 });
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  for (const value of ["x", "fail"]) {
    const call = client.echo({ value });
    call.catch(() => {});
    const report = reportIn(await call.trailer);
    assert.equal(report.cpuUtilization, 1.5);
    assert.equal(report.memUtilization, 0);
    assert.equal(report.rpsFractional, 0);
    assert.deepEqual(Object.entries(report.requestCost), [["rows", 40]]);
    assert.deepEqual(Object.entries(report.utilization), [
      ["disk", 0.5],
      ["__proto__", 0.25],
    ]);
    assert.deepEqual(Object.entries(report.namedMetrics), [["queue", -3]]);
  }
  const stream = client.repeat({ value: "x" });
  for await (const _ of stream);
  const report = reportIn(await stream.trailer);
  assert.deepEqual([report.applicationUtilization, report.eps], [0.75, 2]);
});

test("the server's load with every call, under what a call says itself", async (t) => {
  const load = new ServerLoad();
  const server = createServer({ interceptors: [reportServerLoad(load)] }).add(Echo, {
    echo({ value }, call) {
      if (value === "own") reportLoad(call, { cpuUtilization: 0.9, utilization: { disk: 0.1 } });
      if (value === "fail") throw new RpcError(Code.Aborted, "no");
      return { value };
    },
    *repeat({ value }) {
      yield { value };
      load.merge({ callsPerSecond: 11 });
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  const reportOf = async (value: string): Promise<OrcaLoadReport> => {
    const call = client.echo({ value });
    call.catch(() => {});
    return reportIn(await call.trailer);
  };
  load.merge({ cpuUtilization: 0.4, callsPerSecond: 10, utilization: { disk: 0.2, net: 0.3 } });
  assert.deepEqual([(await reportOf("x")).cpuUtilization, (await reportOf("fail")).cpuUtilization], [0.4, 0.4]);
  const own = await reportOf("own");
  assert.deepEqual([own.cpuUtilization, own.rpsFractional], [0.9, 10]);
  assert.deepEqual({ ...own.utilization }, { disk: 0.1, net: 0.3 });
  const stream = client.repeat({ value: "x" });
  for await (const _ of stream);
  // As it is at the end of the call, not at its beginning.
  assert.equal(reportIn(await stream.trailer).rpsFractional, 11);
  load.replace({ memoryUtilization: 0.5 });
  const replaced = await reportOf("x");
  assert.deepEqual([replaced.cpuUtilization, replaced.memUtilization], [0, 0.5]);
  load.merge({ memoryUtilization: undefined });
  assert.equal((await reportOf("x")).memUtilization, 0);
});

test("out of band: a report at once, then no more often than the server allows", async (t) => {
  const server = createServer();
  const load = addLoadReporting(server, { minIntervalMs: 60 });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  assert.throws(() => addLoadReporting(server), TypeError);
  load.replace({ cpuUtilization: 0.1, requestCost: { never: 1 } });
  const startedMs = performance.now();
  const seen: number[] = [];
  const client = createClient(OpenRcaService, channel);
  for await (const report of client.streamCoreMetrics({ reportInterval: { seconds: 0n, nanos: 1_000_000 } })) {
    seen.push(report.cpuUtilization);
    assert.deepEqual(Object.keys(report.requestCost), []);
    load.merge({ cpuUtilization: seen.length });
    if (seen.length === 4) break;
  }
  assert.deepEqual(seen, [0.1, 1, 2, 3]);
  // Three waits of 60 ms at least; timers may be a little early by the other clock.
  assert.ok(performance.now() - startedMs > 170);
  // The stream's handler ends with the call.
  while (server.runningCalls > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});
