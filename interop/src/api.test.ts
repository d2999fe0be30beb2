/** What our client and server promise beyond the wire: interceptors, parents, sending by hand, draining, limits. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  type Channel,
  Code,
  createChannel,
  createClient,
  createServer,
  type Implementation,
  type Interceptor,
  type NodeChannelOptions,
  RpcError,
  type ServerCall,
  type ServerOptions,
  type Status,
} from "hawser";
import { mustExit } from "./exit-check.js";
import { memoryInUse } from "./garbage.js";
import { Interop, type Reply } from "./gen/interop/v1/interop.pb.js";
import { TcpProxy } from "./proxy.js";

mustExit();

/** Servers and channels of one test, closed at its end whatever becomes of it. */
class Stage implements AsyncDisposable {
  readonly #closers: (() => Promise<unknown>)[] = [];

  async serve(
    implementation: Implementation<typeof Interop>,
    options: ServerOptions = {},
  ): Promise<{ target: string; server: ReturnType<typeof createServer>; port: number }> {
    const server = createServer(options).add(Interop, implementation);
    const { port } = await server.listen("127.0.0.1:0");
    this.#closers.push(() => server.shutdown({ graceMs: 0 }));
    return { target: `127.0.0.1:${port}`, server, port };
  }

  channel(target: string, options: NodeChannelOptions = {}): Channel {
    const channel = createChannel(target, options);
    this.#closers.unshift(() => channel.close());
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers) await close();
  }
}

async function errorOf(call: Promise<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(RpcError.is(error), `expected an RpcError, not ${String(error)}`);
  return error;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

async function* upTo(count: number): AsyncGenerator<{ id: number }> {
  for (let id = 0; id < count; id++) yield { id };
}

async function idsOf(replies: AsyncIterable<Reply>): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of replies) ids.push(Number(id));
  return ids;
}

const ECHO: Implementation<typeof Interop> = {
  unary: ({ id, payload }) => ({ id, payload }),
  async *serverStream({ id }) {
    yield* upTo(Number(id));
  },
  async clientStream(requests) {
    let count = 0;
    for await (const _ of requests) count++;
    return { id: count };
  },
  bidiStream: (requests) => requests,
};

describe("interceptors", () => {
  test("on both sides run from the outermost to the innermost and back", async () => {
    await using stage = new Stage();
    const log: string[] = [];
    const named =
      (name: string): Interceptor =>
      async (_, next) => {
        log.push(`> ${name}`);
        try {
          return await next();
        } finally {
          log.push(`< ${name}`);
        }
      };
    const server = createServer({ interceptors: [named("server")] }).add(Interop, ECHO, {
      interceptors: [named("service")],
    });
    const { port } = await server.listen("127.0.0.1:0");
    const channel = stage.channel(`127.0.0.1:${port}`, { interceptors: [named("channel")] });
    const client = createClient(Interop, channel, { interceptors: [named("client")] });
    await client.unary({ id: 1 }, { interceptors: [named("call")] });
    deepStrictEqual(log, [
      "> channel",
      "> client",
      "> call",
      "> server",
      "> service",
      "< service",
      "< server",
      "< call",
      "< client",
      "< channel",
    ]);
    await channel.close();
    await server.shutdown();
  });

  test("see and change messages and metadata of all four kinds, on both sides", async () => {
    await using stage = new Stage();
    const add = (by: number) => (value: { id: bigint | number }) => ({ ...value, id: Number(value.id) + by });
    const map = (value: unknown, change: (message: { id: bigint | number }) => unknown): unknown =>
      Symbol.asyncIterator in (value as object)
        ? (async function* () {
            for await (const each of value as AsyncIterable<{ id: bigint }>) yield change(each);
          })()
        : change(value as { id: bigint });
    const plus =
      (request: number, reply: number): Interceptor =>
      async (call, next, given) => {
        if (!call.metadata.has("x-seen")) call.metadata.set("x-seen", call.method.name);
        const requests = typeof given === "object" && Array.isArray(given) ? upTo(given.length) : given;
        return map(await next(map(requests, add(request))), add(reply));
      };
    const { target } = await stage.serve(ECHO, { interceptors: [plus(100, 10_000)] });
    const client = createClient(Interop, stage.channel(target), { interceptors: [plus(10, 1_000)] });
    strictEqual((await client.unary({ id: 1 })).id as unknown, 11_111);
    deepStrictEqual(await idsOf(client.serverStream({ id: 0 }) as AsyncIterable<Reply>).then((ids) => ids.length), 110);
    strictEqual((await client.clientStream(upTo(3))).id as unknown, 11_003);
    deepStrictEqual(await idsOf(client.bidiStream(upTo(2))), [11_110, 11_111]);
  });

  test("may answer in the server's place, or refuse, on both sides", async () => {
    await using stage = new Stage();
    let handled = 0;
    const guard: Interceptor = (call, next) => {
      if (call.metadata.get("x-key") !== "open") throw new RpcError(Code.PermissionDenied, "no key");
      return next();
    };
    const { target } = await stage.serve({ unary: () => ({ id: ++handled }) }, { interceptors: [guard] });
    const channel = stage.channel(target);
    const plain = createClient(Interop, channel);
    strictEqual((await errorOf(plain.unary({}))).code, Code.PermissionDenied);
    strictEqual(handled, 0);
    const keyed: Interceptor = (call, next) => {
      call.metadata.set("x-key", "open");
      return next();
    };
    strictEqual((await plain.unary({}, { interceptors: [keyed] })).id, 1n);
    const cached: Interceptor = () => ({ id: 99n, payload: new Uint8Array(0) });
    const call = createClient(Interop, channel, { interceptors: [cached] }).unary({});
    strictEqual((await call).id, 99n);
    strictEqual((await call.header).size + (await call.trailer).size, 0);
    strictEqual(handled, 1);
  });

  test("may try again", async () => {
    await using stage = new Stage();
    let attempts = 0;
    const { target } = await stage.serve({
      unary(_, call) {
        attempts++;
        call.trailer.set("x-attempt", String(attempts));
        if (attempts < 3) throw new RpcError(Code.Unavailable, "not yet");
        return { id: attempts };
      },
    });
    const retry: Interceptor = async (_, next) => {
      for (;;) {
        try {
          return await next();
        } catch (error) {
          if (!RpcError.is(error) || error.code !== Code.Unavailable) throw error;
        }
      }
    };
    const call = createClient(Interop, stage.channel(target), { interceptors: [retry] }).unary({});
    const trailer = call.trailer;
    strictEqual((await call).id, 3n);
    strictEqual((await trailer).get("x-attempt"), "3");
  });

  test("hear of the end, once, well or not; what throws there disturbs nobody", async () => {
    await using stage = new Stage();
    const ends: string[] = [];
    const errors: unknown[] = [];
    const watch =
      (name: string): Interceptor =>
      (call, next) => {
        call.onEnd(({ code }: Status) => ends.push(`${name} ${call.method.name} ${code}`));
        return next();
      };
    const { target } = await stage.serve(
      {
        unary({ id }, call) {
          if (id === 3n) {
            call.onEnd(() => {
              throw new Error("from a listener");
            });
          }
          if (id === 2n) throw new RpcError(Code.NotFound, "");
          return {};
        },
        bidiStream: (requests) => requests,
      },
      { interceptors: [watch("server")], onError: (error) => errors.push(error) },
    );
    const client = createClient(Interop, stage.channel(target), { interceptors: [watch("client")] });
    await client.unary({ id: 1 });
    await errorOf(client.unary({ id: 2 }));
    await client.unary({ id: 3 });
    async function* unending(): AsyncGenerator<{ id: number }> {
      yield { id: 1 };
      await new Promise(() => {});
    }
    for await (const _ of client.bidiStream(unending())) break;
    while (ends.length < 8) await new Promise(setImmediate);
    deepStrictEqual(
      ends.filter((each) => each.startsWith("client")),
      ["client Unary 0", "client Unary 5", "client Unary 0", "client BidiStream 1"],
    );
    deepStrictEqual(
      ends.filter((each) => each.startsWith("server")),
      ["server Unary 0", "server Unary 5", "server Unary 0", "server BidiStream 1"],
    );
    match(String(errors[0]), /from a listener/);
  });

  test("that fail are the call's failure", async () => {
    await using stage = new Stage();
    const errors: unknown[] = [];
    const broken: Interceptor = () => {
      throw new TypeError("a mistake");
    };
    const { target } = await stage.serve(ECHO, { interceptors: [broken], onError: (error) => errors.push(error) });
    const channel = stage.channel(target);
    const fromServer = await errorOf(createClient(Interop, channel).unary({}));
    deepStrictEqual([fromServer.code, fromServer.message], [Code.Unknown, "the handler failed"]);
    match(String(errors[0]), /a mistake/);
    const fromClient = await errorOf(createClient(Interop, channel, { interceptors: [broken] }).unary({}));
    strictEqual(fromClient.code, Code.Unknown);
    match(fromClient.message, /an interceptor failed: a mistake/);
    ok(fromClient.cause instanceof TypeError);
  });

  test("that wait for something else end with the deadline, and with a cancellation", async () => {
    await using stage = new Stage();
    const { target } = await stage.serve(ECHO);
    const stuck: Interceptor = () => new Promise(() => {});
    const client = createClient(Interop, stage.channel(target), { interceptors: [stuck] });
    strictEqual((await errorOf(client.unary({}, { timeoutMs: 30 }))).code, Code.DeadlineExceeded);
    const call = client.unary({});
    call.cancel("enough");
    const error = await errorOf(call);
    deepStrictEqual([error.code, error.cause], [Code.Cancelled, "enough"]);
    const stream = client.bidiStream();
    stream.cancel();
    strictEqual((await errorOf(stream.next())).code, Code.Cancelled);
  });

  test("see what is sent by hand", async () => {
    await using stage = new Stage();
    const { target } = await stage.serve(ECHO);
    const pass: Interceptor = (_, next) => next();
    const chat = createClient(Interop, stage.channel(target), { interceptors: [pass] }).bidiStream();
    await chat.send({ id: 1 });
    strictEqual((await chat.next()).value?.id, 1n);
    await chat.send({ id: 2 });
    chat.end();
    deepStrictEqual(await idsOf(chat), [2]);
  });
});

describe("calls", () => {
  test("a child inherits deadline and cancellation of its parent", async () => {
    await using stage = new Stage();
    const childSignals: AbortSignal[] = [];
    const childDeadlines: (Date | undefined)[] = [];
    const back = await stage.serve({
      async unary(_, call) {
        childSignals.push(call.signal);
        childDeadlines.push(call.deadline);
        await aborted(call.signal);
        return {};
      },
    });
    const backChannel = stage.channel(back.target);
    const codes: Code[] = [];
    const front = await stage.serve({
      async unary(request, call) {
        const pass: Interceptor = (_, next) => next();
        const client = createClient(Interop, backChannel, request.id === 2n ? { interceptors: [pass] } : {});
        const error = await errorOf(client.unary({}, { parent: call }));
        codes.push(error.code);
        throw error;
      },
    });
    const client = createClient(Interop, stage.channel(front.target));
    for (const id of [1, 2]) {
      const begin = async (timeoutMs: number) => {
        const seen = childSignals.length;
        const call = errorOf(client.unary({ id }, { timeoutMs, signal: controller.signal }));
        let over = false;
        void call.then(() => (over = true));
        while (childSignals.length === seen && !over) await new Promise(setImmediate);
        return { call, reached: childSignals.length > seen };
      };
      let controller = new AbortController();
      // The deadline must not pass before the child is there, however busy the machine is.
      for (let timeoutMs = 150; ; timeoutMs *= 3) {
        const { call, reached } = await begin(timeoutMs);
        strictEqual((await call).code, Code.DeadlineExceeded);
        if (reached) break;
      }
      ok(childDeadlines.at(-1) !== undefined);
      await aborted(childSignals.at(-1) as AbortSignal);
      // The front client gives up at its deadline: whether that or the deadline itself is first at the child is a race.
      while (codes.length === 0) await new Promise(setImmediate);
      for (const code of codes.splice(0)) ok(code === Code.DeadlineExceeded || code === Code.Cancelled);

      controller = new AbortController();
      const { call } = await begin(60_000);
      ok((childDeadlines.at(-1)?.getTime() ?? Infinity) <= Date.now() + 60_000);
      controller.abort();
      await call;
      await aborted(childSignals.at(-1) as AbortSignal);
      while (codes.length === 0) await new Promise(setImmediate);
      deepStrictEqual(codes.splice(0), [Code.Cancelled]);
    }
  });

  test("a signal cancels, before and during the call; its reason is the cause", async () => {
    await using stage = new Stage();
    const { target, server } = await stage.serve({ unary: (_, { signal }) => aborted(signal).then(() => ({})) });
    const client = createClient(Interop, stage.channel(target));
    const early = await errorOf(client.unary({}, { signal: AbortSignal.abort("too early") }));
    deepStrictEqual([early.code, early.cause], [Code.Cancelled, "too early"]);
    const controller = new AbortController();
    const call = client.unary({}, { signal: controller.signal });
    while (server.runningCalls === 0) await new Promise(setImmediate);
    controller.abort("enough");
    const error = await errorOf(call);
    deepStrictEqual([error.code, error.cause], [Code.Cancelled, "enough"]);
  });

  test("leaving the loop cancels, two hundred times over, and costs the connection nothing", async () => {
    await using stage = new Stage();
    const { target, server, port } = await stage.serve({
      async *serverStream(_, { signal }) {
        for (let id = 0; !signal.aborted; id++) {
          yield { id };
          if (id % 100 === 99) await new Promise(setImmediate);
        }
      },
    });
    const proxy = await TcpProxy.start(port);
    const channel = stage.channel(`127.0.0.1:${proxy.port}`);
    for (let i = 0; i < 200; i++) {
      let count = 0;
      for await (const _ of createClient(Interop, channel).serverStream({})) if (++count === 3) break;
    }
    while (server.runningCalls > 0) await new Promise(setImmediate);
    strictEqual(proxy.connections, 1);
    await channel.close();
    await proxy.close();
    ok(target.length > 0);
  });

  test("sending by hand waits for room, and says so when there is nobody left", async () => {
    await using stage = new Stage();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { target } = await stage.serve({
      async clientStream(requests) {
        await gate;
        let count = 0;
        for await (const _ of requests) if (++count === 100) throw new RpcError(Code.Aborted, "enough");
        return { id: count };
      },
    });
    const call = createClient(Interop, stage.channel(target)).clientStream();
    const payload = new Uint8Array(65_536);
    let sent = 0;
    let last: unknown;
    const sending = (async () => {
      try {
        for (;;) {
          await call.send({ payload });
          sent++;
        }
      } catch (error) {
        last = error;
      }
    })();
    let before = -1;
    while (sent === 0 || sent !== before) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    ok(sent < 60, `${sent} messages of 64 KiB were taken`);
    open();
    await sending;
    ok(RpcError.is(last) && last.code === Code.Aborted);
    // The reply fails too, but that nobody awaits it does not end the process.
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  test("send() after end() is refused", async () => {
    await using stage = new Stage();
    const { target } = await stage.serve(ECHO);
    const call = createClient(Interop, stage.channel(target)).clientStream();
    await call.send({});
    call.end();
    call.end();
    strictEqual((await errorOf(call.send({}))).code, Code.FailedPrecondition);
    strictEqual((await call).id, 1n);
  });

  test("an iterable of requests that fails ends the call; one that is left is closed", async () => {
    await using stage = new Stage();
    const seen: Status[] = [];
    const { target } = await stage.serve({
      async clientStream(requests, call) {
        call.onEnd((status) => seen.push(status));
        for await (const { id } of requests) if (id === 2n) throw new RpcError(Code.OutOfRange, "two");
        return {};
      },
    });
    const client = createClient(Interop, stage.channel(target));
    async function* failing(): AsyncGenerator<{ id: number }> {
      yield { id: 1 };
      throw new Error("no more");
    }
    await client.clientStream([]);
    const error = await errorOf(client.clientStream(failing()));
    strictEqual(error.code, Code.Unknown);
    match(error.message, /no more/);
    while (seen.length < 2) await new Promise(setImmediate);
    strictEqual(seen[1]?.code, Code.Cancelled);
    let closed = false;
    async function* endless(): AsyncGenerator<{ id: number }> {
      try {
        for (let id = 0; ; id++) {
          yield { id };
          await new Promise(setImmediate);
        }
      } finally {
        closed = true;
      }
    }
    strictEqual((await errorOf(client.clientStream(endless()))).code, Code.OutOfRange);
    while (!closed) await new Promise(setImmediate);
  });

  test("what can't be sent is INTERNAL, on the side that can't", async () => {
    await using stage = new Stage();
    const errors: unknown[] = [];
    const bad = { id: "seven" } as unknown as { id: bigint };
    const { target } = await stage.serve(
      {
        unary: () => bad,
        async *serverStream() {
          yield { id: 1 };
          yield bad;
        },
      },
      { onError: (error) => errors.push(error) },
    );
    const client = createClient(Interop, stage.channel(target));
    strictEqual((await errorOf(client.unary(bad))).code, Code.Internal);
    strictEqual(errors.length, 0);
    const error = await errorOf(client.unary({}));
    strictEqual(error.code, Code.Internal);
    match(error.message, /can't be sent/);
    strictEqual((await errorOf(idsOf(client.serverStream({})))).code, Code.Internal);
    strictEqual(errors.length, 2);
  });

  test("a foreign throw: the client gets a fixed text, onError the whole", async () => {
    await using stage = new Stage();
    const errors: { error: unknown; path: string }[] = [];
    const secret = new Error("password 1234");
    const { target } = await stage.serve(
      {
        unary() {
          throw secret;
        },
        async *bidiStream() {
          yield { id: 1 };
          throw secret;
        },
      },
      { onError: (error: unknown, call: ServerCall) => errors.push({ error, path: call.method.path }) },
    );
    const client = createClient(Interop, stage.channel(target));
    for (const call of [client.unary({}), idsOf(client.bidiStream([]))]) {
      const error = await errorOf(call);
      deepStrictEqual([error.code, error.message], [Code.Unknown, "the handler failed"]);
      ok(!JSON.stringify([...error.metadata]).includes("1234"));
    }
    deepStrictEqual(errors, [
      { error: secret, path: "/interop.v1.Interop/Unary" },
      { error: secret, path: "/interop.v1.Interop/BidiStream" },
    ]);
  });

  test("an error carries metadata; header and trailer never reject", async () => {
    await using stage = new Stage();
    const { target } = await stage.serve({
      unary(_, call) {
        call.header.set("x-head", "h");
        call.trailer.set("x-own", "o");
        throw new RpcError(Code.NotFound, "gone", { metadata: { "x-why": "w", "x-data-bin": new Uint8Array([1, 2]) } });
      },
    });
    const call = createClient(Interop, stage.channel(target)).unary({});
    const [header, trailer] = [call.header, call.trailer];
    const error = await errorOf(call);
    strictEqual((await header).get("x-head"), "h");
    deepStrictEqual((await trailer).keys(), ["x-own", "x-why", "x-data-bin"]);
    strictEqual(error.metadata.get("x-why"), "w");
    deepStrictEqual(error.metadata.get("x-data-bin"), new Uint8Array([1, 2]));
  });
});

describe("limits and compression", () => {
  test("messages over the limit are RESOURCE_EXHAUSTED, on either side, compressed or not", async () => {
    await using stage = new Stage();
    const server = createServer({ maxReceiveBytes: 50_000, compression: "gzip" }).add(Interop, ECHO);
    const { port } = await server.listen("127.0.0.1:0");
    for (const compression of ["identity", "gzip"]) {
      const client = createClient(
        Interop,
        stage.channel(`127.0.0.1:${port}`, { compression, maxReceiveBytes: 20_000 }),
      );
      const codeOf = async (size: number, options = {}): Promise<Code> =>
        client.unary({ payload: new Uint8Array(size) }, options).then(
          () => Code.Ok,
          (error: RpcError) => error.code,
        );
      strictEqual(await codeOf(19_000), Code.Ok);
      strictEqual(await codeOf(20_001), Code.ResourceExhausted);
      strictEqual(await codeOf(20_001, { maxReceiveBytes: 1_000_000 }), Code.Ok);
      strictEqual(await codeOf(50_001, { maxReceiveBytes: 1_000_000 }), Code.ResourceExhausted);
    }
    await server.shutdown({ graceMs: 0 });
  });

  test("what is compressed is smaller on the wire, in both directions", async () => {
    await using stage = new Stage();
    const { port } = await stage.serve(ECHO, { compression: "gzip" });
    const proxy = await TcpProxy.start(port);
    const payload = new Uint8Array(1024 * 1024).fill(7);
    for (const [compression, most] of [
      ["gzip", 50_000],
      ["deflate", 50_000],
    ] as const) {
      const channel = createChannel(`127.0.0.1:${proxy.port}`, { compression });
      const [sent, received] = [proxy.sent, proxy.received];
      strictEqual((await createClient(Interop, channel).unary({ payload })).payload.length, payload.length);
      ok(proxy.sent - sent < most, `${proxy.sent - sent} bytes went`);
      ok(proxy.received - received < most, `${proxy.received - received} bytes came`);
      await channel.close();
    }
    await proxy.close();
  });

  test("an unknown compression is refused when it is chosen", async () => {
    ok(createServer({ compression: "identity" }) !== undefined);
    await rejects(async () => createServer({ compression: "brotli" }), /brotli.*identity,gzip,deflate/);
    await rejects(async () => createChannel("localhost:1", { compression: "brotli" }), /brotli.*identity,gzip,deflate/);
  });

  test("bad metadata, timeouts and targets are refused when they are given", async () => {
    await using stage = new Stage();
    const client = createClient(Interop, stage.channel("localhost:1"));
    await rejects(async () => client.unary({}, { metadata: { "bad key": "v" } }), TypeError);
    await rejects(async () => client.unary({}, { metadata: { "x-text": "naïve" } }), TypeError);
    await rejects(async () => client.unary({}, { metadata: { "grpc-status": "0" } }), TypeError);
    await rejects(async () => client.unary({}, { timeoutMs: Number.NaN }), /timeoutMs/);
    await rejects(async () => createChannel("http://localhost:1"), /write "localhost:1"/);
  });
});

describe("the end", () => {
  test("shutdown lets running calls end, refuses new ones, and resolves when all is closed", async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const server = createServer().add(Interop, {
      unary: async ({ id }) => (id === 1n ? gate.then(() => ({ id: 1 })) : { id }),
    });
    const { port } = await server.listen("127.0.0.1:0");
    const channel = createChannel(`127.0.0.1:${port}`);
    const client = createClient(Interop, channel);
    const running = client.unary({ id: 1 });
    while (server.runningCalls === 0) await new Promise(setImmediate);
    let over = false;
    const shutdown = server.shutdown({ graceMs: 10_000 }).then(() => (over = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    ok(!over);
    strictEqual((await errorOf(client.unary({ id: 2 }))).code, Code.Unavailable);
    open();
    strictEqual((await running).id, 1n);
    await shutdown;
    await channel.close();
    await rejects(server.listen("127.0.0.1:0"), /shut down/);
  });

  test("when the grace is over running calls are cut off, also those whose handlers don't care", async () => {
    const server = createServer().add(Interop, { unary: () => new Promise<never>(() => {}) });
    const { port } = await server.listen("127.0.0.1:0");
    const channel = createChannel(`127.0.0.1:${port}`);
    const running = errorOf(createClient(Interop, channel).unary({}));
    while (server.runningCalls === 0) await new Promise(setImmediate);
    await server.shutdown({ graceMs: 20 });
    strictEqual((await running).code, Code.Unavailable);
    await channel.close();
  });

  test("channel.close() ends what runs, at once or after a grace, and what waits", async () => {
    await using stage = new Stage();
    const { target, server } = await stage.serve({
      unary: ({ id }, { signal }) =>
        id === 1n ? aborted(signal).then(() => ({})) : new Promise((resolve) => setTimeout(() => resolve({ id }), 30)),
    });
    const first = createChannel(target);
    const hanging = errorOf(createClient(Interop, first).unary({ id: 1 }));
    while (server.runningCalls === 0) await new Promise(setImmediate);
    await first.close();
    ok([Code.Cancelled, Code.Unavailable].includes((await hanging).code as 1 | 14));
    strictEqual(first.state, "shutdown");
    strictEqual((await errorOf(createClient(Interop, first).unary({}))).code, Code.Unavailable);
    await first.close();

    const second = createChannel(target);
    const client = createClient(Interop, second);
    await client.unary({ id: 5 });
    const last = client.unary({ id: 2 });
    await Promise.all([second.close({ graceMs: 5_000 }), last]);
    strictEqual((await last).id, 2n);
  });
});

describe("nothing leaks", () => {
  let stage: Stage;
  let channel: Channel;
  let server: ReturnType<typeof createServer>;

  before(async () => {
    stage = new Stage();
    const served = await stage.serve({
      ...ECHO,
      async clientStream(requests, { signal, metadata }) {
        signal.addEventListener("abort", () => {});
        ok(metadata.get("x-key") === "v");
        for await (const _ of requests) throw new RpcError(Code.Aborted, "early");
        return {};
      },
    });
    server = served.server;
    channel = stage.channel(served.target);
  });

  after(() => stage[Symbol.asyncDispose]());

  /** Calls of every kind and every end. */
  async function batch(count: number): Promise<void> {
    const client = createClient(Interop, channel);
    const pass: Interceptor = (_, next) => next();
    for (let i = 0; i < count; i += 5) {
      const call = client.unary({ id: 1 }, { timeoutMs: 60_000, signal: new AbortController().signal });
      const cancelled = client.unary({ id: 1 }, { interceptors: [pass] });
      cancelled.cancel();
      await Promise.all([
        call,
        cancelled.catch(() => {}),
        client.clientStream([{}, {}], { metadata: { "x-key": "v" } }).catch(() => {}),
        idsOf(client.bidiStream([{ id: 1 }, { id: 2 }])),
        (async () => {
          for await (const _ of client.serverStream({ id: 3 })) break;
        })(),
      ]);
    }
    while (server.runningCalls > 0) await new Promise(setImmediate);
  }

  test("memory is flat over 20,000 calls of every kind", async () => {
    await batch(2_000);
    const before = await memoryInUse();
    await batch(20_000);
    const grown = (await memoryInUse()) - before;
    ok(
      grown < 2 * 1024 * 1024,
      `memory grew by ${(grown / 1024).toFixed(0)} KiB, ${(grown / 20_000).toFixed(0)} bytes a call`,
    );
  });
});
