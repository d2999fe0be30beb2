/** The cases over the table of peers: who calls whom, over what, compressed how. */
import { after, before, describe, test } from "node:test";
import { type Certificates, makeCertificates } from "./certificates.js";
import { mustExit } from "./exit-check.js";
import { grpcJs } from "./grpc-js-peer.js";
import { hawser } from "./hawser-peer.js";
import { inMemory } from "./memory-peer.js";
import type { ClientPeer, Compression, Implementation, ServerPeer } from "./peer.js";
import { RPC_CASES } from "./rpc.cases.js";

mustExit();

const PAIRS: readonly (readonly [client: Implementation, server: Implementation])[] = [
  [hawser, grpcJs],
  [grpcJs, hawser],
  [hawser, hawser],
];

const COMPRESSIONS: readonly Compression[] = ["identity", "gzip", "deflate"];

let certificates: Certificates;

before(async () => {
  certificates = await makeCertificates();
});

interface Setting {
  readonly clientSide: Implementation;
  readonly serverSide: Implementation;
  readonly tls: boolean;
  readonly compression: Compression;
}

const SETTINGS: readonly Setting[] = [
  ...PAIRS.flatMap(([clientSide, serverSide]) =>
    [false, true].flatMap((tls) => COMPRESSIONS.map((compression) => ({ clientSide, serverSide, tls, compression }))),
  ),
  ...COMPRESSIONS.map((compression) => {
    const both = inMemory("serialized");
    return { clientSide: both, serverSide: both, tls: false, compression };
  }),
  ...[inMemory("by reference")].map((both) => ({
    clientSide: both,
    serverSide: both,
    tls: false,
    compression: "identity" as const,
  })),
];

for (const { clientSide, serverSide, tls, compression } of SETTINGS) {
  describe(`${clientSide.name} calls ${serverSide.name}, ${tls ? "TLS" : "cleartext"}, ${compression}`, () => {
    let server: ServerPeer;
    let client: ClientPeer;

    before(async () => {
      server = await serverSide.serve({ compression, ...(tls ? { tls: { identity: certificates.server } } : {}) });
      client = clientSide.connect({
        target: `localhost:${server.port}`,
        compression,
        ...(tls ? { tls: { ca: certificates.ca } } : {}),
      });
    });

    after(async () => {
      await client.close();
      await server.close();
    });

    for (const each of RPC_CASES) {
      if (compression === "identity" || each.everyCompression)
        test(each.name, { timeout: 60_000 }, () => each.run(client));
    }
  });
}
