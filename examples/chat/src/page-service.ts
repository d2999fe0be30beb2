import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Code, type Implementation, RpcError } from "hawser";
import type { Page } from "./gen/chat/v1/page.pb.js";

/** The page's sources, which stand beside those of the server. */
const SOURCE = fileURLToPath(new URL("../src/page/", import.meta.url));

/** It loads and calls nothing but its own server, and stands in no frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; img-src data:; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Bundles the page and gives the service that serves it. */
export async function pageService(): Promise<Implementation<typeof Page>> {
  const { outputFiles } = await build({
    entryPoints: [`${SOURCE}chat.ts`],
    bundle: true,
    // The code of WebSockets is loaded when the first room is joined.
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    outdir: "assets",
    write: false,
    // What the runtime marks as free of side effects is left out without a word.
    logOverride: { "ignored-bare-import": "silent" },
    logLevel: "warning",
  });
  const assets = new Map<string, { readonly contentType: string; readonly data: Uint8Array }>(
    outputFiles.map(({ path, contents }) => [
      basename(path),
      { contentType: "text/javascript; charset=utf-8", data: contents },
    ]),
  );
  assets.set("chat.css", { contentType: "text/css; charset=utf-8", data: readFileSync(`${SOURCE}chat.css`) });
  const html = readFileSync(`${SOURCE}chat.html`);
  return {
    getPage(_, call) {
      call.header.set("content-security-policy", POLICY);
      return { contentType: "text/html; charset=utf-8", data: html };
    },
    getAsset({ name }) {
      const asset = assets.get(name);
      if (asset === undefined) throw new RpcError(Code.NotFound, `there is no ${name} here`);
      return asset;
    },
  };
}
