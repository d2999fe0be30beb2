import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolVersion } from "../grpc/build-cache.js";
import type { ForeignProxy } from "./foreign-proxy.js";
import { startProxy } from "./proxy-process.js";

export const haproxy: ForeignProxy = {
  name: "haproxy",
  reloadedBy: "SIGUSR2 to the master",
  lacks: {},
  prepare: () => toolVersion(["haproxy", "-v"], /version (\d[\d.]*\d)/, "2.2"),

  async start({ folder, origin, tls, ports: [cleartext, secured] }) {
    const both = join(folder, "both.pem");
    writeFileSync(both, `${readFileSync(tls.certificate, "utf8")}\n${readFileSync(tls.key, "utf8")}`, { mode: 0o600 });
    const config = join(folder, "haproxy.cfg");
    writeFileSync(
      config,
      `global
  stats socket ${folder}/admin.sock level admin expose-fd listeners
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend all
  bind 127.0.0.1:${cleartext} proto h2
  bind 127.0.0.1:${secured} ssl crt ${both} alpn h2
  default_backend ours
backend ours
  server one 127.0.0.1:${origin} proto h2
`,
    );
    const argv = ["haproxy", "-W", "-db", "-f", config, "-p", join(folder, "haproxy.pid")];
    const proxy = await startProxy(argv, [cleartext, secured]);
    return {
      reload: async () => void proxy.child.kill("SIGUSR2"),
      stop: proxy.stop,
    };
  },
};
