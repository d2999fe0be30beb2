/** The console's other views in a headless Chromium; its keys, narrow screens, and what axe finds in each view, light and dark. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { grpcGoHarbour } from "../harbour/grpc-go-harbour.js";
import { grpcJsHarbour } from "../harbour/grpc-js-harbour.js";
import { hawserHarbour } from "../harbour/hawser-harbour.js";
import { inChromium, launchChromium, skipWithoutChromium } from "./chromium.js";
import { ConsolePage, embedConsole, type ServedConsole, startConsole } from "./console-driver.js";

const LIMIT = { timeout: 90_000 };
const VIEWS = ["load", "channelz", "health", "environments"];

describe(inChromium("the console's views"), { skip: skipWithoutChromium }, () => {
  let browser: Browser;
  let served: ServedConsole;
  let at: ConsolePage;

  before(async () => {
    served = await embedConsole(hawserHarbour());
    browser = await launchChromium();
    at = await ConsolePage.open(browser, served.url);
  });
  after(async () => {
    await browser?.close();
    await served?.stop();
  });

  test("an environment's variables are filled in, and one that nobody knows is told of", LIMIT, async () => {
    await at.go("environments");
    await at.button("New environment").click();
    await at.page.getByRole("textbox", { name: "Name of a further variable" }).fill("ship");
    await at.page.getByRole("textbox", { name: "Value of variable 1" }).fill("404");
    await at.page.getByRole("textbox", { name: "Name of a further variable" }).fill("greeting");
    await at.page.getByRole("textbox", { name: "Value of variable 2" }).fill(`it's "ahoy"`);
    await at.page.getByRole("checkbox", { name: "Hide the value of variable 2" }).check();
    assert.equal(await at.call("GetShip", '{"id": "{{ship}}"}'), "NOT_FOUND");
    await at.method("TalkByRadio");
    await at.json('{"text": "{{greeting}}"}');
    await at.button(/^(Send|Open and send)$/).click();
    await at.received(JSON.stringify(`IT'S "AHOY"`));
    await at.button("End requests").click();
    await at.json('{"text": "{{nobody}}"}');
    await at.button("Open and send").click();
    await at.page.getByRole("alert").getByText("{{nobody}}").waitFor();
    await at.page.getByRole("combobox", { name: "Environment" }).selectOption("");
    await at.method("GetShip");
    await at.button("Call").click();
    await at.page.getByRole("alert").getByText("{{ship}}").waitFor();
    await at.page.getByRole("combobox", { name: "Environment" }).selectOption("local");
    // Another page of this browser has it as well.
    await at.page.reload();
    assert.equal(await at.call("GetShip", '{"id": "{{ship}}"}'), "NOT_FOUND");
    at.noComplaints();
  });

  test("a call in the words of other tools, its variables filled in", LIMIT, async () => {
    await at.method("GetShip");
    await at.page.getByRole("tab", { name: "Copy as" }).click();
    const text = (tool: string) => at.page.getByRole("region", { name: tool, exact: true }).locator("pre").innerText();
    assert.match(await text("hawser"), /^hawser call 127\.0\.0\.1:\d+ harbour\.v1\.Harbour\/GetShip .*"404"/s);
    assert.match(await text("grpcurl"), /^grpcurl -plaintext .*"404"/s);
    assert.match(await text("curl"), /^curl http:.*application\/json.*"404"/s);
    assert.match(await text("TypeScript"), /client\.getShip\(\{ id: 404n \}\)/);
    await at.button("Copy the line for hawser").click();
    assert.equal(await at.page.evaluate("navigator.clipboard.readText()"), await text("hawser"));
    at.noComplaints();
  });

  test("a call is saved under a name, and opened again", LIMIT, async () => {
    await at.method("GetShip");
    await at.json({ id: 12 });
    await at.page.getByRole("tab", { name: "Saved" }).click();
    await at.page.getByRole("textbox", { name: "Name of the call to save" }).fill("<b>the tug</b>");
    await at.button("Save").click();
    await at.json({ id: 13 });
    await at.page.reload();
    await at.page.getByRole("tab", { name: "Saved" }).click();
    await at.page.getByRole("button", { name: /^<b>the tug<\/b>/ }).click();
    await at.button("Call").click();
    assert.equal(await at.ended(), "OK");
    assert.equal(((await at.reply()) as { id: string }).id, "12");
    await at.button("Remove <b>the tug</b>").click();
    await at.page.getByText("Save a call under a name").waitFor();
    at.noComplaints();
  });

  test("a load test: figures, charts, and how it ended", LIMIT, async () => {
    await at.go("load");
    await at.page.getByRole("combobox", { name: "Method" }).fill("harbour.v1.Harbour/GetShip");
    await at.page.getByRole("spinbutton", { name: "Seconds" }).fill("1");
    await at.button("Start").click();
    const result = at.page.getByRole("region", { name: "Result" });
    await result.getByText("done").waitFor();
    const calls = Number(/Calls\s+([\d,]+)/.exec(await result.innerText())?.[1]?.replaceAll(",", ""));
    assert.ok(calls >= 4, `${calls} calls`);
    assert.equal(await at.page.locator(".chart canvas").count(), 2);
    await at.page.getByRole("img", { name: /^Latency: median / }).waitFor();
    await at.page.getByRole("region", { name: "Latencies of the whole run" }).waitFor();
    await at.page.getByRole("spinbutton", { name: "Seconds" }).fill("60");
    await at.button("Start").click();
    await at.button("Stop").click();
    await result.getByText("stopped").waitFor();
    await at.page.getByRole("spinbutton", { name: "Calls in flight" }).fill("65");
    await at.button("Start").click();
    // The field itself says what is wrong; nothing has begun.
    await result.getByText("stopped").waitFor();
    at.noComplaints();
  });

  test("keys alone: find a method, write, call, and go from tab to tab", LIMIT, async () => {
    const { keyboard } = at.page;
    await keyboard.press("Control+k");
    await keyboard.type("harb getsh");
    await keyboard.press("Enter");
    await at.page.getByRole("heading", { name: "GetShip" }).waitFor();
    await at.page.getByRole("textbox", { name: "Message in JSON" }).focus();
    await keyboard.press("Control+A");
    await keyboard.press("Delete");
    await keyboard.insertText('{"id": 5}');
    await keyboard.press("Control+Enter");
    await at.page.getByText("Received #").waitFor();
    assert.equal(((await at.reply()) as { id: string }).id, "5");
    await at.page.getByRole("tab", { name: /^Message/ }).focus();
    await keyboard.press("ArrowRight");
    assert.equal(await at.page.getByRole("tab", { name: /^Metadata/ }).getAttribute("aria-selected"), "true");
    await keyboard.press("End");
    assert.equal(await at.page.getByRole("tab", { name: "Copy as" }).getAttribute("aria-selected"), "true");
    await keyboard.press("Home");
    at.noComplaints();
  });

  test("390 pixels: nothing sticks out, and a call can be made", LIMIT, async () => {
    const narrow = await ConsolePage.open(browser, served.url, {
      viewport: { width: 390, height: 780 },
      hasTouch: true,
      isMobile: true,
    });
    for (const view of ["call/", ...VIEWS]) {
      await narrow.page.evaluate(`location.hash = "#/${view}"`);
      await narrow.page.getByRole("heading").first().waitFor();
      assert.equal(await narrow.page.evaluate("document.documentElement.scrollWidth"), 390, view);
    }
    await narrow.go("load");
    await narrow.page.getByRole("spinbutton", { name: "Seconds" }).fill("0.5");
    await narrow.button("Start").tap();
    await narrow.page.getByRole("region", { name: "Latencies of the whole run" }).waitFor();
    assert.equal(await narrow.page.evaluate("document.documentElement.scrollWidth"), 390);
    assert.deepEqual(await narrow.seriousFindings(), []);
    await narrow.button("Methods").tap();
    await narrow.page.getByRole("searchbox", { name: "Search methods" }).fill("getship");
    await narrow.page.getByRole("link", { name: "unary GetShip" }).tap();
    await narrow.page.getByRole("textbox", { name: "id", exact: true }).fill("6");
    await narrow.button("Call").tap();
    assert.equal(await narrow.ended(), "OK");
    assert.equal(await narrow.page.evaluate("document.documentElement.scrollWidth"), 390);
    narrow.noComplaints();
    await narrow.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing serious, ${colorScheme}`, LIMIT, async () => {
      const page = await ConsolePage.open(browser, served.url, { colorScheme });
      const check = async (what: string) => assert.deepEqual(await page.seriousFindings(), [], what);
      await check("start");
      for (const view of VIEWS) {
        await page.go(view);
        if (view === "environments") await page.button("New environment").click();
        if (view === "load") {
          await page.page.getByRole("spinbutton", { name: "Seconds" }).fill("0.5");
          await page.button("Start").click();
          await page.page.getByRole("region", { name: "Latencies of the whole run" }).waitFor();
        }
        if (view === "channelz")
          await page.page
            .getByRole("button", { name: /^More of / })
            .first()
            .click();
        if (view === "health") await page.page.getByText("not serving", { exact: true }).waitFor();
        await check(view);
      }
      assert.equal(await page.call("GetShip", { id: 404 }), "NOT_FOUND");
      await check("an error");
      await page.button("Both").click();
      await check("form and JSON");
      await page.page.getByRole("tab", { name: "Copy as" }).click();
      await page.page.getByRole("tab", { name: "History" }).click();
      await check("lines and history");
      assert.equal(await page.call("WatchArrivals", { count: 30 }), "OK");
      await page.page.getByRole("tab", { name: "Saved" }).click();
      await check("messages and saved calls");
      page.noComplaints();
      await page.close();
    });
  }
});

const go = await grpcGoHarbour();
const FOREIGN = [
  ["@grpc/grpc-js", grpcJsHarbour],
  ["grpc-go", go],
] as const;

for (const [name, start] of FOREIGN) {
  const why = start instanceof Error ? ` (skipped: ${start.message})` : "";
  const skip = skipWithoutChromium || why !== "";
  test(inChromium(`connections and health of ${name}, by hawser console${why}`), { ...LIMIT, skip }, async () => {
    if (start instanceof Error) return;
    const server = await start();
    const served = await startConsole(server.target);
    const browser = await launchChromium();
    try {
      const at = await ConsolePage.open(browser, served.url);
      await at.go("health");
      const row = at.page.getByRole("row", { name: /Harbour/ });
      await row.getByText("not serving").waitFor();
      await at.page
        .getByRole("row", { name: /The server as a whole/ })
        .getByText("serving", { exact: true })
        .waitFor();
      await at.go("channelz");
      await at.page
        .getByRole("region", { name: /^Connections of server \d+$/ })
        .first()
        .waitFor();
      await at.page
        .getByRole("button", { name: /^More of 127\.0\.0\.1:\d+$/ })
        .first()
        .click();
      await at.page.getByText("Local address").waitFor();
      at.noComplaints();
    } finally {
      await browser.close();
      await served.stop();
      await server.stop();
    }
  });
}
