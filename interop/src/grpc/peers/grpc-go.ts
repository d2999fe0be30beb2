import { join } from "node:path";
import { INTEROP, run, toolVersion } from "../build-cache.js";
import type { Peer } from "../peer.js";

const SOURCES = join(INTEROP, "peers/go");

const NO_COMPRESSION = "interop.NewTestServer does not compress";
const NO_GZIP = 'its server has no gzip: "Decompressor is not installed"';
const NO_COMPRESSED_CASE = "the client has no such --test_case";

/** grpc-go's own interop client and server. */
export const grpcGo: Peer = {
  name: "grpc-go",
  language: "Go",
  programs: "its own",
  checksCompression: false,
  serverLacks: {
    client_compressed_unary: NO_GZIP,
    client_compressed_streaming: NO_GZIP,
    server_compressed_unary: NO_COMPRESSION,
    server_compressed_streaming: NO_COMPRESSION,
    pick_first_unary: "interop.NewTestServer leaves fill_server_id unanswered",
  },
  clientLacks: {
    client_compressed_unary: NO_COMPRESSED_CASE,
    client_compressed_streaming: NO_COMPRESSED_CASE,
    server_compressed_unary: NO_COMPRESSED_CASE,
    server_compressed_streaming: NO_COMPRESSED_CASE,
    concurrent_large_unary: NO_COMPRESSED_CASE,
  },

  async prepare(cache) {
    await toolVersion(["go", "version"], /go(\d[\d.]*)/, "1.24");
    const folder = await cache.get("grpc-go", [SOURCES], async (out) => {
      const packages = ["client", "server"].map((each) => `google.golang.org/grpc/interop/${each}`);
      await run({ argv: ["go", "build", "-o", `${out}/`, ...packages], cwd: SOURCES });
    });
    const version = await run({
      argv: ["go", "list", "-m", "-f", "{{.Version}}", "google.golang.org/grpc"],
      cwd: SOURCES,
    });
    return {
      version: version.trim(),
      server: (tls) => ({
        argv: [
          join(folder, "server"),
          "--port=0",
          ...(tls === undefined
            ? []
            : ["--use_tls", `--tls_cert_file=${tls.certificate}`, `--tls_key_file=${tls.key}`]),
        ],
        // It tells the port in its log alone.
        env: { GRPC_GO_LOG_SEVERITY_LEVEL: "info" },
        ready: /interop server listening on \S*:(\d+)/,
      }),
      clients: (cases, port, tls) =>
        cases.map((each) => ({
          cases: [each],
          argv: [
            join(folder, "client"),
            "--server_host=127.0.0.1",
            `--server_port=${port}`,
            `--test_case=${each}`,
            ...(each.endsWith("_soak") ? SOAK_FLAGS : []),
            ...(each.startsWith("orca_") ? ORCA_FLAGS : []),
            ...(tls === undefined
              ? []
              : ["--use_tls", "--use_test_ca", `--ca_file=${tls.ca}`, `--server_host_override=${tls.serverName}`]),
          ],
        })),
    };
  },
};

/** The limits are generous, since the machine may be busy: what counts is that every call succeeds. */
export const SOAK_FLAGS: readonly string[] = [
  "--soak_iterations=20",
  "--soak_max_failures=0",
  "--soak_per_iteration_max_acceptable_latency_ms=30000",
  "--soak_overall_timeout_seconds=90",
];

/** The balancer, by the name that the descriptions give it, through which these clients see load reports. */
export const ORCA_FLAGS: readonly string[] = [
  '--service_config_json={"loadBalancingConfig":[{"test_backend_metrics_load_balancer":{}}]}',
];
