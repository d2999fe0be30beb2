/** hawser/fetch: requests that are answered without a port, by hand, by connect-web, and mounted in other people's servers. */
import assert from "node:assert/strict";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import express from "express";
import fastify from "fastify";
import { createServer as createNodeServer, requestListener } from "hawser";
import { createServer, type FetchServer } from "hawser/fetch";
import * as web from "hawser/web";
import { Hono } from "hono";
import { connectNodePeer } from "./connect-node-peer.js";
import { addInterop, clientPeer, LARGE } from "./hawser-peer.js";
import { addLibrary } from "./library-server.js";
import type { ClientPeer, Kind } from "./peer.js";
import { RPC_CASES } from "./rpc.cases.js";
import { newName, observe } from "./script.js";

const ONE_REQUEST: readonly Kind[] = ["unary", "serverStream"];
const BASE = "http://server.test";

function makeServer(): FetchServer {
  return addLibrary(addInterop(createServer({ maxReceiveBytes: LARGE, onError() {} })));
}

/** `fetch` whose other end is `server`, without a socket between. */
function directTo(server: FetchServer): typeof fetch {
  return (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    // As `fetch` does; what it answers then nobody hears.
    const aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener("abort", () => reject(signal.reason));
    });
    return Promise.race([aborted, server.fetch(request)]);
  };
}

const WAYS: Readonly<Record<string, (fetch: typeof globalThis.fetch, baseUrl: string) => ClientPeer>> = {
  "hawser/web, gRPC-Web": (fetch, url) =>
    clientPeer("hawser", web.createChannel(url, { fetch, maxReceiveBytes: LARGE }), { kinds: ONE_REQUEST }),
  "hawser/web, Connect": (fetch, url) =>
    clientPeer("hawser", web.createChannel(url, { fetch, maxReceiveBytes: LARGE, protocol: web.connectProtocol() }), {
      kinds: ONE_REQUEST,
      unaryHeaderIsLate: true,
    }),
  "connect-web, Connect": (fetch, baseUrl) =>
    connectNodePeer("connect-web", createConnectTransport({ baseUrl, fetch, useBinaryFormat: true }), {
      kinds: ONE_REQUEST,
      unaryHeaderIsLate: true,
    }),
  "connect-web, Connect JSON": (fetch, baseUrl) =>
    connectNodePeer("connect-web", createConnectTransport({ baseUrl, fetch }), {
      kinds: ONE_REQUEST,
      unaryHeaderIsLate: true,
    }),
  "connect-web, gRPC-Web": (fetch, baseUrl) =>
    connectNodePeer("connect-web", createGrpcWebTransport({ baseUrl, fetch }), {
      kinds: ONE_REQUEST,
      unaryHeaderIsLate: true,
    }),
};

for (const [name, open] of Object.entries(WAYS)) {
  describe(`${name} calls hawser/fetch`, () => {
    const server = makeServer();
    const client = open(directTo(server), BASE);
    after(() => client.close());
    for (const each of RPC_CASES) test(each.name, { timeout: 60_000 }, () => each.run(client));
  });
}

const JSON_TYPE = { "content-type": "application/json" };

test("fetch: REST, a path of nobody, gRPC, a wrong method, and pages of other origins", async () => {
  const server = makeServer();
  const book = await server.fetch(new Request(`${BASE}/v1/books/one`));
  assert.equal(book.status, 200);
  assert.equal(((await book.json()) as { name: string }).name, "one");
  assert.equal((await server.fetch(new Request(`${BASE}/elsewhere`))).status, 404);
  const untouched = new Request(`${BASE}/elsewhere`, { method: "POST", body: "mine", headers: JSON_TYPE });
  assert.equal(await server.handle(untouched), undefined);
  assert.equal(await untouched.text(), "mine");
  const path = `${BASE}/interop.v1.Interop/Unary`;
  const post = (headers: Record<string, string>, body: string = "{}") =>
    new Request(path, { method: "POST", headers, body });
  assert.equal((await server.fetch(post({ "content-type": "application/grpc" }))).status, 505);
  assert.equal((await server.fetch(post({ "content-type": "image/png" }))).status, 415);
  assert.equal((await server.fetch(new Request(path))).status, 405);
  assert.equal((await server.fetch(post({ ...JSON_TYPE, origin: "https://evil.example" }))).status, 403);
  const bad = await server.fetch(post(JSON_TYPE, '{"payload": 7}'));
  assert.equal(bad.status, 400);
  assert.match(await bad.text(), /payload/);
});

test("fetch: gzip both ways, and what inflates to too much", async () => {
  const server = addInterop(createServer({ maxReceiveBytes: 10_000, compression: "gzip" }));
  const gzip = async (text: string) =>
    new Uint8Array(
      await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
    );
  const post = async (text: string) =>
    server.fetch(
      new Request(`${BASE}/interop.v1.Interop/Unary`, {
        method: "POST",
        headers: { ...JSON_TYPE, "content-encoding": "gzip", "accept-encoding": "gzip" },
        body: await gzip(text),
      }),
    );
  const payload = Buffer.alloc(3_000).toString("base64");
  const response = await post(JSON.stringify({ payload }));
  assert.equal(response.headers.get("content-encoding"), "gzip");
  const inflated = new Response(response.body?.pipeThrough(new DecompressionStream("gzip")));
  assert.equal(((await inflated.json()) as { payload: string }).payload, payload);
  assert.equal((await post(JSON.stringify({ payload: Buffer.alloc(1 << 20).toString("base64") }))).status, 429);
});

test("fetch: an abort, a cancelled response and a request that breaks off cancel the handler", async () => {
  const server = makeServer();
  const stream = (call: string, more: RequestInit = {}) =>
    new Request(`${BASE}/interop.v1.Interop/ServerStream`, {
      method: "POST",
      headers: { "content-type": "application/connect+json", "x-call": call, "x-script": "hang", "x-after": "1" },
      body: Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]),
      ...more,
    });
  const aborted = newName();
  const controller = new AbortController();
  const one = await server.fetch(stream(aborted, { signal: controller.signal }));
  controller.abort();
  await observe(aborted).cancelled;
  await assert.rejects(one.text());

  const cancelled = newName();
  const two = await server.fetch(stream(cancelled));
  const reader = (two.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  await observe(cancelled).cancelled;

  const broken = newName();
  const body = new ReadableStream({
    start(c) {
      c.enqueue(Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]));
      setTimeout(() => c.error(new Error("the line went dead")), 20);
    },
  });
  const bidi = new Request(`${BASE}/interop.v1.Interop/BidiStream`, {
    method: "POST",
    headers: { "content-type": "application/connect+json", "x-call": broken, "x-script": "hang" },
    body,
    duplex: "half",
  } as RequestInit);
  void server.fetch(bidi);
  await observe(broken).cancelled;
});

test("fetch: a response that nobody reads holds its handler", async () => {
  const server = makeServer();
  const call = newName();
  const response = await server.fetch(
    new Request(`${BASE}/interop.v1.Interop/ServerStream`, {
      method: "POST",
      headers: { "content-type": "application/connect+proto", "x-call": call, "x-script": "endless", "x-size": "1000" },
      body: Buffer.from([0, 0, 0, 0, 0]),
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { replies } = observe(call);
  assert.ok(replies < 1_000, `${replies} replies are waiting`);
  await response.body?.cancel();
  await observe(call).cancelled;
});

test("fetch: a shutdown lets calls end, then refuses; without grace it cuts them off", async () => {
  const server = makeServer();
  const call = newName();
  const running = server.fetch(
    new Request(`${BASE}/interop.v1.Interop/Unary`, {
      method: "POST",
      headers: { ...JSON_TYPE, "x-call": call, "x-script": "hang" },
      body: "{}",
    }),
  );
  await observe(call).started;
  const ended = server.shutdown({ graceMs: 60_000 });
  assert.equal((await server.fetch(new Request(`${BASE}/v1/books/one`))).status, 503);
  await server.shutdown({ graceMs: 0 });
  await ended;
  assert.equal((await running).status, 499);
  await observe(call).cancelled;
  await assert.rejects(makeServer().listen("127.0.0.1:0"), /opens no port/);
});

interface Mounted {
  readonly port: number;
  close(): Promise<unknown> | unknown;
}

/** As docs/web.md shows them. */
const MOUNTS: Readonly<Record<string, () => Promise<Mounted>>> = {
  "Express, by requestListener": async () => {
    const server = addInterop(createNodeServer({ maxReceiveBytes: LARGE, onError() {} }));
    const app = express();
    app.use(requestListener(server));
    app.use(express.json());
    app.post("/own", (request, response) => void response.json({ own: request.body }));
    return listening(createHttpServer(app));
  },
  "Fastify, by requestListener": async () => {
    const server = addInterop(createNodeServer({ maxReceiveBytes: LARGE, onError() {} }));
    const app = fastify();
    const answer = requestListener(server);
    app.addHook("onRequest", (request, reply, next) => answer(request.raw, reply.raw, next));
    app.post("/own", async (request) => ({ own: request.body }));
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
  },
  "Hono, by handle": async () => {
    const server = makeServer();
    const app = new Hono();
    app.use(async (context, next) => (await server.handle(context.req.raw)) ?? next());
    app.post("/own", async (context) => context.json({ own: await context.req.json() }));
    return listening(byFetch(async (request) => app.fetch(request)));
  },
};

/** What adapters of fetch servers for Node do. */
function byFetch(answer: (request: Request) => Promise<Response>): HttpServer {
  return createHttpServer(async (incoming, outgoing) => {
    const controller = new AbortController();
    outgoing.on("close", () => controller.abort());
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method ?? "GET",
      headers: incoming.headers as Record<string, string>,
      signal: controller.signal,
      ...(incoming.method === "GET" ? {} : { body: Readable.toWeb(incoming), duplex: "half" }),
    } as RequestInit);
    const response = await answer(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.flushHeaders();
    if (response.body === null) outgoing.end();
    else
      Readable.fromWeb(response.body as never)
        .on("error", () => outgoing.destroy())
        .pipe(outgoing);
  });
}

async function listening(server: HttpServer): Promise<Mounted> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

for (const [name, mount] of Object.entries(MOUNTS)) {
  describe(`hawser in ${name}`, () => {
    let mounted: Mounted;
    let client: ClientPeer;

    before(async () => {
      mounted = await mount();
      const channel = web.createChannel(`http://127.0.0.1:${mounted.port}`, { maxReceiveBytes: LARGE });
      client = clientPeer("hawser", channel, { kinds: ONE_REQUEST });
    });

    after(async () => {
      await client.close();
      await mounted.close();
    });

    test("what is the other server's own stays so, with its body", async () => {
      const response = await fetch(`http://127.0.0.1:${mounted.port}/own`, {
        method: "POST",
        headers: JSON_TYPE,
        body: '{"a":1}',
      });
      assert.deepEqual(await response.json(), { own: { a: 1 } });
      assert.equal((await fetch(`http://127.0.0.1:${mounted.port}/nowhere`)).status, 404);
    });

    for (const each of RPC_CASES) test(each.name, { timeout: 60_000 }, () => each.run(client));
  });
}
