/** What a server's limits and its channelz tell clients of others, and ours. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import {
  createChannel,
  createClient,
  createServer,
  limitConcurrency,
  limitRate,
  type NodeServer,
  RpcError,
} from "hawser";
import { decode, encode } from "hawser/protobuf";
import { addChannelz } from "hawser/services";
import { StringValue } from "hawser/wkt";
import { Echo } from "./echo-service.js";
import { mustExit } from "./exit-check.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";
import { grpcJs } from "./grpc-js-peer.js";

mustExit();

interface After {
  after(done: () => Promise<void> | void): void;
}

/** One policy for both clients: what is refused for want of room is tried again when the server says. */
const serviceConfig = {
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 5,
        // Far longer than the test: who comes back earlier does so because it was told to.
        initialBackoff: "60s",
        maxBackoff: "60s",
        backoffMultiplier: 1,
        retryableStatusCodes: ["RESOURCE_EXHAUSTED"],
      },
    },
  ],
};

const CLIENTS: readonly {
  readonly name: string;
  readonly connect: (address: string, t: After) => (text: string) => Promise<string>;
}[] = [
  {
    name: "hawser",
    connect(address, t) {
      const channel = createChannel(address, { serviceConfig });
      t.after(() => channel.close());
      const client = createClient(Echo, channel);
      return async (text) => (await client.wait({ value: text }, { timeoutMs: 50_000 })).value;
    },
  },
  {
    name: "grpc-js",
    connect(address, t) {
      const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
        "grpc.service_config": JSON.stringify(serviceConfig),
        "grpc.use_local_subchannel_pool": 1,
      });
      t.after(() => client.close());
      return (text) =>
        new Promise((resolve, reject) => {
          client.makeUnaryRequest<string, string>(
            "/interop.Echo/Wait",
            (value) => Buffer.from(encode(StringValue, { value })),
            (bytes) => decode(StringValue, bytes).value,
            text,
            { deadline: Date.now() + 50_000 },
            (error, reply) => (error === null ? resolve(reply as string) : reject(error)),
          );
        });
    },
  },
];

const PUSHBACK_MS = 300;

for (const { name, connect } of CLIENTS) {
  test(`${name} comes back when limitConcurrency has told it to, and is served`, async (t) => {
    const gate = deferred();
    const attempts: { readonly atMs: number; readonly before: string | undefined }[] = [];
    const server = createServer({
      interceptors: [
        async (call, next) => {
          attempts.push({ atMs: performance.now(), before: call.metadata.get("grpc-previous-rpc-attempts") });
          return next();
        },
        limitConcurrency({ maxCalls: 1, retryAfterMs: PUSHBACK_MS }),
      ],
    }).add(Echo, {
      async wait({ value }) {
        if (value === "first") await gate.promise;
        return { value };
      },
    });
    const address = await listen(t, server);
    const call = connect(address, t);
    const first = call("first");
    while (server.runningCalls === 0) await sleep(2);
    const second = call("second");
    while (attempts.length < 2) await sleep(2);
    gate.resolve();
    deepStrictEqual(await Promise.all([first, second]), ["first", "second"]);
    strictEqual(attempts.length, 3);
    strictEqual(attempts[2]?.before, "1");
    const waited = (attempts[2]?.atMs ?? 0) - (attempts[1]?.atMs ?? 0);
    // Timers may be a little early.
    ok(waited >= PUSHBACK_MS - 5, `it waited ${waited} ms`);
  });

  test(`${name} comes back when limitRate has told it to, on the method that is limited alone`, async (t) => {
    const server = createServer().add(
      Echo,
      { wait: (request) => request },
      { methods: { wait: { interceptors: [limitRate({ callsPerSecond: 4, burst: 1 })] } } },
    );
    const call = connect(await listen(t, server), t);
    const from = performance.now();
    deepStrictEqual(await Promise.all([call("a"), call("b"), call("c")]), ["a", "b", "c"]);
    const took = performance.now() - from;
    // The first at once, the others a quarter of a second apart.
    ok(took >= 490, `three calls at four a second took ${took} ms`);
  });
}

test("channelz: under load of two clients and four kinds, calls, streams and messages add up", async (t) => {
  const server = createServer({ onError() {} }).add(Interop, {
    async unary({ id }) {
      if (id % 7n === 0n) throw new RpcError(9, "seven");
      return { id };
    },
    async *serverStream({ id }) {
      for (let i = 0n; i < 3n; i++) yield { id };
    },
    async clientStream(requests) {
      let id = 0n;
      for await (const request of requests) id += request.id;
      return { id };
    },
    async *bidiStream(requests) {
      for await (const { id } of requests) yield { id };
    },
  });
  addChannelz(server);
  const address = await listen(t, server);
  const ours = createChannel(address);
  const client = createClient(Interop, ours);
  const theirs = grpcJs.connect({ target: address });
  const CALLS = 400;
  const expected = { received: 0, sent: 0, failed: 0 };
  await Promise.all(
    Array.from({ length: CALLS }, async (_, i) => {
      const id = BigInt(i);
      const requests = [{ id }, { id }];
      switch (i % 4) {
        case 0:
          expected.received++;
          if (i % 7 === 0) expected.failed++;
          else expected.sent++;
          await Promise.resolve(client.unary({ id })).catch(() => {});
          break;
        case 1:
          expected.received++;
          expected.sent += 3;
          for await (const reply of client.serverStream({ id })) strictEqual(reply.id, id);
          break;
        case 2:
          expected.received += 2;
          expected.sent++;
          strictEqual((await client.clientStream(requests)).id, 2n * id);
          break;
        default:
          expected.received += 2;
          expected.sent += 2;
          for await (const reply of client.bidiStream(requests)) strictEqual(reply.id, id);
      }
    }),
  );
  await Promise.all(
    Array.from({ length: CALLS }, async (_, i) => {
      expected.received++;
      if (i % 7 === 0) expected.failed++;
      else expected.sent++;
      await theirs.call("unary", [{ id: BigInt(i), payload: new Uint8Array(0) }]).outcome;
    }),
  );
  // The client of grpc-js, made from its own definition.
  const definition = grpc.getChannelzServiceDefinition();
  const channelz = new (grpc.makeClientConstructor(definition as unknown as grpc.ServiceDefinition, "Channelz"))(
    address,
    grpc.credentials.createInsecure(),
    { "grpc.use_local_subchannel_pool": 1 },
  );
  t.after(() => channelz.close());
  const ask = <Answer>(method: string, request: object): Promise<Answer> =>
    promisify(
      (channelz[method] as (request: object, done: (error: unknown, answer: Answer) => void) => void).bind(channelz),
    )(request);
  const [told] = (await ask<{ server: ServerFigures[] }>("getServers", {})).server;
  const { calls_started, calls_succeeded, calls_failed } = (told as ServerFigures).data;
  strictEqual(Number(calls_failed), expected.failed);
  strictEqual(Number(calls_started), 2 * CALLS + 1);
  // All but the one that asks.
  strictEqual(Number(calls_succeeded) + Number(calls_failed) + 1, Number(calls_started));
  const { server_id } = (told as ServerFigures).ref;
  const { socket_ref } = await ask<{ socket_ref: { socket_id: string }[] }>("getServerSockets", { server_id });
  const sockets = await Promise.all(
    socket_ref.map(async (ref) => (await ask<{ socket: { data: SocketFigures } }>("getSocket", ref)).socket.data),
  );
  const busy = sockets.filter(({ streams_started }) => Number(streams_started) >= CALLS);
  strictEqual(busy.length, 2);
  const sum = (of: keyof SocketFigures) => busy.reduce((all, each) => all + Number(each[of]), 0);
  strictEqual(sum("streams_started"), 2 * CALLS);
  strictEqual(sum("streams_succeeded") + sum("streams_failed"), 2 * CALLS);
  strictEqual(sum("messages_received"), expected.received);
  strictEqual(sum("messages_sent"), expected.sent);
  await theirs.close();
  await ours.close();
});

interface ServerFigures {
  readonly ref: { readonly server_id: string };
  readonly data: Readonly<Record<"calls_started" | "calls_succeeded" | "calls_failed", string>>;
}

type SocketFigures = Readonly<
  Record<"streams_started" | "streams_succeeded" | "streams_failed" | "messages_received" | "messages_sent", string>
>;

async function listen(t: After, server: NodeServer): Promise<string> {
  const { port } = await server.listen("127.0.0.1:0");
  t.after(() => server.shutdown({ graceMs: 0 }));
  return `127.0.0.1:${port}`;
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
