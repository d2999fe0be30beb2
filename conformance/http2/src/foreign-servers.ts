import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTool, freePort, start } from "./tools.js";

/** A server of somebody else's, running, with a door in cleartext and one in TLS. */
export interface ForeignServer {
  readonly cleartext: number;
  readonly tls: number;
  readonly process: ChildProcess;
}

/** What a foreign server is started with. */
export interface Setting {
  /** An empty folder for its files, with `cert.pem`, `key.pem` and `both.pem` in it, and `www/hello.txt`. */
  readonly folder: string;
  /** Our own server, in cleartext, for those that are proxies. */
  readonly origin: number;
}

/** How each of them is set up. Proxies speak HTTP/2 to our server, too. */
export const FOREIGN_SERVERS: Readonly<
  Record<string, { proxies: boolean; start(setting: Setting): Promise<ForeignServer> }>
> = {
  nginx: {
    proxies: true,
    start: async ({ folder, origin }) => {
      const [cleartext, tls] = [await freePort(), await freePort()];
      // grpc_pass is nginx's only way to speak HTTP/2 to an origin; it takes any request.
      const config = `daemon off; pid ${folder}/nginx.pid; error_log stderr; worker_processes 1;
        events {} http { access_log off; client_max_body_size 100m; client_body_temp_path ${folder}/b;
        proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
        server { listen 127.0.0.1:${cleartext} http2; listen 127.0.0.1:${tls} ssl http2;
        ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;
        location / { grpc_pass grpc://127.0.0.1:${origin}; } } }`;
      writeFileSync(join(folder, "nginx.conf"), config);
      const options = ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
      return { cleartext, tls, process: await start(toolPath("nginx"), options, cleartext, tls) };
    },
  },
  haproxy: {
    proxies: true,
    start: async ({ folder, origin }) => {
      const [cleartext, tls] = [await freePort(), await freePort()];
      const config = `defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend all
  bind 127.0.0.1:${cleartext} proto h2
  bind 127.0.0.1:${tls} ssl crt ${folder}/both.pem alpn h2
  default_backend ours
backend ours
  server one 127.0.0.1:${origin} proto h2
`;
      writeFileSync(join(folder, "haproxy.cfg"), config);
      const options = ["-db", "-f", join(folder, "haproxy.cfg")];
      return { cleartext, tls, process: await start(toolPath("haproxy"), options, cleartext, tls) };
    },
  },
  caddy: {
    proxies: true,
    start: async ({ folder, origin }) => {
      const [cleartext, tls] = [await freePort(), await freePort()];
      const config = `{
  admin off
  auto_https off
  storage file_system ${folder}/caddy
  servers {
    protocols h1 h2 h2c
  }
}
http://127.0.0.1:${cleartext}, http://localhost:${cleartext} {
  reverse_proxy h2c://127.0.0.1:${origin}
}
https://127.0.0.1:${tls}, https://localhost:${tls} {
  tls ${folder}/cert.pem ${folder}/key.pem
  reverse_proxy h2c://127.0.0.1:${origin}
}
`;
      writeFileSync(join(folder, "Caddyfile"), config);
      const options = ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
      return { cleartext, tls, process: await start(toolPath("caddy"), options, cleartext, tls) };
    },
  },
  nghttpd: {
    proxies: false,
    start: async ({ folder }) => {
      const [cleartext, tls] = [await freePort(), await freePort()];
      const files = ["--echo-upload", "-a", "127.0.0.1", "-d", join(folder, "www")];
      // One process serves one port: the cleartext one is a child of the shell that waits for both.
      const script = `"$0" --no-tls "$@" ${cleartext} & plain=$!
        trap 'kill $plain $secure' TERM
        "$0" "$@" ${tls} "${folder}/key.pem" "${folder}/cert.pem" & secure=$!
        wait`;
      const options = ["-c", script, toolPath("nghttpd"), ...files];
      return { cleartext, tls, process: await start("/bin/sh", options, cleartext, tls) };
    },
  },
};

function toolPath(name: string): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}
