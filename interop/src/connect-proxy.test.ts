/** Channels that go through an HTTP proxy (gRFC A1): good ones and bad ones, all of them real. */
import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { Code, createChannel, createClient, createServer, type NodeServer, RpcError } from "hawser";
import { type Certificates, makeCertificates } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import { FakeServer } from "./fake-server.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";

mustExit();

let certificates: Certificates;
let plain: NodeServer;
let plainPort: number;
let securePort: number;
before(async () => {
  certificates = await makeCertificates();
  plain = createServer().add(Interop, { unary: (request) => ({ id: request.id }) });
  plainPort = (await plain.listen("127.0.0.1:0")).port;
  securePort = (await plain.listen("127.0.0.1:0", { tls: certificates.otherName })).port;
});
after(() => plain.shutdown({ graceMs: 0 }));

/** A proxy that knows where `*.test` is, as only a proxy does. */
async function startProxy(password?: string) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createHttp();
  server.on("connect", (request, client: Socket, head: Buffer) => {
    asked.push(String(request.url));
    sockets.add(client);
    client.on("error", () => {});
    const expected = `Basic ${Buffer.from(`user:${password}`).toString("base64")}`;
    if (password !== undefined && request.headers["proxy-authorization"] !== expected) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
      return;
    }
    const port = Number(String(request.url).split(":").pop());
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    asked,
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The environment with these proxies, for as long as `task` runs. */
function withEnvironment<T>(variables: Readonly<Record<string, string>>, task: () => T): T {
  const names = ["grpc_proxy", "https_proxy", "http_proxy", "no_grpc_proxy", "no_proxy"];
  const before = names.map((name) => process.env[name]);
  for (const name of names) delete process.env[name];
  Object.assign(process.env, variables);
  try {
    return task();
  } finally {
    for (const [i, name] of names.entries()) {
      const value = before[i];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

test("the environment's proxy looks the name up and makes a tunnel, for cleartext and for TLS", async (t) => {
  const proxy = await startProxy("p@ss:word");
  t.after(() => proxy.close());
  const url = `http://user:p%40ss%3Aword@127.0.0.1:${proxy.port}`;
  const channels = withEnvironment({ grpc_proxy: url, http_proxy: "http://127.0.0.1:1" }, () => [
    createChannel(`app.test:${plainPort}`),
    createChannel(`dns:///elsewhere.test:${securePort}`, { tls: { ca: certificates.ca } }),
  ]);
  for (const channel of channels) {
    t.after(() => channel.close());
    strictEqual((await createClient(Interop, channel).unary({ id: 7 })).id, 7n);
  }
  deepStrictEqual(proxy.asked, [`app.test:${plainPort}`, `elsewhere.test:${securePort}`]);
  // The certificate is checked against the name, not against the proxy's.
  await using wrong = createChannel(`dns:///app.test:${securePort}`, { tls: { ca: certificates.ca }, proxy: url });
  await rejects(createClient(Interop, wrong).unary({}), /does not match certificate's altnames.*app\.test/);
});

test("which proxy, and for whom none", async (t) => {
  const proxy = await startProxy();
  t.after(() => proxy.close());
  const here = `http://127.0.0.1:${proxy.port}`;
  const nowhere = "http://127.0.0.1:1";
  const goesThrough = async (target: string, variables: Readonly<Record<string, string>>, option?: string | false) => {
    const options = { connectTimeoutMs: 20_000, ...(option === undefined ? {} : { proxy: option }) };
    await using channel = withEnvironment(variables, () => createChannel(target, options));
    const asked = proxy.asked.length;
    await createClient(Interop, channel)
      .unary({}, { timeoutMs: 20_000 })
      .catch(() => {});
    return proxy.asked.length > asked;
  };
  const app = `app.test:${plainPort}`;
  strictEqual(await goesThrough(app, { https_proxy: here, http_proxy: nowhere }), true);
  strictEqual(await goesThrough(app, { http_proxy: here }), true);
  strictEqual(await goesThrough(app, { http_proxy: `127.0.0.1:${proxy.port}` }), true);
  strictEqual(await goesThrough(app, { grpc_proxy: nowhere, http_proxy: here }), false);
  strictEqual(await goesThrough(app, { http_proxy: here }, false), false);
  strictEqual(await goesThrough(app, { http_proxy: nowhere }, here), true);
  for (const [exceptions, through] of [
    ["app.test", false],
    ["other.test, .test", false],
    ["*.test", false],
    ["*", false],
    ["pp.test,other", true],
    ["10.0.0.0/8", true],
  ] as const) {
    strictEqual(await goesThrough(app, { http_proxy: here, no_proxy: exceptions }), through, exceptions);
  }
  strictEqual(await goesThrough(app, { http_proxy: here, no_grpc_proxy: "x", no_proxy: "app.test" }), true);
  // Addresses: one's own are never behind a proxy, others by CIDR block.
  strictEqual(await goesThrough(`127.0.0.1:${plainPort}`, { http_proxy: here }), false);
  strictEqual(await goesThrough(`localhost:${plainPort}`, { http_proxy: here }), false);
  strictEqual(await goesThrough(`192.0.2.1:${plainPort}`, { http_proxy: here }), true);
  strictEqual(await goesThrough(`192.0.2.1:${plainPort}`, { http_proxy: here, no_proxy: "192.0.3.0/24" }), true);
  // Targets that DNS has no part in go straight there.
  strictEqual(await goesThrough(`ipv4:127.0.0.1:${plainPort}`, { http_proxy: here }, here), false);
});

test("exceptions by CIDR block", () => {
  // Nothing is sent: an error of the proxy's URL shows that it was about to be used.
  for (const [host, exceptions, excepted] of [
    ["192.0.2.7:80", "192.0.2.0/24", true],
    ["192.0.2.7:80", "192.0.2.7", true],
    ["192.0.2.7:80", "192.0.2.0/30", false],
    ["[2001:db8::7]:80", "2001:db8::/32", true],
    ["[2001:db8::7]:80", "192.0.2.0/24,2001:db9::/32", false],
    ["192.0.2.7:80", "192.0.2.0/99", false],
  ] as const) {
    const make = () => withEnvironment({ http_proxy: "socks5://x:1", no_proxy: exceptions }, () => createChannel(host));
    if (excepted) make();
    else throws(make, /the environment variable http_proxy names a proxy by "socks5:"/);
  }
  throws(() => createChannel("app.test", { proxy: "http://%" }), /the option proxy/);
});

test("bad proxies: each says what it did, within the time to connect", async (t) => {
  const answering = (text: string) => FakeServer.start((socket) => void socket.once("data", () => socket.write(text)));
  const needsPassword = await startProxy("secret");
  t.after(() => needsPassword.close());
  const bad: readonly (readonly [FakeServer | { port: number; close(): void | Promise<void> }, RegExp])[] = [
    [needsPassword, /refused CONNECT: it answered 407 Proxy Authentication Required/],
    [{ port: 1, close() {} }, /ECONNREFUSED.*through the proxy 127\.0\.0\.1:1 of the option proxy/],
    [await answering("HTTP/1.1 502 Bad Gateway\r\n\r\n"), /answered 502 Bad Gateway/],
    [await answering(""), /still waiting for the proxy's answer to CONNECT/],
    [await answering("SSH-2.0-OpenSSH_9.6\r\n"), /did not answer CONNECT with HTTP\/1: it said "SSH/],
    [await answering(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}`), /answer to CONNECT is over 16384 bytes/],
    [
      await answering("HTTP/1.1 200 OK\r\n\r\nthis is no HTTP/2 at all, not in the least"),
      /does not speak HTTP\/2|HTTP\/2/,
    ],
    [await FakeServer.start((socket) => socket.end()), /closed the connection instead of answering|ECONNRESET|EPIPE/],
  ];
  for (const [proxy, expected] of bad) {
    await using channel = createChannel("app.test:80", {
      proxy: `http://127.0.0.1:${proxy.port}`,
      connectTimeoutMs: expected.source.includes("still waiting") ? 300 : 20_000,
    });
    const error = await createClient(Interop, channel)
      .unary({}, { timeoutMs: 60_000 })
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    if (!RpcError.is(error)) throw new Error(`no error with ${expected}`);
    strictEqual(error.code, Code.Unavailable);
    match(error.message, expected);
    match(error.message, /app\.test:80/);
    await proxy.close();
  }
});
