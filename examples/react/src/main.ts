/** Serves the guest book and its page: `npm start --workspace examples/react`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { guestbookServer } from "./guestbook-server.js";

const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, "page.js")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  write: false,
  logLevel: "error",
});

const page = createServer(({ url }, response) => {
  if (url === "/page.js") response.writeHead(200, { "content-type": "text/javascript" }).end(outputFiles[0]?.text);
  else response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
});
await new Promise<void>((resolve) => page.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;

const server = guestbookServer({ cors: { origins: [origin] } });
const { port } = await server.listen("127.0.0.1:0");
const html = `<!doctype html><meta charset="utf-8"><title>Guest book</title><meta name="api" content="http://127.0.0.1:${port}">
<div id="root"></div><script type="module" src="/page.js"></script>`;
console.log(`The guest book lies open at ${origin}`);
