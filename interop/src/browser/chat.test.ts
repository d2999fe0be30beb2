/** examples/chat in a browser, as people use it: two tabs, a restart of the server, errors. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { inChromium, launchChromium, openPage, skipWithoutChromium } from "./chromium.js";

const MAIN = fileURLToPath(new URL("../../../examples/chat/dist/main.js", import.meta.url));

let browser: Browser;

before(async () => {
  if (!skipWithoutChromium) browser = await launchChromium();
});

after(async () => {
  await browser?.close();
});

interface Chat {
  readonly child: ChildProcess;
  readonly port: number;
  stop(): Promise<void>;
}

async function start(t: { after(done: () => Promise<void>): void }, port = 0): Promise<Chat> {
  const child = spawn(process.execPath, [MAIN, "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };
  t.after(stop);
  let said = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    said += text;
    const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
    if (found !== null) {
      // It goes on talking to nobody.
      child.stdout.resume();
      return { child, port: Number(found[1]), stop };
    }
  }
  throw new Error(`the chat did not start: ${said}`);
}

/** Waits until what the page shows is this. */
async function until(look: () => Promise<readonly string[]>, wanted: readonly string[]): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (JSON.stringify(await look()) === JSON.stringify(wanted)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  deepStrictEqual(await look(), wanted);
}

/** The texts of elements. */
function shows(page: Page, selector: string, wanted: readonly string[]): Promise<void> {
  return until(() => page.$$eval(selector, (found) => found.map(({ textContent }) => textContent ?? "")), wanted);
}

/** The words of the bubbles, without who said them and when. */
function words(page: Page): Promise<string[]> {
  return page.$$eval("#messages .bubble", (bubbles) => bubbles.map(({ lastChild }) => lastChild?.textContent ?? ""));
}

function says(page: Page, wanted: readonly string[]): Promise<void> {
  return until(() => words(page), wanted);
}

async function say(page: Page, text: string): Promise<void> {
  await page.fill("#text", text);
  await page.press("#text", "Enter");
}

test(inChromium("chat: two tabs talk, see one another, and what was said before"), {
  skip: skipWithoutChromium,
}, async (t) => {
  const { port } = await start(t);
  const ann = await openPage(browser, `http://127.0.0.1:${port}/chat?who=Ann`);
  await shows(ann.page, "#status", ["in lobby"]);
  await shows(ann.page, "#people li span:last-child", ["Ann"]);
  await say(ann.page, "is anybody here?");
  await says(ann.page, ["is anybody here?"]);
  const ben = await openPage(browser, `http://127.0.0.1:${port}/chat?who=Ben`);
  await says(ben.page, ["is anybody here?"]);
  await shows(ann.page, "#people li span:last-child", ["Ann", "Ben"]);
  const hostile = '<img src=x onerror="document.title=1"> & <script>alert(1)</script>';
  await say(ben.page, hostile);
  await says(ann.page, ["is anybody here?", hostile]);
  await say(ann.page, "two\nlines, and 東京 🙂");
  await says(ben.page, ["is anybody here?", hostile, "two\nlines, and 東京 🙂"]);
  strictEqual(await ben.page.title(), "Chat");
  // REST says something without a page, and the page hears it.
  const response = await fetch(`http://127.0.0.1:${port}/v1/rooms/lobby/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"who":"curl","text":"from a script"}',
  });
  strictEqual(response.status, 200);
  await says(ann.page, ["is anybody here?", hostile, "two\nlines, and 東京 🙂", "from a script"]);
  await ben.page.close();
  await shows(ann.page, "#people li span:last-child", ["Ann"]);
  await ann.page.click("text=# galley");
  await shows(ann.page, "#status", ["in galley"]);
  deepStrictEqual(await words(ann.page), []);
  deepStrictEqual([...ann.complaints, ...ben.complaints], []);
  await ann.page.close();
});

test(inChromium("chat: the server goes away and comes back, and the tabs with it"), {
  skip: skipWithoutChromium,
}, async (t) => {
  const first = await start(t);
  const ann = await openPage(browser, `http://127.0.0.1:${first.port}/chat?who=Ann`);
  const ben = await openPage(browser, `http://127.0.0.1:${first.port}/chat?who=Ben`);
  for (const { page } of [ann, ben]) await shows(page, "#status", ["in lobby"]);
  await say(ann.page, "before");
  await says(ben.page, ["before"]);
  await first.stop();
  for (const { page } of [ann, ben]) await shows(page, "#status", ["the server is away: coming back …"]);
  await say(ann.page, "kept");
  match((await ann.page.textContent("#error")) ?? "", /away/);
  strictEqual(await ann.page.inputValue("#text"), "kept");
  await start(t, first.port);
  for (const { page } of [ann, ben]) await shows(page, "#status", ["in lobby"]);
  await say(ann.page, "after");
  await says(ben.page, ["before", "after"]);
  await say(ben.page, "yes");
  await says(ann.page, ["before", "after", "yes"]);
  // A browser complains of connections that fail, and of nothing else.
  for (const complaint of [...ann.complaints, ...ben.complaints]) match(complaint, /ERR_|WebSocket connection/);
  for (const { page } of [ann, ben]) await page.close();
});

test(inChromium("chat: what the server refuses is shown, and the talk goes on"), {
  skip: skipWithoutChromium,
}, async (t) => {
  const { port } = await start(t);
  const ann = await openPage(browser, `http://127.0.0.1:${port}/chat?who=Ann`);
  await shows(ann.page, "#status", ["in lobby"]);
  await say(ann.page, "x".repeat(2_001));
  await ann.page.waitForSelector("#error:not([hidden])");
  match((await ann.page.textContent("#error")) ?? "", /text has 2001 characters; at most 2000/);
  await shows(ann.page, "#status", ["in lobby"]);
  await say(ann.page, "shorter");
  await says(ann.page, ["shorter"]);
  ok(await ann.page.isHidden("#error"));
  const openApi = await openPage(browser, `http://127.0.0.1:${port}/openapi`);
  await openApi.page.waitForSelector("details#Chat_Say");
  strictEqual(await openApi.page.textContent("h1"), "Chat");
  deepStrictEqual([...ann.complaints, ...openApi.complaints], []);
  await openApi.page.close();
  await ann.page.close();
});

test("chat: from a terminal, with a page's words and one's own", async (t) => {
  const { port } = await start(t);
  const join = (who: string) =>
    spawn(process.execPath, [MAIN, "join", "lobby", "--as", who, "--port", String(port)], {
      env: { ...process.env, NO_COLOR: "1" },
    });
  const ann = join("Ann");
  const ben = join("Ben");
  t.after(async () => {
    ann.kill("SIGKILL");
    ben.kill("SIGKILL");
  });
  let heard = "";
  ben.stdout.setEncoding("utf8").on("data", (text: string) => (heard += text));
  let annHeard = "";
  ann.stdout.setEncoding("utf8").on("data", (text: string) => (annHeard += text));
  const hears = async (condition: () => boolean) => {
    for (let i = 0; i < 1_000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    ok(condition(), `${heard}\n---\n${annHeard}`);
  };
  await hears(() => heard.includes("You are Ben") && annHeard.includes("You are Ann"));
  ann.stdin.write("ahoy\u001b[2J\n");
  await hears(() => /Ann ahoy \[2J/.test(heard));
  ben.stdin.end("bye\n");
  await hears(() => /Ben bye/.test(annHeard));
  ann.stdin.end();
});

test("chat: wrong arguments are an error that says how to use it", async () => {
  for (const args of [["--nope"], ["--port", "x"], ["dance"]]) {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    deepStrictEqual(await once(child, "close"), [2, null]);
    match(said, /npm run example:chat/);
  }
});
