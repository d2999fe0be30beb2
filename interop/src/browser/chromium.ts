/** Starts a headless Chromium, and serves and bundles pages for it. */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Where Debian, others and CI put it; undefined if there is none. */
const executablePath: string | undefined = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== "" && existsSync(path));

/** For the `skip` of tests that need a browser: false if there is one. */
export const skipWithoutChromium: boolean = executablePath === undefined;

/** For the name of a test that needs a browser: says so if it is skipped. */
export function inChromium(name: string): string {
  return skipWithoutChromium ? `${name} (skipped: there is no Chromium here; apt-get install chromium)` : name;
}

/** Starts it. Whoever does closes it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath as string,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page, and what it had to complain about. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of its console, and what was thrown and caught by nobody. */
  readonly complaints: string[];
}

/** Opens `url` in a tab whose console is watched. */
export async function openPage(browser: Browser | BrowserContext, url: string): Promise<WatchedPage> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

/** Bundles a program for a page, as bundlers of applications do it; the entry first. */
export async function bundlePage(entryPoint: string): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: { main: entryPoint },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: "automatic",
    outdir: "/",
    write: false,
    logLevel: "silent",
  });
  return new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*[\\/]/, ""), text]));
}

/** A page that is served from an origin of its own. */
export interface ServedPage {
  /** As `http://127.0.0.1:1234`, under which the page lies at `/`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves a page with the scripts of {@link bundlePage}. */
export async function servePage(
  scripts: ReadonlyMap<string, string>,
  html: string = '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.js"></script>',
): Promise<ServedPage> {
  const server = createServer(({ url = "/" }, response) => {
    const script = scripts.get(url.slice(1));
    if (script !== undefined) response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    else if (url === "/") response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
