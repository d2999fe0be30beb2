/** The console in a headless Chromium: calls of all kinds, to a Hawser server by itself and, by `hawser console`, to servers that others wrote. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { grpcGoHarbour } from "../harbour/grpc-go-harbour.js";
import { grpcJsHarbour, type HarbourServer } from "../harbour/grpc-js-harbour.js";
import { HOSTILE, hawserHarbour } from "../harbour/hawser-harbour.js";
import { inChromium, launchChromium, skipWithoutChromium } from "./chromium.js";
import { ConsolePage, embedConsole, type ServedConsole, startConsole } from "./console-driver.js";

const LIMIT = { timeout: 90_000 };
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A field of every shape, as JSON has it. */
const EVERYTHING = {
  int64: "-9223372036854775808",
  uint64: "18446744073709551615",
  sint32: -7,
  fixed64: "1",
  double: 0.1,
  float: 1.5,
  bool: true,
  string: HOSTILE,
  bytes: "AP8=",
  kind: "SHIP_KIND_TUG",
  optionalInt32: 0,
  optionalString: "",
  numbers: [1, -2],
  words: ["", "東京"],
  crates: [{ label: "é", weightKg: "9007199254740993" }, {}],
  counts: { "": "1", "<b>": "2" },
  cratesByNumber: { "-1": { label: "x" } },
  kinds: { true: "SHIP_KIND_FERRY" },
  crate: { seal: "AA==" },
  inner: { inner: { inner: { string: "deep", nothing: {} } } },
  more: [{ liquid: "" }, { vehicle: "SHIP_KIND_FREIGHTER" }],
  timestamp: "2026-01-31T12:00:00.000000001Z",
  duration: "-1.500s",
  any: { "@type": "type.googleapis.com/harbour.v1.Ship", id: "7", name: HOSTILE },
  struct: { a: [1, null, "x", { b: true }] },
  value: "text",
  list: [1, [2]],
  mask: "string,inner.words",
  wrappedInt64: "0",
  wrappedString: "",
  wrappedBytes: "AA==",
  wrappedBool: false,
  "<b>hostile</b>": HOSTILE,
  surveys: { a: { surveys: { b: {} } } },
  times: ["1970-01-01T00:00:00Z"],
};

const go = await grpcGoHarbour();

/** `hawser console` of a server that others wrote. */
function foreign(start: () => Promise<HarbourServer>): () => Promise<ServedConsole> {
  return async () => {
    const server = await start();
    const served = await startConsole(server.target);
    return {
      url: served.url,
      async stop() {
        await served.stop();
        await server.stop();
      },
    };
  };
}

/** With comments, as `hawser build` writes them. */
async function embedded(): Promise<ServedConsole> {
  const folder = mkdtempSync(join(tmpdir(), "hawser-console-"));
  try {
    const set = join(folder, "harbour.binpb");
    const args = ["build", join(ROOT, "interop/proto/harbour"), "-I", join(ROOT, "interop/proto"), "-o", set];
    await promisify(execFile)(process.execPath, [join(ROOT, "packages/cli/bin/hawser.js"), ...args]);
    return await embedConsole(hawserHarbour(), readFileSync(set));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TARGETS: readonly (readonly [name: string, start: (() => Promise<ServedConsole>) | Error])[] = [
  ["server.add(console())", embedded],
  ["hawser console of @grpc/grpc-js", foreign(grpcJsHarbour)],
  ["hawser console of grpc-go", go instanceof Error ? go : foreign(go)],
];

for (const [name, start] of TARGETS) {
  const why = start instanceof Error ? ` (skipped: ${start.message})` : "";
  const skip = skipWithoutChromium || why !== "";
  describe(inChromium(`${name}${why}`), { skip }, () => {
    let browser: Browser;
    let served: ServedConsole;
    let at: ConsolePage;

    before(async () => {
      served = await (start as () => Promise<ServedConsole>)();
      browser = await launchChromium();
      at = await ConsolePage.open(browser, served.url);
    });
    after(async () => {
      await browser?.close();
      await served?.stop();
    });

    test("a unary call with metadata, and what it brings back", LIMIT, async () => {
      await at.method("GetShip");
      await at.page.getByRole("tab", { name: /^Metadata/ }).click();
      await at.page.getByLabel("Name of a further row").fill("x-say");
      await at.page.getByLabel("Value of row 1").fill(HOSTILE);
      assert.equal(await at.call("GetShip", { id: "9007199254740993" }), "OK");
      const reply = (await at.reply()) as Record<string, unknown>;
      assert.deepEqual([reply["id"], reply["name"]], ["9007199254740993", "Bramble"]);
      await at.page.getByRole("tab", { name: /^Header and trailer/ }).click();
      const fields = await at.page.locator(".metadata-values").allInnerTexts();
      assert.match(fields.join("\n"), /x-said[\s\S]*<img src="x"[\s\S]*x-tide\s+high/);
      await at.page.getByRole("tab", { name: "Response" }).click();
      await at.nothingRan();
      at.noComplaints();
    });

    test("an error with details, and one with markup", LIMIT, async () => {
      assert.equal(await at.call("GetShip", { id: 404 }), "NOT_FOUND");
      const card = at.page.getByRole("region", { name: "Error", exact: true });
      const text = await card.innerText();
      assert.match(text, /no ship has the number 404/);
      assert.match(text, /is not painted on any hull/);
      assert.match(text, /NO_SUCH_SHIP/);
      assert.equal(await at.call("GetShip", { id: 666 }), "INTERNAL");
      assert.ok((await card.innerText()).includes(HOSTILE));
      await at.nothingRan();
      at.noComplaints();
    });

    test("a stream of replies, message by message with their times", LIMIT, async () => {
      assert.equal(await at.call("WatchArrivals", { count: 3 }), "OK");
      const rows = at.page.locator(".message-row.in");
      assert.equal(await rows.count(), 3);
      assert.match((await rows.first().innerText()).replaceAll("\n", " "), /received 2 [\d.]+ m?s \d+ B .*Ship 1/);
      await rows.nth(1).click();
      assert.equal(((await at.reply()) as { number: number }).number, 2);
      at.noComplaints();
    });

    test("a stream of requests, by hand", LIMIT, async () => {
      await at.method("UnloadCrates");
      await at.json({ label: "tea", weightKg: 3 });
      await at.button("Open and send").click();
      await at.json({ label: "rope", weightKg: "9007199254740992" });
      await at.button("Send").click();
      await at.page.getByText("2 sent").waitFor();
      await at.button("End requests").click();
      assert.equal(await at.ended(), "OK");
      assert.deepEqual(await at.reply(), { crates: 2, weightKg: "9007199254740995" });
      at.noComplaints();
    });

    test("a bidirectional stream: send, see, send again, half-close; then one that is cancelled", LIMIT, async () => {
      await at.method("TalkByRadio");
      await at.json({ text: "ahoy" });
      await at.button("Open and send").click();
      await at.received("AHOY");
      await at.json({ text: HOSTILE });
      await at.button("Send").click();
      await at.received(JSON.stringify(HOSTILE.toUpperCase()));
      await at.button("End requests").click();
      assert.equal(await at.ended(), "OK");
      await at.button("Open").click();
      await at.page.locator(".status-line .pill.running").waitFor();
      await at.button("Send").click();
      await at.received(JSON.stringify(HOSTILE.toUpperCase()));
      await at.button("Cancel").click();
      assert.equal(await at.ended(), "CANCELLED");
      await at.nothingRan();
      at.noComplaints();
    });

    test("a deadline, and a stream without an end that is cancelled", LIMIT, async () => {
      await at.method("GetShip");
      await at.page.getByLabel("Deadline").fill("150ms");
      assert.equal(await at.call("GetShip", { id: 1, delayMs: 60_000 }), "DEADLINE_EXCEEDED");
      await at.page.getByLabel("Deadline").fill("");
      await at.method("WatchArrivals");
      await at.json({ pauseMs: 5 });
      await at.button("Call").click();
      await at.received("Ship 3");
      await at.button("Cancel").click();
      assert.equal(await at.ended(), "CANCELLED");
      at.noComplaints();
    });

    test("a field of every shape comes back as it was", LIMIT, async () => {
      const { "<b>hostile</b>": hostile, ...rest } = EVERYTHING;
      // The reflection of @grpc/reflection loses names in JSON.
      const sent = name.endsWith("grpc-js") ? { ...rest, hostile } : EVERYTHING;
      assert.equal(await at.call("Survey", sent), "OK");
      assert.deepEqual(await at.reply(), sent);
      const entry = { writer: "mate", wind: "CALM", positions: ["1", "-2"], remark: { text: "calm" } };
      assert.equal(await at.call("WriteLog", entry), "OK");
      assert.deepEqual(await at.reply(), entry);
      await at.nothingRan();
      at.noComplaints();
    });

    test("10,000 messages, and no task of the page takes 200 ms", LIMIT, async () => {
      await at.method("WatchArrivals");
      await at.json({ count: 10_000 });
      const longest = await at.longestTask(async () => {
        await at.button("Call").click();
        assert.equal(await at.ended(), "OK");
        await at.received("Ship 10000");
      });
      await at.page.getByText("10,000 received").waitFor();
      assert.ok(longest <= 200, `a task of ${longest} ms`);
      at.noComplaints();
    });

    test("the history has them all, also after the page was left", LIMIT, async () => {
      await at.page.reload();
      await at.page.getByRole("tab", { name: "History" }).click();
      await at.page.getByRole("button", { name: /Harbour\/WatchArrivals\s*CANCELLED/ }).waitFor();
      await at.page.getByRole("searchbox", { name: "Filter the history" }).fill("not_found");
      const found = at.page.getByRole("button", { name: /Harbour\/GetShip\s*NOT_FOUND/ });
      await found.click();
      await at.button("JSON").click();
      assert.match(await at.page.getByRole("textbox", { name: "Message in JSON" }).innerText(), /404/);
      await at.button("Call").click();
      assert.equal(await at.ended(), "NOT_FOUND");
      at.noComplaints();
    });
  });
}
