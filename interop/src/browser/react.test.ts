/** examples/react in two tabs of a headless Chromium: queries, a mutation, a stream, and an error that names a field. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { NodeServer, ServerOptions } from "hawser";
import type { Browser } from "playwright-core";
import {
  bundlePage,
  inChromium,
  launchChromium,
  openPage,
  type ServedPage,
  servePage,
  skipWithoutChromium,
} from "./chromium.js";

const example = join(import.meta.dirname, "../../../examples/react/dist");
const LIMIT = { timeout: 60_000, skip: skipWithoutChromium };

describe(inChromium("examples/react"), { skip: skipWithoutChromium }, () => {
  let browser: Browser;
  let site: ServedPage;
  let server: NodeServer;

  before(async () => {
    const { guestbookServer } = (await import(pathToFileURL(join(example, "guestbook-server.js")).href)) as {
      guestbookServer(options: ServerOptions): NodeServer;
    };
    server = guestbookServer({ cors: "development" });
    const { port } = await server.listen("127.0.0.1:0");
    const html = `<!doctype html><link rel="icon" href="data:,"><meta name="api" content="http://127.0.0.1:${port}">
      <div id="root"></div><script type="module" src="/main.js"></script>`;
    site = await servePage(await bundlePage(join(example, "page.js")), html);
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    await server?.shutdown({ graceMs: 0 });
  });

  test("what is signed in one tab is read in both, and an empty field is told of", LIMIT, async () => {
    const tabs = [await openPage(browser, site.origin), await openPage(browser, site.origin)] as const;
    const [{ page }] = tabs;
    await page.getByPlaceholder("Name").fill("Ada");
    await page.getByRole("button").click();
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /the text is missing/);
    assert.equal(await page.getByPlaceholder("Text").getAttribute("aria-invalid"), "true");
    // Both are listening before it is signed: else the query alone would bring it.
    while (server.runningCalls < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await page.getByPlaceholder("Text").fill("was here");
    await page.getByRole("button").click();
    for (const tab of tabs) await tab.page.getByText("was here").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    for (const { complaints } of tabs) assert.deepEqual(complaints, []);
  });
});
