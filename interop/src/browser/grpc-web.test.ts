/** Google's grpc-web client in a headless Chromium: gRPC-Web, binary and text, unary and streams of replies. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer, type NodeServer } from "hawser";
import type { Browser, Page } from "playwright-core";
import { addInterop, LARGE } from "../hawser-peer.js";
import { newName, observe } from "../script.js";
import {
  bundlePage,
  inChromium,
  launchChromium,
  openPage,
  type ServedPage,
  servePage,
  skipWithoutChromium,
} from "./chromium.js";
import type { GrpcWebEnded } from "./grpc-web-page.js";

const LIMIT = { timeout: 60_000, skip: skipWithoutChromium };

describe(inChromium("grpc-web in Chromium"), { skip: skipWithoutChromium }, () => {
  let browser: Browser;
  let site: ServedPage;
  let server: NodeServer;
  let url: string;
  let page: Page;

  before(async () => {
    site = await servePage(await bundlePage(join(import.meta.dirname, "grpc-web-page.js")));
    server = addInterop(createServer({ cors: { origins: [site.origin] }, maxReceiveBytes: LARGE, onError() {} }));
    url = `http://127.0.0.1:${(await server.listen("127.0.0.1:0")).port}`;
    browser = await launchChromium();
    ({ page } = await openPage(browser, site.origin));
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    await server?.shutdown({ graceMs: 0 });
  });

  for (const format of ["binary", "text"]) {
    const call = (kind: string, metadata: Record<string, string>): Promise<GrpcWebEnded> =>
      // biome-ignore lint/suspicious/noExplicitAny: the page's own global
      page.evaluate((all) => (globalThis as any).call(...all), [url, format, kind, metadata] as const);

    test(`${format}: a unary call with metadata both ways`, LIMIT, async () => {
      const { code, ids, metadata } = await call("unary", { "h-begin": "ahoy", "t-end": "bye" });
      assert.deepEqual([code, ids, metadata["h-begin"], metadata["t-end"]], [0, [1_000], "ahoy", "bye"]);
    });

    test(`${format}: a stream of replies, and a status after some`, LIMIT, async () => {
      const many = await call("serverStream", { "x-script": "many", "x-count": "300", "x-size": "50" });
      assert.deepEqual([many.code, many.ids], [0, Array.from({ length: 300 }, (_, i) => i)]);
      const some = { "x-script": "status", "x-after": "2", "x-code": "10", "x-message-bin": btoa("stopped, 100 %") };
      const { code, message, ids } = await call("serverStream", some);
      assert.deepEqual([code, message, ids], [10, "stopped, 100 %", [0, 1]]);
    });

    test(`${format}: an error at once, and a deadline`, LIMIT, async () => {
      const failed = await call("unary", { "x-script": "status", "x-code": "5", "x-message-bin": btoa("not here") });
      assert.deepEqual([failed.code, failed.message], [5, "not here"]);
      const name = newName();
      const late = await call("unary", { "x-script": "hang", "x-call": name, deadline: String(Date.now() + 300) });
      assert.equal(late.code, 4);
      await observe(name).cancelled;
    });
  }
});
