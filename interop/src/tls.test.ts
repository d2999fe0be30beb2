/** Who trusts whom: mutual TLS, wrong names, strangers; and sockets that are no network at all. */
import { match, ok, strictEqual } from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Code, createChannel, createClient, createServer, RpcError, type RpcEvent } from "hawser";
import { type Certificates, makeCertificates } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";
import { grpcJs } from "./grpc-js-peer.js";
import { hawser } from "./hawser-peer.js";
import type { Implementation } from "./peer.js";
import { exchange, message } from "./rpc.cases.js";

mustExit();

const PAIRS: readonly (readonly [client: Implementation, server: Implementation])[] = [
  [hawser, grpcJs],
  [grpcJs, hawser],
  [hawser, hawser],
];

let certificates: Certificates;
let folder: string;

before(async () => {
  certificates = await makeCertificates();
  folder = mkdtempSync(join(tmpdir(), "hawser-"));
});

after(() => rmSync(folder, { recursive: true }));

for (const [clientSide, serverSide] of PAIRS) {
  describe(`${clientSide.name} calls ${serverSide.name}`, () => {
    test("mutual TLS takes a client with a certificate and refuses one without, or with a stranger's", async () => {
      const server = await serverSide.serve({ tls: { identity: certificates.server, clientCa: certificates.ca } });
      const codes: number[] = [];
      for (const identity of [certificates.client, undefined, certificates.stranger, certificates.client]) {
        const client = clientSide.connect({
          target: `localhost:${server.port}`,
          tls: { ca: certificates.ca, ...(identity === undefined ? {} : { identity }) },
        });
        codes.push((await exchange(client, "unary", [message(1)])).code);
        await client.close();
      }
      strictEqual(codes.join(), "0,14,14,0");
      await server.close();
    });

    test("a certificate for another name, or by another authority, is refused", async () => {
      for (const identity of [certificates.otherName, certificates.stranger]) {
        const server = await serverSide.serve({ tls: { identity } });
        const client = clientSide.connect({ target: `localhost:${server.port}`, tls: { ca: certificates.ca } });
        const { code, message: text } = await exchange(client, "unary", [message(1)]);
        strictEqual(code, 14);
        if (clientSide === hawser) match(text, /certificate|altnames/i);
        await client.close();
        await server.close();
      }
    });

    test("cleartext to a TLS port, and TLS to a cleartext one, is UNAVAILABLE", async () => {
      const secure = await serverSide.serve({ tls: { identity: certificates.server } });
      const plain = await serverSide.serve({});
      for (const [server, tls] of [
        [secure, {}],
        [plain, { tls: { ca: certificates.ca } }],
      ] as const) {
        const client = clientSide.connect({ target: `localhost:${server.port}`, ...tls });
        strictEqual((await exchange(client, "unary", [message(1)], { timeoutMs: 5_000 })).code, 14);
        await client.close();
      }
      await secure.close();
      await plain.close();
    });

    test("a unix socket", async () => {
      const path = join(folder, `${clientSide.name}-${serverSide.name}.sock`);
      const server = await serverSide.serve({ address: `unix:${path}` });
      const client = clientSide.connect({ target: `unix:${path}` });
      for (const kind of ["unary", "bidiStream"] as const) {
        strictEqual((await exchange(client, kind, [message(1)])).code, 0);
      }
      await client.close();
      await server.close();
    });
  });
}

test("the handler sees who calls", async () => {
  const seen: unknown[] = [];
  const server = createServer().add(Interop, {
    unary(_, { peer }) {
      seen.push(peer.tls?.authorized, peer.tls?.subject, peer.tls?.alternativeNames.join(), peer.tls?.protocol);
      ok(peer.tls?.certificate instanceof Uint8Array);
      match(peer.address, /127\.0\.0\.1:\d+/);
      return {};
    },
  });
  const { port } = await server.listen("127.0.0.1:0", { tls: { ...certificates.server, ca: certificates.ca } });
  const channel = createChannel(`localhost:${port}`, { tls: { ca: certificates.ca, ...certificates.client } });
  const call = createClient(Interop, channel).unary({});
  await call;
  strictEqual(seen.join(" "), "true client-one DNS:client-one TLSv1.3");
  strictEqual(call.peer?.tls?.subject, "localhost");
  await channel.close();
  await server.shutdown();
});

test("a client certificate may be asked for without being required", async () => {
  const server = createServer().add(Interop, {
    unary: (_, { peer }) => ({ id: peer.tls?.authorized === true ? 1 : 2 }),
  });
  const tls = { ...certificates.server, ca: certificates.ca, clientCertificate: "request" as const };
  const { port } = await server.listen("127.0.0.1:0", { tls });
  for (const [identity, id] of [
    [certificates.client, 1n],
    [{}, 2n],
  ] as const) {
    await using channel = createChannel(`localhost:${port}`, { tls: { ca: certificates.ca, ...identity } });
    strictEqual((await createClient(Interop, channel).unary({})).id, id);
  }
  await server.shutdown();
});

test("the name to check can be chosen", async () => {
  const server = createServer().add(Interop, { unary: () => ({}) });
  const { port } = await server.listen("127.0.0.1:0", { tls: certificates.otherName });
  const ca = certificates.ca;
  for (const options of [
    { tls: { ca, serverName: "elsewhere.test" } },
    { tls: { ca }, authority: "elsewhere.test:443" },
    { tls: { ca, rejectUnauthorized: false } },
  ]) {
    await using channel = createChannel(`127.0.0.1:${port}`, options);
    await createClient(Interop, channel).unary({});
  }
  await server.shutdown();
});

test("a socket file that a dead server left is taken over, one in use is not", async () => {
  const path = join(folder, "taken.sock");
  const first = createServer().add(Interop, { unary: () => ({}) });
  const bound = await first.listen(`unix:${path}`);
  strictEqual(bound.address, `unix:${path}`);
  strictEqual(bound.port, 0);
  const second = createServer();
  await second.listen(`unix:${path}`).then(
    () => ok(false),
    (error: Error) => match(error.message, /EADDRINUSE/),
  );
  await first.shutdown();
  ok(!existsSync(path));
  await second.shutdown();
});

test("a socket that is not there", async () => {
  await using channel = createChannel(`unix:${join(folder, "absent.sock")}`);
  const error = await createClient(Interop, channel)
    .unary({})
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  ok(RpcError.is(error));
  strictEqual(error.code, Code.Unavailable);
  match(error.message, /ENOENT.*absent\.sock/);
});

test("failed handshakes are told as events, and what TLS established is in those of connections", async () => {
  const events: RpcEvent[] = [];
  const server = createServer({ onEvent: (event) => events.push(event) });
  const { port } = await server.listen("127.0.0.1:0", { tls: { ...certificates.server } });
  const stranger = connectTcp(port, "127.0.0.1").on("error", () => {});
  stranger.end("this is no handshake\r\n\r\n");
  const channel = createChannel(`localhost:${port}`, {
    tls: { ca: certificates.ca },
    onEvent: (event) => events.push(event),
  });
  await channel.waitForState("ready", { timeoutMs: 30_000 });
  for (let i = 0; i < 1_000 && !events.some(({ type }) => type === "tls_failed"); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const failed = events.find((event) => event.type === "tls_failed");
  match(failed?.address ?? "", /^127\.0\.0\.1:\d+$/);
  strictEqual(failed?.target, `127.0.0.1:${port}`);
  ok((failed?.reason ?? "") !== "");
  const opened = events.filter((event) => event.type === "connection_opened");
  strictEqual(opened.length, 2);
  for (const { peer } of opened) strictEqual(peer.tls?.protocol, "TLSv1.3");
  await channel.close();
  await server.shutdown({ graceMs: 0 });
});
