import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolVersion } from "../grpc/build-cache.js";
import type { ForeignProxy } from "./foreign-proxy.js";
import { startProxy } from "./proxy-process.js";

export const nginx: ForeignProxy = {
  name: "nginx",
  reloadedBy: "SIGHUP",
  lacks: {},
  prepare: () => toolVersion(["nginx", "-v"], /nginx\/(\d[\d.]*)/, "1.13.10"),

  async start({ folder, origin, tls, ports: [cleartext, secured] }) {
    for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(join(folder, name));
    const config = join(folder, "nginx.conf");
    writeFileSync(
      config,
      `daemon off;
pid ${folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {}
http {
  access_log off;
  client_max_body_size 0;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream ours { server 127.0.0.1:${origin}; keepalive 16; }
  server {
    listen 127.0.0.1:${cleartext} http2;
    listen 127.0.0.1:${secured} ssl http2;
    ssl_certificate ${tls.certificate};
    ssl_certificate_key ${tls.key};
    location / { grpc_pass grpc://ours; }
  }
}
`,
    );
    const proxy = await startProxy(["nginx", "-e", "stderr", "-p", folder, "-c", config], [cleartext, secured]);
    return {
      reload: async () => void proxy.child.kill("SIGHUP"),
      stop: proxy.stop,
    };
  },
};
