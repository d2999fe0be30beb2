// Takes the pictures of docs/console.md: each view of the console, light and dark, in docs/images/console. Needs a Chromium, and a build.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../interop/dist/browser/chromium.js";
import { ConsolePage } from "../interop/dist/browser/console-driver.js";
import { hawserHarbour } from "../interop/dist/harbour/hawser-harbour.js";
import { console as consolePart } from "../packages/cli/dist/console/console.js";

const root = join(import.meta.dirname, "..");
const target = join(root, "docs/images/console");
const SHIP = { id: "7" };
const SURVEY = {
  int64: "9007199254740993",
  string: "Bramble",
  kind: "SHIP_KIND_TUG",
  cratesByNumber: { 7: { label: "tea", weightKg: "120" } },
  timestamp: "2026-01-31T12:00:00Z",
  any: { "@type": "type.googleapis.com/harbour.v1.Crate", label: "rope" },
};

/** What is done before each picture; the page is that of the one before. */
const VIEWS = {
  async start(at) {
    await at.page.getByRole("heading", { name: "Harbour" }).first().waitFor();
  },
  async form(at) {
    await at.method("Survey");
    await at.json(SURVEY);
    await at.button("Format").click();
    await at.button("Both").click();
    await at.button("Call").click();
    await at.ended();
  },
  async bidi(at) {
    await at.method("TalkByRadio");
    for (const text of ["Harbour, this is Bramble", "We are off the breakwater", "Where shall we go?"]) {
      await at.json({ text });
      await at.button(/^(Open and send|Send)$/).click();
      await at.received(text.toUpperCase());
    }
  },
  async error(at) {
    await at.call("GetShip", { id: "404" });
  },
  async history(at) {
    await at.page.getByRole("tab", { name: "Saved" }).click();
    await at.page.getByRole("textbox", { name: "Name of the call to save" }).fill("The ship that is not there");
    await at.button("Save").click();
    await at.call("GetShip", SHIP);
    await at.call("WatchArrivals", { count: 40 });
    await at.call("GetShip", { ...SHIP, delayMs: 20 });
    await at.page.getByRole("tab", { name: "History" }).click();
    await at.page.getByRole("tab", { name: "Copy as" }).click();
    await at.page.getByRole("region", { name: "TypeScript" }).waitFor();
  },
  async environments(at) {
    await at.page.getByRole("tab", { name: "Methods" }).click();
    await at.go("environments");
    const variables = [
      ["ship", "7"],
      ["token", "not for your eyes"],
      ["region", "north"],
    ];
    for (const name of ["local", "staging"]) {
      await at.button("New environment").click();
      const field = at.page.getByRole("textbox", { name: "Name", exact: true });
      await field.fill(name);
      for (const [index, [variable, value]] of variables.entries()) {
        await at.page.getByRole("textbox", { name: "Name of a further variable" }).fill(variable);
        await at.page.getByRole("textbox", { name: `Value of variable ${index + 1}` }).fill(value);
      }
      await at.page.getByRole("checkbox", { name: "Hide the value of variable 2" }).check();
    }
  },
  async load(at) {
    await at.go("load");
    await at.page.getByRole("combobox", { name: "Method" }).fill("harbour.v1.Harbour/GetShip");
    await at.page.getByRole("spinbutton", { name: "Seconds" }).fill("6");
    await at.button("Start").click();
    await at.page.getByRole("region", { name: "Latencies of the whole run" }).waitFor();
    await at.page.evaluate("document.querySelector('.load-form').scrollIntoView()");
  },
  async connections(at) {
    await at.go("channelz");
    await at.page
      .getByRole("button", { name: /^More of / })
      .first()
      .click();
  },
  async health(at) {
    await at.go("health");
    await at.page.getByText("not serving", { exact: true }).waitFor();
  },
};

function comments() {
  const folder = mkdtempSync(join(tmpdir(), "hawser-pictures-"));
  const set = join(folder, "harbour.binpb");
  const protos = join(root, "interop/proto");
  const args = ["build", join(protos, "harbour"), "-I", protos, "-o", set];
  const { status } = spawnSync(process.execPath, [join(root, "packages/cli/bin/hawser.js"), ...args]);
  if (status !== 0) throw new Error("the protos can't be built");
  const bytes = readFileSync(set);
  rmSync(folder, { recursive: true });
  return bytes;
}

const server = hawserHarbour().add(consolePart({ descriptorSet: comments() }));
// A port that looks like one in a picture, if it is free.
const { port } = await server.listen("127.0.0.1:8080").catch(() => server.listen("127.0.0.1:0"));
const url = `http://127.0.0.1:${port}/console`;
const browser = await launchChromium();
mkdirSync(target, { recursive: true });
try {
  for (const colorScheme of ["light", "dark"]) {
    const at = await ConsolePage.open(browser, url, { colorScheme, viewport: { width: 1100, height: 680 } });
    for (const [name, prepare] of Object.entries(VIEWS)) {
      await prepare(at);
      await at.page.mouse.move(0, 0);
      await at.page.waitForTimeout(300);
      await at.page.screenshot({ path: join(target, `${name}-${colorScheme}.png`), animations: "disabled" });
    }
    await at.close();
    const phone = await ConsolePage.open(browser, url, { colorScheme, viewport: { width: 390, height: 700 } });
    await phone.method("GetShip");
    await phone.page.getByRole("textbox", { name: "id", exact: true }).fill("7");
    await phone.button("Call").click();
    await phone.ended();
    await phone.page.waitForTimeout(300);
    await phone.page.screenshot({ path: join(target, `phone-${colorScheme}.png`), animations: "disabled" });
    await phone.close();
  }
  process.stdout.write(`written: ${target}\n`);
} finally {
  await browser.close();
  await server.shutdown({ graceMs: 0 });
}
