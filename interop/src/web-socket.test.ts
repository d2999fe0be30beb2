/** Calls by WebSocket: hawser/web over the npm package ws against our server, cleartext and TLS, through the cases. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createServer, type NodeServer } from "hawser";
import * as web from "hawser/web";
import { WebSocket } from "ws";
import { type Certificates, makeCertificates } from "./certificates.js";
import { addInterop, clientPeer, LARGE } from "./hawser-peer.js";
import { improbablePeer } from "./improbable-peer.js";
import type { ClientPeer } from "./peer.js";
import { bytes, exchange, message, RPC_CASES } from "./rpc.cases.js";
import { trustingFetch } from "./trusting-fetch.js";

let certificates: Certificates;

before(async () => {
  certificates = await makeCertificates();
});

for (const tls of [false, true]) {
  describe(`hawser/web by WebSocket calls hawser over ${tls ? "TLS" : "cleartext"}`, () => {
    let server: NodeServer;
    let client: ClientPeer;

    before(async () => {
      server = addInterop(createServer({ maxReceiveBytes: LARGE, onError() {} }));
      const { port } = await server.listen("127.0.0.1:0", tls ? { tls: certificates.server } : {});
      class TrustingWebSocket extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols, { ca: certificates.ca });
        }
      }
      const channel = web.createChannel(`${tls ? "https" : "http"}://localhost:${port}`, {
        maxReceiveBytes: LARGE,
        webSocket: TrustingWebSocket as unknown as web.WebSocketClass,
        ...(tls ? { fetch: trustingFetch(certificates.ca) } : {}),
      });
      client = clientPeer("hawser", channel);
    });

    after(async () => {
      await client.close();
      await server.shutdown({ graceMs: 0 });
    });

    test("messages of 0 bytes and of 3 MiB", { timeout: 60_000 }, async () => {
      for (const size of [0, 3 << 20]) {
        const { code, message: text, replies } = await exchange(client, "bidiStream", [message(1, bytes(size))]);
        assert.equal(code, 0, text);
        assert.ok(Buffer.compare(replies[0]?.payload as Uint8Array, bytes(size)) === 0);
      }
    });

    for (const each of RPC_CASES) test(each.name, { timeout: 60_000 }, () => each.run(client));
  });
}

describe("@improbable-eng/grpc-web by WebSocket calls hawser", () => {
  let server: NodeServer;
  let client: ClientPeer;

  before(async () => {
    server = addInterop(createServer({ maxReceiveBytes: LARGE, onError() {} }));
    const { port } = await server.listen("127.0.0.1:0");
    client = improbablePeer(`http://127.0.0.1:${port}`);
  });

  after(() => server.shutdown({ graceMs: 0 }));

  for (const each of RPC_CASES) test(each.name, { timeout: 60_000 }, () => each.run(client));
});
