// Takes the picture of examples/chat that the README shows: docs/images/chat.png. Needs a Chromium, and a build.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../interop/dist/browser/chromium.js";

const root = join(import.meta.dirname, "..");
const target = join(root, "docs/images/chat.png");
const TALK = [
  ["Ann", "Morning! The new build talks gRPC and REST on the same port."],
  ["Ben", "And this page?"],
  ["Ann", "A bidi call, over a WebSocket. Same .proto, same code."],
  ["Chloé", "I'm in from the terminal: npm run example:chat -- join lobby"],
  ["curl", '{"text": "hello from a shell script"}'],
  ["Ben", "All in one room. Nice!"],
];

const child = spawn(process.execPath, [join(root, "examples/chat/dist/main.js"), "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const browser = await launchChromium();
try {
  const base = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once("exit", () => reject(new Error(`the chat ended: ${said}`)));
  });
  const open = async (who, viewport, colorScheme) => {
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1.5 });
    const page = await context.newPage();
    await page.goto(`${base}/chat?who=${encodeURIComponent(who)}`);
    await page.waitForSelector("#status.on");
    return page;
  };
  const ben = await open("Ben", { width: 900, height: 600 }, "light");
  const ann = await open("Ann", { width: 900, height: 600 }, "dark");
  const chloe = await open("Chloé", { width: 390, height: 600 }, "light");
  for (const [who, text] of TALK) {
    await fetch(`${base}/v1/rooms/lobby/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ who, text }),
    });
  }
  const pages = [ben, ann, chloe];
  for (const page of pages)
    await page.waitForFunction((count) => document.querySelectorAll("#messages li").length === count, TALK.length);
  const shots = await Promise.all(pages.map(async (page) => (await page.screenshot()).toString("base64")));
  const sheet = await (
    await browser.newContext({ deviceScaleFactor: 1, viewport: { width: 1180, height: 690 } })
  ).newPage();
  await sheet.setContent(`<body style="margin:0;width:1180px;height:690px;background:linear-gradient(120deg,#dbe4ff,#fff0f6);position:relative">
    <img src="data:image/png;base64,${shots[0]}" style="position:absolute;left:24px;top:24px;width:720px;border-radius:10px;box-shadow:0 8px 40px #0003">
    <img src="data:image/png;base64,${shots[1]}" style="position:absolute;left:420px;top:146px;width:720px;border-radius:10px;box-shadow:0 8px 40px #0005">
    <img src="data:image/png;base64,${shots[2]}" style="position:absolute;left:84px;top:210px;width:266px;border-radius:16px;border:6px solid #1b1f27;box-shadow:0 8px 40px #0006">`);
  mkdirSync(join(root, "docs/images"), { recursive: true });
  await sheet.screenshot({ path: target });
  console.log(`written: ${target}`);
} finally {
  await browser.close();
  child.kill();
}
