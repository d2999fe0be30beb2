/** What errors say: target, address, attempt, what was waited for, and the cause. And how calls inherit their end. */
import { match, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import {
  type CallOptions,
  Code,
  createChannel,
  createClient,
  createServer,
  type NodeChannelOptions,
  RpcError,
} from "hawser";
import { mustExit } from "./exit-check.js";
import { FakeServer } from "./fake-server.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";

mustExit();

interface Row {
  readonly name: string;
  /** The target, for a server of the test at `port` if there is one. */
  readonly target: (port: number) => string;
  readonly server?: "silent" | "closes" | "garbage" | "hangs" | "dies";
  readonly channel?: NodeChannelOptions;
  readonly call?: CallOptions;
  readonly code: Code;
  readonly says: readonly RegExp[];
  readonly cause?: RegExp;
}

const local = (port: number) => `dns:///127.0.0.1:${port}`;
const WAITS: CallOptions = { waitForReady: true, timeoutMs: 200 };
const RETRY = {
  methodConfig: [
    {
      name: [{}],
      retryPolicy: {
        maxAttempts: 3,
        initialBackoff: "0.01s",
        maxBackoff: "0.01s",
        backoffMultiplier: 1,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    },
  ],
};

const ROWS: readonly Row[] = [
  {
    name: "a port that is closed",
    target: () => local(1),
    code: Code.Unavailable,
    says: [
      /ECONNREFUSED/,
      /connecting to 127\.0\.0\.1:1\)/,
      /on dns:\/\/\/127\.0\.0\.1:1\)/,
      /\/interop\.v1\.Interop\/Unary/,
    ],
    cause: /ECONNREFUSED/,
  },
  {
    name: "several addresses, each with its reason",
    target: () => "ipv4:127.0.0.1:1,127.0.0.2:1",
    code: Code.Unavailable,
    says: [/connecting to 127\.0\.0\.1:1\)/, /connecting to 127\.0\.0\.2:1\)/],
    cause: /ECONNREFUSED/,
  },
  {
    name: "a name that nobody has",
    target: () => "dns:///absent.invalid:80",
    code: Code.Unavailable,
    says: [/ENOTFOUND|EAI_AGAIN/, /absent\.invalid/],
    cause: /ENOTFOUND|EAI_AGAIN/,
  },
  {
    name: "a unix socket that is not there",
    target: () => "unix:/nowhere/at/all.sock",
    code: Code.Unavailable,
    says: [/ENOENT/, /unix:\/nowhere\/at\/all\.sock/],
    cause: /ENOENT/,
  },
  {
    name: "a server that never says SETTINGS, until the time to connect is over",
    target: local,
    server: "silent",
    channel: { connectTimeoutMs: 100 },
    code: Code.Unavailable,
    says: [/no connection after 100 ms: still waiting for the server's HTTP\/2 SETTINGS/, /connecting to 127/],
  },
  {
    name: "the deadline while there is no connection yet",
    target: local,
    server: "silent",
    call: { timeoutMs: 150 },
    code: Code.DeadlineExceeded,
    says: [/the deadline passed while waiting for a connection \(state connecting\)/, /on dns:\/\/\/127/],
  },
  {
    name: "the deadline while connecting fails again and again",
    target: () => local(1),
    call: WAITS,
    code: Code.DeadlineExceeded,
    says: [/waiting for a connection \(state transient_failure\)/, /the last attempt failed: .*ECONNREFUSED/],
  },
  {
    name: "a server that closes at once",
    target: local,
    server: "closes",
    code: Code.Unavailable,
    says: [/before it had sent its HTTP\/2 settings|ECONNRESET|EPIPE/, /connecting to 127/],
  },
  {
    name: "no HTTP/2 at all",
    target: local,
    server: "garbage",
    code: Code.Unavailable,
    says: [/does not speak HTTP\/2|HTTP\/2/, /connecting to 127/],
  },
  {
    name: "TLS against a server without",
    target: local,
    server: "garbage",
    channel: { tls: true },
    code: Code.Unavailable,
    says: [/SSL|TLS|wrong version|packet/i, /connecting to 127/],
  },
  {
    name: "the deadline while the handler works",
    target: local,
    server: "hangs",
    call: { timeoutMs: 400 },
    code: Code.DeadlineExceeded,
    says: [/the deadline passed while waiting for the response/, /at 127\.0\.0\.1:\d+\)/],
  },
  {
    name: "the connection is lost while the handler works",
    target: local,
    server: "dies",
    code: Code.Unavailable,
    says: [/while 1 stream was open|ECONNRESET/, /at 127\.0\.0\.1:\d+\)/],
  },
  {
    name: "the connection is lost in the last of three attempts",
    target: local,
    server: "dies",
    channel: { serviceConfig: RETRY, backoff: { initialMs: 10 } },
    call: { waitForReady: true, timeoutMs: 60_000 },
    code: Code.Unavailable,
    says: [/while 1 stream was open|ECONNRESET/, /attempt 3\)/],
  },
];

for (const { name, target, server, channel: options, call, code, says, cause } of ROWS) {
  test(`an error says what there is to say: ${name}`, async (t) => {
    let port = 0;
    if (server === "hangs" || server === "dies") {
      const real = createServer().add(Interop, { unary: () => new Promise(() => {}) });
      const bound = await real.listen("127.0.0.1:0");
      t.after(() => real.shutdown({ graceMs: 0 }));
      port = bound.port;
      if (server === "dies") {
        const { TcpProxy } = await import("./proxy.js");
        const proxy = await TcpProxy.start(port);
        t.after(() => proxy.close());
        port = proxy.port;
        // Once the call is there, so is the connection.
        const timer = setInterval(() => {
          if (proxy.sent > 150) proxy.cut();
        }, 50);
        t.after(() => clearInterval(timer));
      }
    } else if (server !== undefined) {
      const fake = await FakeServer.start((socket) => {
        if (server === "closes") socket.end();
        if (server === "garbage") socket.write("220 mail.test ESMTP, and that is all there is to be had here\r\n");
      });
      t.after(() => fake.close());
      port = fake.port;
    }
    await using channel = createChannel(target(port), options);
    const error = await createClient(Interop, channel)
      .unary({}, call)
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    ok(RpcError.is(error), String(error));
    strictEqual(error.code, code, error.message);
    for (const expected of says) match(error.message, expected);
    if (cause !== undefined) match(String(error.cause), cause);
  });
}

test("a closed channel says so, to calls that wait and to those that come", async () => {
  const channel = createChannel("127.0.0.1:1");
  const client = createClient(Interop, channel);
  const waiting = client.unary({}, { waitForReady: true });
  const states: string[] = [];
  channel.watchState((state) => states.push(state));
  await channel.close();
  for (const call of [waiting, client.unary({})]) {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    ok(RpcError.is(error));
    match(error.message, /the channel was closed.*on 127\.0\.0\.1:1/);
  }
  strictEqual(states.at(-1), "shutdown");
});

test("deadline and cancellation are inherited over two hops", async (t) => {
  const ends: string[] = [];
  const deadlines: number[] = [];
  const last = createServer().add(Interop, {
    unary: (_, call) => {
      deadlines.push(call.deadline?.getTime() ?? 0);
      return new Promise((resolve) => {
        call.signal.addEventListener("abort", () => {
          ends.push("last");
          resolve({});
        });
      });
    },
  });
  const { port } = await last.listen("127.0.0.1:0");
  const onward = createChannel(`127.0.0.1:${port}`);
  const middle = createServer({ onError() {} }).add(Interop, {
    unary: async (request, call) => {
      deadlines.push(call.deadline?.getTime() ?? 0);
      try {
        return await createClient(Interop, onward).unary(request, { parent: call, timeoutMs: 3_600_000 });
      } catch (error) {
        ends.push(`middle ${RpcError.is(error) ? error.code : error}`);
        throw error;
      }
    },
  });
  const { port: middlePort } = await middle.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${middlePort}`);
  t.after(async () => {
    await channel.close();
    await onward.close();
    await middle.shutdown({ graceMs: 0 });
    await last.shutdown({ graceMs: 0 });
  });
  const client = createClient(Interop, channel);
  const settled = async (count: number) => {
    for (let i = 0; i < 1_000 && ends.length < count; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const timedOut = await client.unary({}, { timeoutMs: 1_000 }).then(
    () => undefined,
    (error: unknown) => error,
  );
  ok(RpcError.is(timedOut) && timedOut.code === Code.DeadlineExceeded);
  await settled(2);
  strictEqual(ends.splice(0).sort().join(), "last,middle 4");
  ok(Math.abs((deadlines[0] ?? 0) - (deadlines[1] ?? 1e12)) < 60_000, `not the hour that it asked for: ${deadlines}`);

  const abort = new AbortController();
  const cancelled = client.unary({}, { signal: abort.signal, timeoutMs: 60_000 });
  while (deadlines.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  abort.abort();
  await cancelled.catch(() => {});
  await settled(2);
  strictEqual(ends.sort().join(), "last,middle 1");
});
