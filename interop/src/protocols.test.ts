/** The cases over every protocol that a port speaks: our clients and connect-node's and connect-web's, over HTTP/2 and HTTP/1.1. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import {
  createConnectTransport as createWebConnectTransport,
  createGrpcWebTransport as createWebGrpcTransport,
} from "@connectrpc/connect-web";
import { type ClientProtocol, connectProtocol, createChannel, grpcWebProtocol } from "hawser";
import { createRegistry } from "hawser/protobuf";
import * as web from "hawser/web";
import { type Certificates, makeCertificates } from "./certificates.js";
import { connectNodePeer } from "./connect-node-peer.js";
import { clientPeer, hawser, LARGE } from "./hawser-peer.js";
import type { ClientPeer, Compression, Kind, ServerPeer } from "./peer.js";
import { bytes, exchange, message, RPC_CASES } from "./rpc.cases.js";
import { trustingFetch } from "./trusting-fetch.js";

const ONE_REQUEST: readonly Kind[] = ["unary", "serverStream"];
/** Node's clients of HTTP/1.1 send and receive one after the other. */
const LATE = { unaryHeaderIsLate: true };

const certificates: Certificates = await makeCertificates();

interface Way {
  readonly name: string;
  readonly tls?: boolean;
  readonly compression?: Compression;
  open(port: number): ClientPeer;
}

function overHttp2(
  name: string,
  protocol: ClientProtocol,
  more: Pick<ClientPeer, "kinds" | "unaryHeaderIsLate">,
): Way[] {
  return (["identity", "gzip"] as const).map((compression) => ({
    name: `hawser, ${name}, HTTP/2, ${compression}`,
    compression,
    open: (port) =>
      clientPeer("hawser", createChannel(`127.0.0.1:${port}`, { protocol, compression, maxReceiveBytes: LARGE }), more),
  }));
}

function byFetch(name: string, protocol: ClientProtocol | undefined): Way {
  return {
    name: `hawser/web, ${name}, fetch`,
    open: (port) => {
      const options = { maxReceiveBytes: LARGE, ...(protocol === undefined ? {} : { protocol }) };
      const channel = web.createChannel(`http://127.0.0.1:${port}`, options);
      // Node's fetch streams requests, over HTTP/1.1, but gives a response only after the last of them.
      const kinds: readonly Kind[] = [...ONE_REQUEST, "clientStream"];
      return clientPeer("hawser", channel, { kinds, unaryHeaderIsLate: protocol !== undefined });
    },
  };
}

const registry = createRegistry();
const WAYS: readonly Way[] = [
  ...overHttp2("Connect", connectProtocol(), LATE),
  ...overHttp2("Connect JSON", connectProtocol({ json: true, registry }), LATE),
  ...overHttp2("gRPC-Web", grpcWebProtocol, { kinds: ONE_REQUEST }),
  byFetch("gRPC-Web", undefined),
  byFetch("Connect", connectProtocol()),
  byFetch("Connect JSON", connectProtocol({ json: true })),
  ...(["1.1", "2"] as const).flatMap((httpVersion): Way[] => {
    const settings = (port: number) => ({ baseUrl: `http://127.0.0.1:${port}`, httpVersion });
    const kinds: readonly Kind[] =
      httpVersion === "2" ? ["unary", "serverStream", "clientStream", "bidiStream"] : [...ONE_REQUEST, "clientStream"];
    const more = { kinds, ...LATE };
    return [
      {
        name: `connect-node, Connect, HTTP/${httpVersion}`,
        open: (port) => connectNodePeer("connect-node", createConnectTransport(settings(port)), more),
      },
      {
        name: `connect-node, Connect JSON, HTTP/${httpVersion}`,
        open: (port) =>
          connectNodePeer("connect-node", createConnectTransport({ ...settings(port), useBinaryFormat: false }), more),
      },
      {
        name: `connect-node, gRPC-Web, HTTP/${httpVersion}`,
        open: (port) => connectNodePeer("connect-node", createGrpcWebTransport(settings(port)), more),
      },
    ];
  }),
  ...([false, true] as const).flatMap((tls): Way[] => {
    const over = tls ? "TLS" : "cleartext";
    const more = { kinds: ONE_REQUEST, ...LATE };
    const settings = (port: number) => ({
      baseUrl: `${tls ? "https" : "http"}://localhost:${port}`,
      ...(tls ? { fetch: trustingFetch(certificates.ca) } : {}),
    });
    const way = (name: string, make: (port: number) => Transport): Way => ({
      name: `connect-web, ${name}, ${over}`,
      tls,
      open: (port) => connectNodePeer("connect-web", make(port), more),
    });
    return [
      way("Connect", (port) => createWebConnectTransport({ ...settings(port), useBinaryFormat: true })),
      way("Connect JSON", (port) => createWebConnectTransport(settings(port))),
      way("Connect GET", (port) => createWebConnectTransport({ ...settings(port), useHttpGet: true })),
      way("gRPC-Web", (port) => createWebGrpcTransport(settings(port))),
    ];
  }),
  {
    name: "connect-node, gRPC, HTTP/2",
    open: (port) => {
      const transport = createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` });
      return connectNodePeer("connect-node", transport, LATE);
    },
  },
];

for (const way of WAYS) {
  describe(`${way.name} calls hawser`, () => {
    let server: ServerPeer;
    let client: ClientPeer;

    before(async () => {
      server = await hawser.serve({
        ...(way.compression === undefined ? {} : { compression: way.compression }),
        ...(way.tls === true ? { tls: { identity: certificates.server } } : {}),
      });
      client = way.open(server.port);
    });

    after(async () => {
      await client.close();
      await server.close();
    });

    test("messages of 0 bytes and of 3 MiB", { timeout: 60_000 }, async () => {
      for (const size of [0, 3 << 20]) {
        const { code, message: text, replies } = await exchange(client, "unary", [message(1, bytes(size))]);
        assert.equal(code, 0, text);
        assert.ok(Buffer.compare(replies[0]?.payload as Uint8Array, bytes(size)) === 0);
      }
    });

    for (const each of RPC_CASES) {
      if (way.compression !== "gzip" || each.everyCompression) {
        test(each.name, { timeout: 60_000 }, () => each.run(client));
      }
    }
  });
}
