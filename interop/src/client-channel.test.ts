/** Our client's channel against servers of grpc-js: what gRPC promises beyond the single call. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { HealthImplementation } from "grpc-health-check";
import {
  type Channel,
  Code,
  createChannel,
  createClient,
  createServer,
  type NodeChannelOptions,
  RpcError,
} from "hawser";
import { addLoadReporting, reportLoad } from "hawser/services";
import { mustExit } from "./exit-check.js";
import { FakeServer } from "./fake-server.js";
import {
  ACK,
  block,
  DATA,
  END_HEADERS,
  END_STREAM,
  envelope,
  frame,
  GOAWAY,
  HEADERS,
  onFrames,
  PING,
  PREFACE,
  SETTINGS,
  uint32,
} from "./frames.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";
import { TcpProxy } from "./proxy.js";

mustExit();

const PROTO = fileURLToPath(new URL("../proto/interop/v1/interop.proto", import.meta.url));
// biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
const loaded = grpc.loadPackageDefinition(loadSync(PROTO, { longs: String, defaults: true })) as any;
const JsInterop = loaded.interop.v1.Interop as grpc.ServiceClientConstructor;

type Unary = grpc.handleUnaryCall<{ id: string; payload: Buffer }, object>;
type Handlers = Partial<Record<"unary" | "clientStream" | "serverStream" | "bidiStream", grpc.UntypedHandleCall>>;

interface After {
  after(done: () => Promise<void> | void): void;
}

/** A server of grpc-js. */
async function serve(
  t: After,
  handlers: Handlers,
  options: grpc.ServerOptions = {},
  address = "127.0.0.1:0",
): Promise<{ server: grpc.Server; port: number }> {
  const server = new grpc.Server(options);
  server.addService(JsInterop.service, handlers as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  t.after(() => server.forceShutdown());
  return { server, port };
}

function open(t: After, target: string | number, options: NodeChannelOptions = {}): Channel {
  const channel = createChannel(typeof target === "number" ? `127.0.0.1:${target}` : target, {
    backoff: { initialMs: 20, maxMs: 50 },
    ...options,
  });
  t.after(() => channel.close());
  return channel;
}

async function errorOf(call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await Promise.resolve(call).then(undefined, (thrown: unknown) => thrown);
  ok(RpcError.is(error), `expected an RpcError, not ${String(error)}`);
  return error;
}

async function eventually(check: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let i = 0; i < 2_000; i++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  ok(false, `never: ${what}`);
}

const PATIENT = { waitForReady: true, timeoutMs: 30_000 };

const RETRY = {
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: "0.01s",
        maxBackoff: "0.05s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};

/** Fails with UNAVAILABLE, and what it says of further attempts. */
function unavailable(pushback?: string): grpc.ServerErrorResponse {
  const metadata = new grpc.Metadata();
  if (pushback !== undefined) metadata.set("grpc-retry-pushback-ms", pushback);
  return Object.assign(new Error("not now"), { code: grpc.status.UNAVAILABLE, metadata });
}

describe("retries at a server of grpc-js", () => {
  /** A server that fails all attempts but the last, in these ways; and what it saw. */
  async function failing(t: After, pushbacks: readonly (string | undefined)[]) {
    const previous: grpc.MetadataValue[][] = [];
    const unary: Unary = (call, done) => {
      previous.push(call.metadata.get("grpc-previous-rpc-attempts"));
      const attempt = previous.length - 1;
      if (attempt < pushbacks.length) done(unavailable(pushbacks[attempt]));
      else done(null, { id: call.request.id });
    };
    const { port } = await serve(t, { unary });
    return { previous, client: createClient(Interop, open(t, port, { serviceConfig: RETRY })) };
  }

  test("it sees the attempts before, and we the answer of the last", async (t) => {
    const { client, previous } = await failing(t, [undefined, undefined, undefined]);
    strictEqual((await client.unary({ id: 5 })).id, 5n);
    deepStrictEqual(previous, [[], ["1"], ["2"], ["3"]]);
  });

  test("pushback in milliseconds is waited for", async (t) => {
    const { client, previous } = await failing(t, ["120"]);
    const startedMs = performance.now();
    strictEqual((await client.unary({ id: 5 })).id, 5n);
    ok(performance.now() - startedMs >= 119);
    strictEqual(previous.length, 2);
  });

  for (const value of ["-1", "soon"]) {
    test(`pushback of ${value} ends it`, async (t) => {
      const { client, previous } = await failing(t, [value]);
      strictEqual((await errorOf(client.unary({ id: 5 }))).code, Code.Unavailable);
      strictEqual(previous.length, 1);
    });
  }

  test("once it has sent its header nothing is tried again", async (t) => {
    let calls = 0;
    const unary: Unary = (call, done) => {
      calls++;
      call.sendMetadata(new grpc.Metadata());
      setImmediate(() => done(unavailable()));
    };
    const { port } = await serve(t, { unary });
    const client = createClient(Interop, open(t, port, { serviceConfig: RETRY }));
    strictEqual((await errorOf(client.unary({}))).code, Code.Unavailable);
    strictEqual(calls, 1);
  });

  test("hedging: the attempt that answers first wins, and the others are cancelled there", async (t) => {
    const previous: string[] = [];
    const cancelled = new Set<string>();
    const unary: Unary = (call, done) => {
      const attempt = String(call.metadata.get("grpc-previous-rpc-attempts")[0] ?? "0");
      previous.push(attempt);
      call.on("cancelled", () => cancelled.add(attempt));
      if (attempt === "2") done(null, { id: "2" });
    };
    const { port } = await serve(t, { unary });
    const hedgingPolicy = { maxAttempts: 3, hedgingDelay: "0.02s", nonFatalStatusCodes: ["UNAVAILABLE"] };
    const serviceConfig = { methodConfig: [{ name: [{}], hedgingPolicy }] };
    const client = createClient(Interop, open(t, port, { serviceConfig }));
    strictEqual((await client.unary({})).id, 2n);
    deepStrictEqual(previous, ["0", "1", "2"]);
    await eventually(() => cancelled.has("0") && cancelled.has("1"), "the two others are cancelled");
  });

  test("compression holds for every attempt", async (t) => {
    const encodings: grpc.MetadataValue[][] = [];
    const payload = new Uint8Array(50_000).fill(7);
    const unary: Unary = (call, done) => {
      encodings.push(call.metadata.get("x-attempt"));
      if (encodings.length < 3) done(unavailable());
      else done(null, { id: "1", payload: call.request.payload });
    };
    const { port } = await serve(t, { unary });
    const proxy = await TcpProxy.start(port);
    t.after(() => proxy.close());
    const client = createClient(Interop, open(t, proxy.port, { serviceConfig: RETRY, compression: "gzip" }));
    deepStrictEqual(new Uint8Array((await client.unary({ payload })).payload), payload);
    strictEqual(encodings.length, 3);
    ok(proxy.sent < 10_000, `${proxy.sent} bytes were sent`);
  });
});

describe("connections to a server of grpc-js", () => {
  const unary: Unary = (call, done) => done(null, { id: call.request.id });

  test("it closes connections by their age (GOAWAY): no call fails, however often", async (t) => {
    const { port } = await serve(
      t,
      { unary },
      {
        "grpc.max_connection_age_ms": 60,
        "grpc.max_connection_age_grace_ms": 5_000,
      },
    );
    const proxy = await TcpProxy.start(port);
    t.after(() => proxy.close());
    const client = createClient(Interop, open(t, proxy.port));
    for (let i = 0; proxy.connections < 5 && i < 100_000; i++) {
      const calls = await Promise.all(Array.from({ length: 8 }, (_, j) => client.unary({ id: j }, PATIENT)));
      deepStrictEqual(
        calls.map(({ id }) => id),
        [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n],
      );
    }
    ok(proxy.connections >= 5);
  });

  test("it drains: the stream that runs ends well, new calls go to the server that comes after it", async (t) => {
    const serverStream: grpc.handleServerStreamingCall<object, object> = (call) => {
      call.write({ id: "1" });
      setTimeout(() => {
        call.write({ id: "2" });
        call.end();
      }, 300);
    };
    const { server, port } = await serve(t, { unary, serverStream });
    const client = createClient(Interop, open(t, port));
    const stream = client.serverStream({});
    strictEqual((await stream.next()).value?.id, 1n);
    const drained = new Promise((resolve) => server.tryShutdown(resolve));
    const { port: next } = await serve(t, { unary }, {}, `127.0.0.1:${port}`).catch(() => ({ port: 0 }));
    strictEqual((await stream.next()).value?.id, 2n);
    strictEqual((await stream.next()).done, true);
    await drained;
    if (next === 0) await serve(t, { unary }, {}, `127.0.0.1:${port}`);
    strictEqual((await client.unary({ id: 9 }, PATIENT)).id, 9n);
  });

  test("PINGs while it is busy for long: the call goes on; when it has vanished they find it", async (t) => {
    const slow: Unary = (call, done) => setTimeout(() => done(null, { id: call.request.id }), 600);
    const { port } = await serve(t, { unary: slow });
    const proxy = await TcpProxy.start(port);
    t.after(() => proxy.close());
    const channel = open(t, proxy.port, { http2: { keepaliveIntervalMs: 100, keepaliveTimeoutMs: 5_000 } });
    const client = createClient(Interop, channel);
    const before = proxy.sent;
    strictEqual((await client.unary({ id: 1 }, PATIENT)).id, 1n);
    ok(proxy.sent > before);
    strictEqual(proxy.connections, 1);
    const quick = open(t, proxy.port, { http2: { keepaliveIntervalMs: 100, keepaliveTimeoutMs: 200 } });
    await quick.waitForState("ready", { timeoutMs: 30_000 });
    const hanging = errorOf(createClient(Interop, quick).unary({ id: 2 }, { timeoutMs: 30_000 }));
    proxy.freeze();
    match((await hanging).message, /keepalive/);
    proxy.thaw();
    strictEqual((await createClient(Interop, quick).unary({ id: 3 }, PATIENT)).id, 3n);
  });

  test("it is asked for its health (grpc-health-check)", async (t) => {
    const health = new HealthImplementation({ "interop.v1.Interop": "NOT_SERVING" });
    const { server, port } = await serve(t, { unary });
    health.addToServer(server);
    const serviceConfig = {
      loadBalancingConfig: [{ round_robin: {} }],
      healthCheckConfig: { serviceName: "interop.v1.Interop" },
    };
    const channel = open(t, port, { serviceConfig });
    await channel.waitForState("transient_failure", { timeoutMs: 30_000 });
    match((await errorOf(createClient(Interop, channel).unary({}))).message, /NOT_SERVING/);
    health.setStatus("interop.v1.Interop", "SERVING");
    strictEqual((await createClient(Interop, channel).unary({ id: 4 }, PATIENT)).id, 4n);
    health.setStatus("interop.v1.Interop", "NOT_SERVING");
    await channel.waitForState("transient_failure", { timeoutMs: 30_000 });
  });
});

describe("load reports between us and grpc-js", () => {
  const WEIGHTS = [1, 3];

  test("our weighted_round_robin goes by the reports of its servers, with calls and out of band", async (t) => {
    for (const outOfBand of [false, true]) {
      const ports: number[] = [];
      for (const [index, weight] of WEIGHTS.entries()) {
        const unary: Unary = (call, done) => {
          const recorder = call.getMetricsRecorder();
          recorder.recordQpsMetric(weight * 10);
          recorder.recordCPUUtilizationMetric(0.5);
          done(null, { id: String(index) });
        };
        const { server, port } = await serve(t, { unary }, outOfBand ? {} : { "grpc.server_call_metric_recording": 1 });
        if (outOfBand) {
          const recorder = new grpc.ServerMetricRecorder();
          recorder.setQpsMetric(weight * 10);
          recorder.setCpuUtilizationMetric(0.5);
          recorder.addToServer(server);
        }
        ports.push(port);
      }
      const policy = {
        blackoutPeriod: "0s",
        weightUpdatePeriod: "0.1s",
        enableOobLoadReport: outOfBand,
        oobReportingPeriod: "0.02s",
      };
      const channel = open(t, `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(",")}`, {
        serviceConfig: { loadBalancingConfig: [{ weighted_round_robin: policy }] },
      });
      const client = createClient(Interop, channel);
      await eventually(async () => {
        const counts = [0, 0];
        for (let i = 0; i < 80; i++) counts[Number((await client.unary({}, PATIENT)).id)]++;
        return counts[0] === 20 && counts[1] === 60;
      }, `shares by weight, out of band: ${outOfBand}`);
      await channel.close();
    }
  });

  test("its weighted_round_robin goes by the reports of our servers, with calls and out of band", async (t) => {
    for (const outOfBand of [false, true]) {
      const ports: number[] = [];
      for (const [index, weight] of WEIGHTS.entries()) {
        const report = { callsPerSecond: weight * 10, applicationUtilization: 0.5 };
        const server = createServer().add(Interop, {
          unary(_, call) {
            if (!outOfBand) reportLoad(call, report);
            return { id: index };
          },
        });
        if (outOfBand) addLoadReporting(server, { minIntervalMs: 20 }).replace(report);
        ports.push((await server.listen("127.0.0.1:0")).port);
        t.after(() => server.shutdown({ graceMs: 0 }));
      }
      const policy = {
        blackout_period: "0s",
        weight_update_period: "0.1s",
        enable_oob_load_report: outOfBand,
        oob_load_reporting_period: "0.02s",
      };
      const target = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(",")}`;
      const client = new JsInterop(target, grpc.credentials.createInsecure(), {
        "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ weighted_round_robin: policy }] }),
        "grpc.use_local_subchannel_pool": 1,
      });
      t.after(() => client.close());
      const call = (): Promise<number> =>
        new Promise((resolve, reject) =>
          // biome-ignore lint/suspicious/noExplicitAny: the methods of a loaded client have no types
          (client as any).unary({}, (error: Error | null, reply: { id: string }) =>
            error === null ? resolve(Number(reply.id)) : reject(error),
          ),
        );
      await eventually(async () => {
        const counts = [0, 0];
        for (let i = 0; i < 80; i++) counts[await call()]++;
        return Math.abs((counts[0] as number) - 20) <= 3;
      }, `shares by weight, out of band: ${outOfBand}`);
    }
  });
});

describe("a server that finds our PINGs too many", () => {
  test("each later connection waits twice as long as the one before (gRFC A8)", async (t) => {
    const waits: number[] = [];
    const server = await FakeServer.start((socket) => {
      const startedMs = performance.now();
      socket.write(frame(SETTINGS, 0, 0));
      onFrames(socket, PREFACE.length, ({ type, flags }) => {
        if (type === SETTINGS && flags !== ACK) socket.write(frame(SETTINGS, ACK, 0));
        if (type !== PING || flags === ACK) return;
        waits.push(performance.now() - startedMs);
        socket.end(frame(GOAWAY, 0, 0, Buffer.concat([uint32(1, 0xb), Buffer.from("too_many_pings")])));
      });
    });
    t.after(() => server.close());
    const warnings: string[] = [];
    const channel = open(t, server.target, {
      http2: { keepaliveIntervalMs: 50, keepaliveTimeoutMs: 30_000 },
      onWarning: (message) => warnings.push(message),
    });
    const client = createClient(Interop, channel);
    for (let i = 0; i < 4; i++) {
      const error = await errorOf(client.unary({}, { timeoutMs: 60_000 }));
      match(error.message, /ENHANCE_YOUR_CALM.*too_many_pings/);
    }
    strictEqual(warnings.length, 1);
    match(warnings[0] as string, /finds the keepalive PINGs too many/);
    // A loaded machine may make them later, never sooner.
    for (const [index, leastMs] of [50, 100, 200, 400].entries()) {
      ok((waits[index] as number) >= leastMs - 5, `PING ${index + 1} came after ${waits[index]} ms`);
    }
  });

  test("no more often than every ten seconds, whatever `keepalive` says", async (t) => {
    let pings = 0;
    const server = await FakeServer.start((socket) => {
      socket.write(frame(SETTINGS, 0, 0));
      onFrames(socket, PREFACE.length, ({ type, flags }) => {
        if (type === SETTINGS && flags !== ACK) socket.write(frame(SETTINGS, ACK, 0));
        if (type === PING && flags !== ACK) pings++;
      });
    });
    t.after(() => server.close());
    const channel = open(t, server.target, { keepalive: { timeMs: 10, timeoutMs: 30_000, withoutCalls: true } });
    const error = await errorOf(createClient(Interop, channel).unary({}, { timeoutMs: 1_000 }));
    strictEqual(error.code, Code.DeadlineExceeded);
    strictEqual(pings, 0);
  });
});

describe("a GOAWAY whose last stream is below running calls", () => {
  test("calls above it are made again on another connection, those below end where they are", async (t) => {
    const server = await FakeServer.start((socket, connection) => {
      socket.write(frame(SETTINGS, 0, 0));
      const streams: number[] = [];
      onFrames(socket, PREFACE.length, ({ type, flags, stream }) => {
        if (type === SETTINGS && flags !== ACK) socket.write(frame(SETTINGS, ACK, 0));
        if (type !== HEADERS) return;
        if (connection > 1) {
          socket.write(answer(stream, 42));
          return;
        }
        // Three calls came: it has looked at the first alone, and answers it later.
        if (streams.push(stream) < 3) return;
        const first = streams[0] as number;
        socket.write(frame(GOAWAY, 0, 0, uint32(first, 0)));
        setTimeout(() => socket.end(answer(first, 1)), 50);
      });
    });
    t.after(() => server.close());
    const client = createClient(Interop, open(t, server.target));
    const calls = [1, 2, 3].map((id) => client.unary({ id }, PATIENT));
    deepStrictEqual(
      (await Promise.all(calls)).map(({ id }) => id),
      [1n, 42n, 42n],
    );
    strictEqual(server.connections, 2);
  });
});

/** A whole response whose message has this id. */
function answer(stream: number, id: number): Buffer {
  const head = block([
    [":status", "200"],
    ["content-type", "application/grpc"],
  ]);
  return Buffer.concat([
    frame(HEADERS, END_HEADERS, stream, head),
    frame(DATA, 0, stream, envelope(Buffer.from([8, id]))),
    frame(HEADERS, END_HEADERS | END_STREAM, stream, block([["grpc-status", "0"]])),
  ]);
}
