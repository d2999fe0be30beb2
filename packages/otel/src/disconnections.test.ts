/** Each reason for which gRFC A94 has a word, from peers that lose their connections in that way. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { constants, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { createChannel, createClient, type NodeChannelOptions } from "hawser";
import { type MethodType, type ServiceType, service } from "hawser/gen";
import { StringValue } from "hawser/wkt";
import { openTelemetry } from "./index.js";

type Text = typeof StringValue;
const Echo: ServiceType<{ echo: MethodType<"unary", Text, Text> }> = service("test.v1.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
});

const DISCONNECTIONS = "grpc.subchannel.disconnections";
const OPEN = "grpc.subchannel.open_connections";

/** Below the least interval of the option `keepalive`, for the test's sake. */
const KEEPALIVE: NodeChannelOptions = {
  http2: { keepaliveIntervalMs: 50, keepaliveTimeoutMs: 50, keepaliveWithoutStreams: true },
};

interface Point {
  readonly attributes: Record<string, unknown>;
  readonly value: unknown;
}

/** A server of Node's own HTTP/2 that answers each call, and its connections. */
async function startPeer(t: TestContext) {
  const sessions: ServerHttp2Session[] = [];
  const sockets: Socket[] = [];
  const server: Http2Server = createServer()
    .on("connection", (socket: Socket) => sockets.push(socket.on("error", () => {})))
    .on("session", (session) => sessions.push(session.on("error", () => {})))
    .on("stream", (stream) => {
      stream.on("error", () => {});
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.from([0, 0, 0, 0, 3, 10, 1, 97]));
    });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sessions, sockets };
}

/** A channel whose first call has been answered, and what is measured of its connections. */
async function connected(t: TestContext, port: number, options: NodeChannelOptions = {}) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const observer = openTelemetry({
    meterProvider: new MeterProvider({ readers: [reader] }),
    enableMetrics: [DISCONNECTIONS, OPEN],
    optionalLabels: ["grpc.disconnect_error"],
  });
  const channel = createChannel(`127.0.0.1:${port}`, { ...options, observers: [observer] });
  t.after(() => Promise.all([channel.close(), reader.shutdown()]));
  assert.equal((await createClient(Echo, channel).echo({ value: "a" })).value, "a");
  const points = async (name: string): Promise<Point[]> => {
    exporter.reset();
    await reader.forceFlush();
    const metrics = exporter.getMetrics().flatMap((each) => each.scopeMetrics.flatMap((scope) => scope.metrics));
    return metrics
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints as Point[]);
  };
  const open = async () => (await points(OPEN)).map(({ value }) => value);
  assert.deepEqual(await open(), [1]);
  /** Waits, at most 10 s, until the connection is gone, and looks at what it is said to have been lost by. */
  const lost = async (reason: string): Promise<void> => {
    for (let i = 0; i < 1_000 && (await open())[0] !== 0; i++) await new Promise((go) => setTimeout(go, 10));
    assert.deepEqual(await open(), [0]);
    const attributes = { "grpc.target": `dns:///127.0.0.1:${port}`, "grpc.disconnect_error": reason };
    assert.deepEqual(
      (await points(DISCONNECTIONS)).map((point) => [point.attributes, point.value]),
      [[attributes, 1]],
    );
  };
  return { channel, lost };
}

test("connection reset (A94)", async (t) => {
  const { port, sockets } = await startPeer(t);
  const { lost } = await connected(t, port);
  sockets[0]?.resetAndDestroy();
  await lost("connection reset");
});

test("GOAWAY with its code, which counts though the socket goes next (A94)", async (t) => {
  const { port, sessions, sockets } = await startPeer(t);
  const { lost } = await connected(t, port);
  sessions[0]?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  setTimeout(() => sockets[0]?.destroy(), 50);
  await lost("GOAWAY ENHANCE_YOUR_CALM");
});

test("subchannel shutdown (A94)", async (t) => {
  const { port } = await startPeer(t);
  const { channel, lost } = await connected(t, port);
  await channel.close();
  await lost("subchannel shutdown");
});

test("unknown: a peer that closes and says nothing (A94)", async (t) => {
  const { port } = await startPeer(t);
  const through = await startRelay(t, port);
  const { lost } = await connected(t, through.port);
  through.end();
  await lost("unknown");
});

test("connection timed out: a keepalive without an answer (A94)", async (t) => {
  const { port } = await startPeer(t);
  const through = await startRelay(t, port);
  const { lost } = await connected(t, through.port, KEEPALIVE);
  through.hold();
  await lost("connection timed out");
});

/** A way to the peer that can stop handing bytes over, or close. */
async function startRelay(t: TestContext, to: number) {
  const near: Socket[] = [];
  const far: Socket[] = [];
  const relay = createTcpServer((socket) => {
    const onward = connect(to, "127.0.0.1");
    near.push(socket.on("error", () => {}));
    far.push(onward.on("error", () => {}));
    socket.pipe(onward).pipe(socket);
  });
  await once(relay.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    for (const socket of [...near, ...far]) socket.destroy();
    relay.close();
  });
  return {
    port: (relay.address() as AddressInfo).port,
    end() {
      for (const socket of near) socket.end();
    },
    hold() {
      for (const socket of far) socket.unpipe();
    },
  };
}
