/** Against the SDK's in-memory exporters: names, labels, units, buckets, spans, and the trace across processes' borders. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2, constants, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as grpcJs from "@grpc/grpc-js";
import { context, type TextMapPropagator, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { CompositePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  DataPointType,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { build } from "esbuild";
import {
  Code,
  createChannel,
  createClient,
  createServer,
  type Metadata,
  type NodeChannelOptions,
  type NodeServer,
  RpcError,
} from "hawser";
import { type MethodType, type ServiceType, service } from "hawser/gen";
import { reportServerLoad, ServerLoad } from "hawser/services";
import { createChannel as createWebChannel, createClient as createWebClient } from "hawser/web";
import { StringValue } from "hawser/wkt";
import { GrpcTraceBinPropagator, OPT_IN_METRICS, type OpenTelemetryOptions, openTelemetry } from "./index.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  echo: MethodType<"unary", Text, Text>;
  repeat: MethodType<"server_streaming", Text, Text>;
  absent: MethodType<"unary", Text, Text>;
}> = service("test.v1.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
  repeat: { kind: "server_streaming", name: "Repeat", input: StringValue, output: StringValue },
  absent: { kind: "unary", name: "Absent", input: StringValue, output: StringValue },
});

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** One process's telemetry. */
class Telemetry {
  readonly spanExporter = new InMemorySpanExporter();
  readonly #metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: this.#metricExporter,
    exportIntervalMillis: 2 ** 31 - 1,
  });
  readonly tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.spanExporter)] });
  readonly observer: ReturnType<typeof openTelemetry>;

  constructor(t: TestContext, options: OpenTelemetryOptions = {}) {
    this.observer = openTelemetry({
      tracerProvider: this.tracerProvider,
      meterProvider: new MeterProvider({ readers: [this.#reader] }),
      propagator: new W3CTraceContextPropagator(),
      ...options,
    });
    t.after(() => this.#reader.shutdown());
  }

  get spans(): ReadableSpan[] {
    return this.spanExporter.getFinishedSpans();
  }

  /** Waits, at most 10 s, until so many spans have ended: a server's end may come after its client's. */
  async ended(count: number): Promise<ReadableSpan[]> {
    for (let i = 0; i < 1_000 && this.spans.length < count; i++) await new Promise((go) => setTimeout(go, 10));
    assert.equal(this.spans.length, count, this.spans.map(({ name }) => name).join(" "));
    return this.spans;
  }

  /** Every metric there is, by its name. */
  async metrics(): Promise<Map<string, Reading>> {
    this.#metricExporter.reset();
    await this.#reader.forceFlush();
    const readings = new Map<string, Reading>();
    for (const { scopeMetrics } of this.#metricExporter.getMetrics()) {
      for (const { scope, metrics } of scopeMetrics) {
        assert.equal(scope.name, "hawser");
        assert.equal(scope.version, "0.1.0");
        for (const { descriptor, dataPoints, dataPointType } of metrics) {
          readings.set(descriptor.name, {
            unit: descriptor.unit,
            points: dataPoints.map(({ attributes, value }) => {
              if (dataPointType !== DataPointType.HISTOGRAM) return { attributes, count: value as number };
              const { count, sum, buckets } = value as Histogram;
              return { attributes, count, sum, boundaries: buckets.boundaries };
            }),
          });
        }
      }
    }
    return readings;
  }
}

interface Reading {
  readonly unit: string;
  readonly points: { attributes: object; count: number; sum?: number | undefined; boundaries?: number[] }[];
}

const RETRY = {
  maxAttempts: 4,
  initialBackoff: "0.02s",
  maxBackoff: "0.02s",
  backoffMultiplier: 1,
  retryableStatusCodes: ["UNAVAILABLE"],
};
const HEDGE = { maxAttempts: 3, hedgingDelay: "0.01s", nonFatalStatusCodes: ["UNAVAILABLE"] };

function config(policy: object): NodeChannelOptions {
  return { serviceConfig: { methodConfig: [{ name: [{}], ...policy }] } };
}

function echoServer(telemetry: Telemetry): NodeServer {
  let failures = 0;
  return createServer({ observers: [telemetry.observer], onError() {} }).add(Echo, {
    async echo({ value }, call) {
      if (value === "flaky" && failures++ < 2) throw new RpcError(Code.Unavailable, "not yet");
      if (value === "wrong") throw new RpcError(Code.InvalidArgument, "no, not this");
      if (value === "first hangs" && !call.metadata.has("grpc-previous-rpc-attempts")) {
        await new Promise<void>((resolve) => call.signal.addEventListener("abort", () => resolve()));
      }
      return { value: `${value}!` };
    },
    async *repeat({ value }) {
      for (let i = 0; i < 3; i++) yield { value };
    },
  });
}

async function pair(t: TestContext, options: NodeChannelOptions = {}, more: OpenTelemetryOptions = {}) {
  const [onServer, onClient] = [new Telemetry(t, more), new Telemetry(t, more)];
  const server = echoServer(onServer);
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { ...options, observers: [onClient.observer] });
  t.after(() => Promise.all([channel.close(), server.shutdown({ graceMs: 0 })]));
  const target = `dns:///127.0.0.1:${port}`;
  return { server, port, target, channel, client: createClient(Echo, channel), onServer, onClient };
}

const LATENCY = [
  0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.013,
  0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2, 5, 10,
  20, 50, 100,
];
const SIZE = [
  0, 1024, 2048, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824, 4294967296,
];

test("metrics of a call (A66): names, units, labels, values and buckets, and none but these", async (t) => {
  const { client, onServer, onClient, target } = await pair(t);
  await client.echo({ value: "abc" });
  for await (const _ of client.repeat({ value: "abc" }));
  await onServer.ended(2);
  const ofClient = await onClient.metrics();
  assert.deepEqual([...ofClient.keys()].sort(), [
    "grpc.client.attempt.duration",
    "grpc.client.attempt.rcvd_total_compressed_message_size",
    "grpc.client.attempt.sent_total_compressed_message_size",
    "grpc.client.attempt.started",
    "grpc.client.call.duration",
  ]);
  const echo = { "grpc.method": "test.v1.Echo/Echo", "grpc.target": target };
  const repeat = { "grpc.method": "test.v1.Echo/Repeat", "grpc.target": target };
  const ok = { "grpc.status": "OK" };
  assert.deepEqual(ofClient.get("grpc.client.attempt.started"), {
    unit: "{attempt}",
    points: [
      { attributes: echo, count: 1 },
      { attributes: repeat, count: 1 },
    ],
  });
  assert.deepEqual(ofClient.get("grpc.client.attempt.sent_total_compressed_message_size"), {
    unit: "By",
    points: [
      { attributes: { ...echo, ...ok }, count: 1, sum: 5, boundaries: SIZE },
      { attributes: { ...repeat, ...ok }, count: 1, sum: 5, boundaries: SIZE },
    ],
  });
  assert.deepEqual(
    ofClient.get("grpc.client.attempt.rcvd_total_compressed_message_size")?.points.map(({ sum }) => sum),
    [6, 15],
  );
  for (const name of ["grpc.client.attempt.duration", "grpc.client.call.duration"]) {
    const reading = ofClient.get(name);
    assert.equal(reading?.unit, "s");
    assert.deepEqual(
      reading?.points.map(({ attributes, count, boundaries }) => ({ attributes, count, boundaries })),
      [echo, repeat].map((each) => ({ attributes: { ...each, ...ok }, count: 1, boundaries: LATENCY })),
    );
    for (const { sum } of reading?.points ?? []) assert.ok((sum ?? 0) > 0 && (sum ?? 0) < 10, `${sum} s`);
  }
  const ofServer = await onServer.metrics();
  assert.deepEqual([...ofServer.keys()].sort(), [
    "grpc.server.call.duration",
    "grpc.server.call.rcvd_total_compressed_message_size",
    "grpc.server.call.sent_total_compressed_message_size",
    "grpc.server.call.started",
  ]);
  assert.deepEqual(ofServer.get("grpc.server.call.started"), {
    unit: "{call}",
    points: ["Echo", "Repeat"].map((name) => ({ attributes: { "grpc.method": `test.v1.Echo/${name}` }, count: 1 })),
  });
  const served = { "grpc.method": "test.v1.Echo/Repeat", ...ok };
  assert.deepEqual(ofServer.get("grpc.server.call.sent_total_compressed_message_size")?.points[1], {
    attributes: served,
    count: 1,
    sum: 15,
    boundaries: SIZE,
  });
  assert.equal(ofServer.get("grpc.server.call.rcvd_total_compressed_message_size")?.points[1]?.sum, 5);
  assert.equal(ofServer.get("grpc.server.call.duration")?.unit, "s");
});

test("sizes are those of compressed messages", async (t) => {
  const { client, onClient, onServer } = await pair(t, { compression: "gzip" });
  await client.echo({ value: "a".repeat(50_000) });
  await onServer.ended(1);
  const sent = (await onClient.metrics()).get("grpc.client.attempt.sent_total_compressed_message_size")?.points[0]?.sum;
  assert.ok(sent !== undefined && sent > 0 && sent < 1_000, `${sent} bytes`);
  const received = (await onServer.metrics()).get("grpc.server.call.rcvd_total_compressed_message_size");
  assert.equal(received?.points[0]?.sum, sent);
});

test('a failed call has its status as label; a method that is not there is "other" unless it is let through', async (t) => {
  const { client, onClient, onServer, port } = await pair(t);
  await assert.rejects(Promise.resolve(client.echo({ value: "wrong" })));
  // Echo is there and this method is not: the server has no handler for it.
  const Elsewhere: ServiceType<{ call: MethodType<"unary", Text, Text> }> = service("made.up.Name", {
    call: { kind: "unary", name: "Call", input: StringValue, output: StringValue },
  });
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(() => channel.close());
  await assert.rejects(Promise.resolve(createClient(Elsewhere, channel).call({})), { code: Code.Unimplemented });
  const attempts = (await onClient.metrics()).get("grpc.client.attempt.duration")?.points;
  assert.deepEqual(
    attempts?.map(({ attributes }) => (attributes as Record<string, string>)["grpc.status"]),
    ["INVALID_ARGUMENT"],
  );
  const calls = (await onServer.metrics()).get("grpc.server.call.duration")?.points;
  assert.deepEqual(
    calls?.map(({ attributes }) => attributes),
    [
      { "grpc.method": "test.v1.Echo/Echo", "grpc.status": "INVALID_ARGUMENT" },
      { "grpc.method": "other", "grpc.status": "UNIMPLEMENTED" },
    ],
  );

  const open = await pair(t, {}, { recordUnregisteredMethod: (method) => method.startsWith("made.up.") });
  const second = createChannel(`127.0.0.1:${open.port}`);
  t.after(() => second.close());
  await assert.rejects(Promise.resolve(createClient(Elsewhere, second).call({})));
  const started = (await open.onServer.metrics()).get("grpc.server.call.started")?.points;
  assert.deepEqual(started?.[0]?.attributes, { "grpc.method": "made.up.Name/Call" });
});

test("retries (A96): counted by kind, with the delay between attempts", async (t) => {
  const { client, onClient, target } = await pair(t, config({ retryPolicy: RETRY }), { enableMetrics: "all" });
  await client.echo({ value: "flaky" });
  await client.echo({ value: "fine" });
  const metrics = await onClient.metrics();
  const attributes = { "grpc.method": "test.v1.Echo/Echo", "grpc.target": target };
  assert.deepEqual(metrics.get("grpc.client.call.retries"), {
    unit: "{retry}",
    points: [{ attributes, count: 1, sum: 2, boundaries: [1, 2, 3, 4, 5] }],
  });
  assert.equal(metrics.get("grpc.client.call.hedges"), undefined);
  assert.equal(metrics.get("grpc.client.call.transparent_retries"), undefined);
  const delay = metrics.get("grpc.client.call.retry_delay");
  assert.equal(delay?.unit, "s");
  assert.deepEqual(delay?.points[0]?.boundaries, LATENCY);
  // Two waits of 16 ms at least (20 ms less a fifth).
  assert.ok((delay?.points[0]?.sum ?? 0) >= 0.03, `${delay?.points[0]?.sum}`);
  assert.deepEqual(
    metrics.get("grpc.client.attempt.started")?.points.map(({ count }) => count),
    [4],
  );
});

test("hedges and transparent retries (A96)", async (t) => {
  const { client, onClient } = await pair(t, config({ hedgingPolicy: HEDGE }), { enableMetrics: "all" });
  await client.echo({ value: "first hangs" });
  const hedges = (await onClient.metrics()).get("grpc.client.call.hedges");
  assert.equal(hedges?.unit, "{hedge}");
  assert.ok((hedges?.points[0]?.sum ?? 0) >= 1);
});

test("connections (A94, and under their names of A78): off by default, on by name", async (t) => {
  const { client, onClient, server, target } = await pair(
    t,
    { backoff: { initialMs: 10, maxMs: 20 } },
    { enableMetrics: "all", optionalLabels: ["grpc.disconnect_error", "grpc.security_level", "grpc.lb.locality"] },
  );
  await client.echo({ value: "a" });
  const locality = { "grpc.lb.locality": "" };
  const open = { "grpc.target": target, "grpc.security_level": "none", ...locality };
  assert.deepEqual((await onClient.metrics()).get("grpc.subchannel.open_connections"), {
    unit: "{connection}",
    points: [{ attributes: open, count: 1 }],
  });
  await server.shutdown();
  await assert.rejects(Promise.resolve(client.echo({ value: "a" })), { code: Code.Unavailable });
  const metrics = await onClient.metrics();
  assert.equal(metrics.get("grpc.subchannel.open_connections")?.points[0]?.count, 0);
  const plain = { attributes: { "grpc.target": target, ...locality }, count: 1 };
  assert.deepEqual(metrics.get("grpc.subchannel.connection_attempts_succeeded"), {
    unit: "{attempt}",
    points: [plain],
  });
  const failed = metrics.get("grpc.subchannel.connection_attempts_failed");
  assert.equal(failed?.unit, "{attempt}");
  assert.ok((failed?.points[0]?.count ?? 0) >= 1);
  assert.deepEqual(metrics.get("grpc.subchannel.disconnections"), {
    unit: "{disconnection}",
    points: [
      { attributes: { "grpc.target": target, "grpc.disconnect_error": "GOAWAY NO_ERROR", ...locality }, count: 1 },
    ],
  });
  for (const name of ["disconnections", "connection_attempts_succeeded", "connection_attempts_failed"]) {
    const old = metrics.get(`grpc.lb.pick_first.${name}`);
    assert.deepEqual(old?.points[0]?.attributes, { "grpc.target": target });
  }
});

test("weighted_round_robin (A78)", async (t) => {
  const servers = await Promise.all(
    [100, 300].map(async (callsPerSecond) => {
      const load = new ServerLoad();
      load.replace({ callsPerSecond, cpuUtilization: 0.5 });
      const server = createServer({ interceptors: [reportServerLoad(load)] }).add(Echo, { echo: (request) => request });
      return { server, port: (await server.listen("127.0.0.1:0")).port };
    }),
  );
  const telemetry = new Telemetry(t, { enableMetrics: "all", optionalLabels: ["grpc.lb.locality"] });
  const target = `ipv4:${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const channel = createChannel(target, {
    observers: [telemetry.observer],
    serviceConfig: {
      loadBalancingConfig: [{ weighted_round_robin: { blackoutPeriod: "0s", weightUpdatePeriod: "0.1s" } }],
    },
  });
  t.after(async () => {
    await channel.close();
    await Promise.all(servers.map(({ server }) => server.shutdown({ graceMs: 0 })));
  });
  const client = createClient(Echo, channel);
  const attributes = { "grpc.target": target, "grpc.lb.locality": "" };
  let metrics = await telemetry.metrics();
  const weights = () => metrics.get("grpc.lb.wrr.endpoint_weights");
  // A weight is calls a second for a whole processor: 200 and 600, recorded at each update.
  for (let i = 0; i < 500 && !((weights()?.points[0]?.sum ?? 0) >= 800); i++) {
    await client.echo({});
    await new Promise((resolve) => setTimeout(resolve, 10));
    metrics = await telemetry.metrics();
  }
  assert.equal(weights()?.unit, "{weight}");
  assert.deepEqual(weights()?.points[0]?.attributes, attributes);
  assert.equal((weights()?.points[0]?.sum ?? 0) % 200, 0);
  for (const [name, unit] of [
    ["rr_fallback", "{update}"],
    ["endpoint_weight_not_yet_usable", "{endpoint}"],
  ]) {
    const reading = metrics.get(`grpc.lb.wrr.${name}`);
    assert.equal(reading?.unit, unit, name);
    assert.deepEqual(reading?.points[0]?.attributes, attributes);
    assert.ok((reading?.points[0]?.count ?? 0) >= 1);
  }
  assert.ok(OPT_IN_METRICS.includes("grpc.lb.wrr.endpoint_weight_stale"));
});

test("metrics are switched by name, and unknown names are mistakes", async (t) => {
  assert.throws(() => new Telemetry(t, { enableMetrics: ["grpc.nothing"] }), /there is no metric "grpc.nothing"/);
  const { client, onClient } = await pair(
    t,
    {},
    {
      enableMetrics: ["grpc.subchannel.open_connections"],
      disableMetrics: ["grpc.client.call.duration"],
    },
  );
  await client.echo({ value: "a" });
  const names = [...(await onClient.metrics()).keys()];
  assert.ok(names.includes("grpc.subchannel.open_connections"));
  assert.ok(!names.includes("grpc.client.call.duration"));
  assert.deepEqual(
    names.filter((name) => OPT_IN_METRICS.includes(name)),
    ["grpc.subchannel.open_connections"],
  );
});

function byName(spans: readonly ReadableSpan[], name: string): ReadableSpan[] {
  return spans.filter((span) => span.name === name);
}

test("traces (A72): a span for the call, one for the attempt, one on the server, with events and status", async (t) => {
  const { client, onClient, onServer } = await pair(t);
  for await (const _ of client.repeat({ value: "abc" }));
  const [recv] = await onServer.ended(1);
  const spans = await onClient.ended(2);
  const [sent] = byName(spans, "Sent.test.v1.Echo.Repeat");
  const [attempt] = byName(spans, "Attempt.test.v1.Echo.Repeat");
  assert.equal(recv?.name, "Recv.test.v1.Echo.Repeat");
  assert.equal(attempt?.parentSpanContext?.spanId, sent?.spanContext().spanId);
  assert.equal(recv?.parentSpanContext?.spanId, attempt?.spanContext().spanId);
  assert.equal(recv?.spanContext().traceId, sent?.spanContext().traceId);
  assert.deepEqual(attempt?.attributes, { "previous-rpc-attempts": 0, "transparent-retry": false });
  assert.deepEqual(
    sent?.events.map(({ name }) => name),
    ["Delayed name resolution complete"],
  );
  const events = (span: ReadableSpan | undefined) => span?.events.map(({ name, attributes }) => [name, attributes]);
  const inbound = (number: number) => ["Inbound message", { "sequence-number": number, "message-size": 5 }];
  assert.deepEqual(events(attempt), [
    ["Delayed LB pick complete", {}],
    ["Outbound message", { "sequence-number": 0, "message-size": 5 }],
    inbound(0),
    inbound(1),
    inbound(2),
  ]);
  assert.deepEqual(events(recv), [
    inbound(0),
    ...[0, 1, 2].map((number) => ["Outbound message", { "sequence-number": number, "message-size": 5 }]),
  ]);
  for (const span of [sent, attempt, recv]) assert.equal(span?.status.code, 1);
  // The second call has its connection already: nothing was delayed.
  onClient.spanExporter.reset();
  await client.echo({ value: "a" });
  assert.deepEqual(
    (await onClient.ended(2)).flatMap((span) => span.events.map(({ name }) => name)),
    ["Outbound message", "Inbound message"],
  );
});

test("an error's span says which, in words; compressed messages have both sizes", async (t) => {
  const { client, onClient, onServer } = await pair(t, { compression: "gzip" });
  const value = "wrong";
  await assert.rejects(Promise.resolve(client.echo({ value })));
  for (const span of [...(await onClient.ended(2)), ...(await onServer.ended(1))]) {
    assert.deepEqual(span.status, { code: 2, message: "INVALID_ARGUMENT, no, not this" });
  }
  onServer.spanExporter.reset();
  await client.echo({ value: "a".repeat(10_000) });
  const [recv] = await onServer.ended(1);
  const attributes = recv?.events[0]?.attributes;
  assert.equal(attributes?.["message-size"], 10_003);
  assert.ok(Number(attributes?.["message-size-compressed"]) < 1_000);
});

test("a span for each attempt: retries, each with the number before it", async (t) => {
  const { client, onClient, onServer } = await pair(t, config({ retryPolicy: RETRY }));
  await client.echo({ value: "flaky" });
  const spans = await onClient.ended(4);
  const attempts = byName(spans, "Attempt.test.v1.Echo.Echo");
  assert.deepEqual(
    attempts.map(({ attributes, status }) => [attributes["previous-rpc-attempts"], status.code]),
    [
      [0, 2],
      [1, 2],
      [2, 1],
    ],
  );
  const served = await onServer.ended(3);
  assert.deepEqual(
    served.map(({ parentSpanContext }) => parentSpanContext?.spanId),
    attempts.map((span) => span.spanContext().spanId),
  );
  assert.equal(byName(spans, "Sent.test.v1.Echo.Echo")[0]?.status.code, 1);
});

test("a span for each attempt: hedges, of which one wins", async (t) => {
  const { client, onClient } = await pair(t, config({ hedgingPolicy: HEDGE }));
  await client.echo({ value: "first hangs" });
  const attempts = byName(onClient.spans, "Attempt.test.v1.Echo.Echo");
  assert.ok(attempts.length >= 2);
  assert.equal(attempts.filter(({ status }) => status.code === 1).length, 1);
  assert.ok(attempts.some(({ status }) => status.message?.startsWith("CANCELLED")));
  assert.equal(byName(onClient.spans, "Sent.test.v1.Echo.Echo").length, 1);
});

for (const policy of [{}, { retryPolicy: RETRY }]) {
  test(`transparent retries ${"retryPolicy" in policy ? "beside a policy" : "without a policy"}: a span, and a count of their own`, async (t) => {
    let streams = 0;
    const peer = createHttp2Server().on("stream", (stream) => {
      stream.on("error", () => {});
      if (streams++ === 0) {
        stream.close(constants.NGHTTP2_REFUSED_STREAM);
        return;
      }
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, 3, 10, 1, 97]));
    });
    await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
    const { port } = peer.address() as AddressInfo;
    const telemetry = new Telemetry(t, { enableMetrics: "all" });
    const channel = createChannel(`127.0.0.1:${port}`, { ...config(policy), observers: [telemetry.observer] });
    t.after(async () => {
      await channel.close();
      peer.close();
    });
    assert.equal((await createClient(Echo, channel).echo({ value: "a" })).value, "a");
    const attempts = byName(await telemetry.ended(3), "Attempt.test.v1.Echo.Echo");
    assert.deepEqual(
      attempts.map(({ attributes, status }) => [attributes, status.code]),
      [
        [{ "previous-rpc-attempts": 0, "transparent-retry": false }, 2],
        [{ "previous-rpc-attempts": 0, "transparent-retry": true }, 1],
      ],
    );
    const metrics = await telemetry.metrics();
    const retries = metrics.get("grpc.client.call.transparent_retries");
    assert.equal(retries?.unit, "{transparent_retry}");
    assert.deepEqual([retries?.points[0]?.sum, retries?.points[0]?.boundaries], [1, [1, 2, 3, 4, 5, 10]]);
    assert.equal(metrics.get("grpc.client.call.retries"), undefined);
    assert.equal(metrics.get("grpc.client.attempt.started")?.points[0]?.count, 2);
  });
}

for (const [name, propagator, key] of [
  ["W3C", new W3CTraceContextPropagator(), "traceparent"],
  ["grpc-trace-bin", new GrpcTraceBinPropagator(), "grpc-trace-bin"],
  [
    "both",
    new CompositePropagator({ propagators: [new GrpcTraceBinPropagator(), new W3CTraceContextPropagator()] }),
    "traceparent",
  ],
] as readonly (readonly [string, TextMapPropagator, string])[]) {
  for (const how of ["the context", "parent"]) {
    test(`${name}: a trace goes over two hops by ${how}`, async (t) => {
      const far = new Telemetry(t, { propagator });
      const near = new Telemetry(t, { propagator });
      let seen: Metadata | undefined;
      const last = createServer({ observers: [far.observer] }).add(Echo, {
        echo({ value }, call) {
          seen = call.metadata;
          return { value };
        },
      });
      const { port } = await last.listen("127.0.0.1:0");
      const onward = createChannel(`127.0.0.1:${port}`, { observers: [near.observer] });
      const next = createClient(Echo, onward);
      const first = createServer({ observers: [near.observer] }).add(Echo, {
        echo: (request, call) =>
          how === "parent"
            ? context.with(trace.deleteSpan(context.active()), () => next.echo(request, { parent: call }))
            : next.echo(request),
      });
      const { port: firstPort } = await first.listen("127.0.0.1:0");
      const client = new Telemetry(t, { propagator });
      const channel = createChannel(`127.0.0.1:${firstPort}`, { observers: [client.observer] });
      t.after(async () => {
        await Promise.all([channel.close(), onward.close()]);
        await Promise.all([first.shutdown({ graceMs: 0 }), last.shutdown({ graceMs: 0 })]);
      });
      const root = client.tracerProvider.getTracer("test").startSpan("root");
      await context.with(trace.setSpan(context.active(), root), () => createClient(Echo, channel).echo({ value: "a" }));
      root.end();
      const chain = [...(await client.ended(3)), ...(await near.ended(3)), ...(await far.ended(1))];
      const path: string[] = [];
      for (let id: string | undefined = (far.spans[0] as ReadableSpan).spanContext().spanId; id !== undefined; ) {
        const span = chain.find((each) => each.spanContext().spanId === id);
        path.push(span?.name.split(".")[0] ?? "lost");
        id = span?.parentSpanContext?.spanId;
      }
      assert.deepEqual(path, ["Recv", "Attempt", "Sent", "Recv", "Attempt", "Sent", "root"]);
      assert.equal(new Set(chain.map((span) => span.spanContext().traceId)).size, 1);
      assert.ok(seen?.has(key));
      if (name === "both") assert.ok(seen?.has("grpc-trace-bin"));
    });
  }
}

test("a trace goes into a grpc-js server, and comes from a grpc-js client", async (t) => {
  const propagator = new CompositePropagator({
    propagators: [new GrpcTraceBinPropagator(), new W3CTraceContextPropagator()],
  });
  const bytes = {
    path: "/test.v1.Echo/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  };
  let got: grpcJs.Metadata | undefined;
  const theirs = new grpcJs.Server();
  theirs.addService(
    { echo: bytes },
    {
      echo(call: grpcJs.ServerUnaryCall<Buffer, Buffer>, callback: grpcJs.sendUnaryData<Buffer>) {
        got = call.metadata;
        callback(null, call.request);
      },
    },
  );
  const theirPort = await new Promise<number>((resolve, reject) =>
    theirs.bindAsync("127.0.0.1:0", grpcJs.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  );
  const telemetry = new Telemetry(t, { propagator });
  const channel = createChannel(`127.0.0.1:${theirPort}`, { observers: [telemetry.observer] });
  t.after(async () => {
    await channel.close();
    theirs.forceShutdown();
  });
  await createClient(Echo, channel).echo({ value: "a" });
  const [attempt] = byName(await telemetry.ended(2), "Attempt.test.v1.Echo.Echo");
  const { traceId, spanId } = (attempt as ReadableSpan).spanContext();
  assert.deepEqual(got?.get("traceparent"), [`00-${traceId}-${spanId}-01`]);
  const binary = got?.get("grpc-trace-bin")[0] as Buffer;
  assert.equal(binary.toString("hex"), `0000${traceId}01${spanId}0201`);

  const ours = new Telemetry(t, { propagator });
  const server = echoServer(ours);
  const { port } = await server.listen("127.0.0.1:0");
  const client = new grpcJs.Client(`127.0.0.1:${port}`, grpcJs.credentials.createInsecure());
  t.after(async () => {
    client.close();
    await server.shutdown({ graceMs: 0 });
  });
  const call = async (metadata: grpcJs.Metadata) => {
    await new Promise<void>((resolve, reject) =>
      client.makeUnaryRequest(
        bytes.path,
        bytes.requestSerialize,
        bytes.responseDeserialize,
        Buffer.from([10, 1, 97]),
        metadata,
        (error) => (error === null ? resolve() : reject(error)),
      ),
    );
  };
  const [trace1, span1] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
  const text = new grpcJs.Metadata();
  text.set("traceparent", `00-${trace1}-${span1}-01`);
  await call(text);
  const bin = new grpcJs.Metadata();
  bin.set("grpc-trace-bin", Buffer.from(`0000${trace1}01${span1}0201`, "hex"));
  await call(bin);
  const spans = await ours.ended(2);
  for (const span of spans) {
    assert.equal(span.spanContext().traceId, trace1);
    assert.equal(span.parentSpanContext?.spanId, span1);
  }
  // What is no trace begins one of its own.
  for (const broken of ["", "00", `0000${trace1}01${span1}02`, `0100${trace1}01${span1}0201`, "ff".repeat(29)]) {
    const metadata = new grpcJs.Metadata();
    metadata.set("grpc-trace-bin", Buffer.from(broken, "hex"));
    await call(metadata);
  }
  for (const span of (await ours.ended(7)).slice(2)) assert.equal(span.parentSpanContext, undefined);
});

test("fields that are no trace, whatever is in them, begin a trace of their own and harm nothing", async (t) => {
  const propagator = new CompositePropagator({
    propagators: [new GrpcTraceBinPropagator(), new W3CTraceContextPropagator()],
  });
  const telemetry = new Telemetry(t, { propagator });
  const server = echoServer(telemetry);
  const { port } = await server.listen("127.0.0.1:0");
  const session = connectHttp2(`http://127.0.0.1:${port}`).on("error", () => {});
  t.after(async () => {
    session.close();
    await server.shutdown({ graceMs: 0 });
  });
  const hostile = ["%%%", ",", "AAAA,%%", "a".repeat(4_000), "\u00ff\u00fe"];
  for (const value of hostile) {
    const stream = session.request({
      ":method": "POST",
      ":path": "/test.v1.Echo/Echo",
      "content-type": "application/grpc",
      te: "trailers",
      "grpc-trace-bin": value,
      traceparent: value,
      tracestate: value,
    });
    stream.end(Buffer.from([0, 0, 0, 0, 3, 10, 1, 97]));
    const [trailers] = await once(stream.resume(), "trailers");
    assert.equal(trailers["grpc-status"], "0", value);
  }
  for (const span of await telemetry.ended(hostile.length)) assert.equal(span.parentSpanContext, undefined);
});

test("a page's calls: a span each, whose trace goes over gRPC-Web", async (t) => {
  const [onServer, onClient] = [new Telemetry(t), new Telemetry(t)];
  const server = echoServer(onServer);
  const { port } = await server.listen("127.0.0.1:0");
  const url = `http://127.0.0.1:${port}`;
  const channel = createWebChannel(url, { observer: onClient.observer });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  assert.equal((await createWebClient(Echo, channel).echo({ value: "abc" })).value, "abc!");
  const [attempt] = byName(await onClient.ended(2), "Attempt.test.v1.Echo.Echo");
  const [recv] = await onServer.ended(1);
  assert.equal(recv?.parentSpanContext?.spanId, attempt?.spanContext().spanId);
  const sent = (await onClient.metrics()).get("grpc.client.attempt.sent_total_compressed_message_size")?.points[0];
  assert.equal(sent?.sum, 5);
  assert.deepEqual(sent?.attributes, {
    "grpc.method": "test.v1.Echo/Echo",
    "grpc.target": url,
    "grpc.status": "OK",
  });
});

test("the package needs nothing of Node", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "index.js")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["@opentelemetry/api"],
    logLevel: "error",
  });
  assert.doesNotMatch(outputFiles[0]?.text ?? "node:", /"node:/);
});

test("without providers nothing is measured and calls go on", async (t) => {
  const observer = openTelemetry({});
  const { port } = await pair(t);
  const channel = createChannel(`127.0.0.1:${port}`, { observers: [observer] });
  t.after(() => channel.close());
  assert.equal((await createClient(Echo, channel).echo({ value: "a" })).value, "a!");
});
