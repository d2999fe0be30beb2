import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Peer } from "../peer.js";

const NO_COMPRESSION = "the server has no way to compress the replies of one call";

const NO_ORCA = "load reports reach balancers alone, whose API is experimental";

const program = (name: string) => fileURLToPath(new URL(`../grpc-js/${name}-process.js`, import.meta.url));

export const grpcJs: Peer = {
  name: "grpc-js",
  language: "Node.js",
  programs: "ours on its API",
  checksCompression: false,
  serverLacks: {
    server_compressed_unary: NO_COMPRESSION,
    server_compressed_streaming: NO_COMPRESSION,
    orca_oob: "ServerMetricRecorder has no memory utilization, which the case sets",
  },
  clientLacks: {
    orca_per_rpc: NO_ORCA,
    orca_oob: NO_ORCA,
  },

  async prepare() {
    const { version } = createRequire(import.meta.url)("@grpc/grpc-js/package.json") as { version: string };
    return {
      version,
      server: (tls) => ({
        argv: [process.execPath, program("server"), ...(tls === undefined ? [] : [tls.certificate, tls.key])],
        ready: /listening on (\d+)/,
      }),
      clients: (cases, port, tls) => [
        {
          cases,
          argv: [process.execPath, program("client"), String(port), tls?.ca ?? "-", tls?.serverName ?? "-", ...cases],
        },
      ],
    };
  },
};
