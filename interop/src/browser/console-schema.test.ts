/** The console with a schema of 1,000 methods, its forms, and names and texts that would be markup elsewhere. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createServer } from "hawser";
import { create, createDynamicTypes } from "hawser/protobuf";
import { FileDescriptorProto } from "hawser/wkt";
import type { Browser } from "playwright-core";
import { HOSTILE, hawserHarbour } from "../harbour/hawser-harbour.js";
import { inChromium, launchChromium, skipWithoutChromium } from "./chromium.js";
import { ConsolePage, embedConsole, type ServedConsole } from "./console-driver.js";

const LIMIT = { timeout: 90_000 };
const SERVICES = 50;
const METHODS = 20;

/** A server of 1,000 methods, all of which give back what they get. */
function largeServer() {
  const file = create(FileDescriptorProto, {
    name: "large.proto",
    package: "large.v1",
    syntax: "proto3",
    messageType: [{ name: "Message", field: [{ name: "text", number: 1, label: 1, type: 9 }] }],
    service: Array.from({ length: SERVICES }, (_, s) => ({
      name: `Service${s}`,
      method: Array.from({ length: METHODS }, (_, m) => ({
        name: `Method${s * METHODS + m}`,
        inputType: ".large.v1.Message",
        outputType: ".large.v1.Message",
      })),
    })),
  });
  const server = createServer();
  for (const service of createDynamicTypes([file]).services) {
    const names = Object.keys(service.methods);
    server.add(service, Object.fromEntries(names.map((name) => [name, (request: object) => request])));
  }
  return server;
}

describe(inChromium("the console and schemas"), { skip: skipWithoutChromium }, () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  describe("1,000 methods", { skip: skipWithoutChromium }, () => {
    let served: ServedConsole;
    before(async () => {
      served = await embedConsole(largeServer());
    });
    after(() => served?.stop());

    test("are searched as one types, and called; no task of the page takes 200 ms", LIMIT, async () => {
      const at = await ConsolePage.open(browser, served.url);
      await at.page.getByText("1,000 methods").first().waitFor();
      const search = at.page.getByRole("searchbox", { name: "Search methods" });
      const list = at.page.getByRole("list", { name: "Services and methods" });
      const longest = await at.longestTask(async () => {
        await search.pressSequentially("method99");
        await list.getByRole("link", { name: "Method999" }).waitFor();
        assert.equal(await list.getByRole("link").count(), 11);
        await search.press("Enter");
        await at.page.getByRole("heading", { name: "Method99", exact: true }).waitFor();
        await search.fill("");
        await list.getByRole("button", { name: /^Service0/ }).waitFor();
        await at.page.getByRole("textbox", { name: "text", exact: true }).fill("ahoy");
        await at.button("Call").click();
        assert.equal(await at.ended(), "OK");
      });
      assert.deepEqual(await at.reply(), { text: "ahoy" });
      // A list of all of them has elements only for those that are seen.
      assert.ok((await list.locator("[data-row]").count()) < 100);
      assert.deepEqual(await at.seriousFindings(), []);
      at.noComplaints();
      await at.close();
      assert.ok(longest <= 200, `a task of ${longest} ms`);
    });
  });

  describe("the form and the JSON beside it", { skip: skipWithoutChromium }, () => {
    let served: ServedConsole;
    let at: ConsolePage;
    before(async () => {
      served = await embedConsole(hawserHarbour());
      at = await ConsolePage.open(browser, served.url);
    });
    after(() => served?.stop());

    /** What the editor has. */
    async function json(): Promise<unknown> {
      return JSON.parse(await at.page.getByRole("textbox", { name: "Message in JSON" }).innerText());
    }

    const field = (name: string) => at.page.getByRole("textbox", { name, exact: true });

    test("follow each other: numbers, oneofs, recursion, lists, maps, bytes, Any", LIMIT, async () => {
      await at.method("Survey");
      await at.button("Both").click();
      await field("int64").fill("9007199254740993");
      await field("string").first().fill(HOSTILE);
      await at.page.getByRole("combobox", { name: "kind" }).selectOption("SHIP_KIND_TUG");
      await at.page.getByRole("combobox", { name: "cargo" }).selectOption("liquid");
      await at.page.locator("button", { hasText: "Add inner" }).click();
      await at.page.locator("button", { hasText: "Add words" }).first().click();
      assert.deepEqual(await json(), {
        int64: "9007199254740993",
        string: HOSTILE,
        kind: "SHIP_KIND_TUG",
        liquid: "",
        inner: {},
        words: [],
      });
      await at.json({ bool: true, cratesByNumber: { 7: { label: "tea" } }, any: { "@type": "x/harbour.v1.Ship" } });
      await at.button("Both").click();
      assert.equal(await at.page.getByRole("checkbox", { name: "bool" }).isChecked(), true);
      await field("label").fill("rope");
      await at.page.getByText("harbour.v1.Ship").first().waitFor();
      assert.deepEqual(await json(), {
        bool: true,
        cratesByNumber: { 7: { label: "rope" } },
        any: { "@type": "x/harbour.v1.Ship" },
      });
      await at.button("Call").click();
      assert.equal(await at.ended(), "OK");
      await at.nothingRan();
      at.noComplaints();
    });

    test("what is wrong is said before it is sent", LIMIT, async () => {
      await at.method("GetShip");
      await at.button("Both").click();
      await field("id").fill("many");
      await at.page.locator(".problem").first().waitFor();
      await at.json('{"id": 1, "gone": 2}');
      await at.button("Call").click();
      await at.page.getByRole("alert").getByText("gone").waitFor();
      await at.json('{"id": ');
      await at.button("Both").click();
      await at.page.getByText("The JSON can't be read").waitFor();
      at.noComplaints();
    });

    test("names and comments that would be markup elsewhere are text", LIMIT, async () => {
      await at.method("Survey");
      await at.button("Both").click();
      await field("<b>hostile</b>").first().fill("<i>x</i>");
      assert.match(await at.page.getByRole("form", { name: "Message" }).innerText(), /<b>hostile<\/b>/);
      await at.page.getByRole("searchbox", { name: "Search methods" }).fill(HOSTILE);
      await at.page.getByText("No method has these words.").waitFor();
      await at.page.evaluate(`location.hash = ${JSON.stringify(`#/call/${encodeURIComponent(HOSTILE)}`)}`);
      await at.page.getByRole("alert").getByText(HOSTILE).waitFor();
      await at.nothingRan();
      at.noComplaints();
    });
  });
});
