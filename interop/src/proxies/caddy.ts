import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, toolVersion } from "../grpc/build-cache.js";
import type { ForeignProxy } from "./foreign-proxy.js";
import { startProxy } from "./proxy-process.js";

export const caddy: ForeignProxy = {
  name: "caddy",
  reloadedBy: "caddy reload",
  lacks: {},
  prepare: () => toolVersion(["caddy", "version"], /v?(\d[\d.]*)/, "2.4"),

  async start({ folder, origin, tls, ports: [cleartext, secured, admin] }) {
    const config = join(folder, "Caddyfile");
    writeFileSync(
      config,
      `{
  admin 127.0.0.1:${admin}
  auto_https off
  storage file_system ${folder}/caddy
  grace_period 30s
  servers {
    protocols h1 h2 h2c
  }
}
http://127.0.0.1:${cleartext}, http://localhost:${cleartext} {
  reverse_proxy h2c://127.0.0.1:${origin}
}
https://127.0.0.1:${secured}, https://localhost:${secured} {
  tls ${tls.certificate} ${tls.key}
  reverse_proxy h2c://127.0.0.1:${origin}
}
`,
    );
    const options = ["--adapter", "caddyfile", "--config", config] as const;
    const proxy = await startProxy(["caddy", "run", ...options], [cleartext, secured]);
    return {
      async reload() {
        await run({ argv: ["caddy", "reload", "--force", "--address", `127.0.0.1:${admin}`, ...options] });
      },
      stop: proxy.stop,
    };
  },
};
