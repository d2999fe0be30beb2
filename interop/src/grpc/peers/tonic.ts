import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { INTEROP, run, toolVersion } from "../build-cache.js";
import { generate, PROTO } from "../generate.js";
import type { Peer } from "../peer.js";
import { rustGenerators } from "../rust-generators.js";

const SOURCES = join(INTEROP, "peers/tonic");

const NO_ORCA = "tonic has no load reports";

export const tonic: Peer = {
  name: "tonic",
  language: "Rust",
  programs: "ours on its API",
  checksCompression: false,
  serverLacks: {
    server_compressed_streaming: "the API compresses all replies of a call or none",
    custom_metadata: "the API has no trailer for a unary call that succeeds",
    orca_per_rpc: NO_ORCA,
    orca_oob: NO_ORCA,
  },
  clientLacks: {
    orca_per_rpc: NO_ORCA,
    orca_oob: NO_ORCA,
    client_compressed_streaming: "the API compresses all requests of a call or none",
  },

  async prepare(cache) {
    await toolVersion(["cargo", "--version"], /cargo (\d[\d.]*)/, "1.88");
    const plugins = await rustGenerators(cache);
    const folder = await cache.get("tonic", [SOURCES, PROTO], async (out) => {
      const code = join(out, "code");
      await generate(out, [
        { name: "prost", path: plugins.prost, out: code, options: ["compile_well_known_types=false"] },
        { name: "tonic", path: plugins.tonic, out: code },
      ]);
      const target = cache.scratch("tonic-target");
      const cargo = ["cargo", "build", "--release", "--locked", "--quiet"] as const;
      await run({ argv: cargo, cwd: SOURCES, env: { CARGO_TARGET_DIR: target, TESTING_CODE: code } });
      copyFileSync(join(target, "release/tonic-peer"), join(out, "tonic-peer"));
    });
    const program = join(folder, "tonic-peer");
    const version =
      /tonic = \{ version = "=([^"]+)"/.exec(readFileSync(join(SOURCES, "Cargo.toml"), "utf8"))?.[1] ?? "";
    return {
      version,
      server: (tls) => ({
        argv: [program, "server", ...(tls === undefined ? [] : [tls.certificate, tls.key])],
        ready: /listening on (\d+)/,
      }),
      clients: (cases, port, tls) => [
        {
          cases,
          argv: [program, "client", String(port), tls?.ca ?? "-", tls?.serverName ?? "-", ...cases],
        },
      ],
    };
  },
};
