/** Starts consoles, and does in their page what a user does. */
import { deepStrictEqual, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { NodeServer, ServerPart } from "hawser";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";

const HAWSER = fileURLToPath(new URL("../../../packages/cli/bin/hawser.js", import.meta.url));
const CONSOLE = new URL("../../../packages/cli/dist/console/console.js", import.meta.url).href;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A console that runs. */
export interface ServedConsole {
  /** Of the page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The console as a part of a server. Stopping it shuts the server down. */
export async function embedConsole(server: NodeServer, descriptorSet?: Uint8Array): Promise<ServedConsole> {
  const { console: consolePart } = (await import(CONSOLE)) as {
    console(options?: { readonly descriptorSet?: Uint8Array }): ServerPart;
  };
  server.add(consolePart(descriptorSet === undefined ? {} : { descriptorSet }));
  const { port } = await server.listen("127.0.0.1:0");
  return { url: `http://127.0.0.1:${port}/console`, stop: () => server.shutdown({ graceMs: 0 }) };
}

/** `hawser console` of a server. */
export async function startConsole(target: string, ...flags: readonly string[]): Promise<ServedConsole> {
  const args = [HAWSER, "console", target, "--no-open", "--port", "0", "--json", ...flags];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGINT");
    await ended;
  };
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    const onText = (text: string) => {
      said += text;
      const found = /"url":"([^"]+)"/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", onText);
    child.stderr.setEncoding("utf8").on("data", onText);
    void ended.then(() => reject(new Error(`hawser console ended: ${said}`)));
  });
  return { url, stop };
}

/** An event of a trace, as far as it is read here (Trace Event Format). */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What axe finds, as far as it is read here. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** A page of the console, and what was wrong with it. */
export class ConsolePage {
  readonly page: Page;
  /** Errors and warnings of the browser's console, violations of the content security policy among them; what nobody caught. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  /** Opens the console in a window of its own. */
  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<ConsolePage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const opened = new ConsolePage(page);
    await page.goto(url);
    await page.getByRole("navigation", { name: "Views" }).waitFor();
    return opened;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** Nobody had anything to complain about; then forgets it. */
  noComplaints(): void {
    deepStrictEqual(this.complaints.splice(0), []);
  }

  /** Goes to a view, as `load` or `call/harbour.v1.Harbour/GetShip`. */
  async go(view: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${view}`)}`);
    if (view.startsWith("call/")) await this.page.getByRole("tablist", { name: "Request" }).waitFor();
  }

  /** Goes to a method of the harbour. */
  method(name: string): Promise<void> {
    return this.go(`call/harbour.v1.Harbour/${name}`);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** Puts a message in the place of what is in the editor. */
  async json(message: unknown): Promise<void> {
    await this.page.getByRole("tab", { name: /^Message/ }).click();
    await this.button("JSON").click();
    const editor = this.page.getByRole("textbox", { name: "Message in JSON" });
    // As by hand: the editor itself deletes what is chosen, where a browser would leave markup behind.
    await editor.press("Control+A");
    await editor.press("Delete");
    await this.page.keyboard.insertText(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Calls a method of the harbour with a message, and waits for the end of the call. Gives the status. */
  async call(name: string, message: unknown): Promise<string> {
    await this.method(name);
    await this.json(message);
    await this.button(/^(Call|Open and send)$/).click();
    return this.ended();
  }

  /** The status, when the call has ended. */
  async ended(): Promise<string> {
    const pill = this.page.locator(".status-line .pill.good, .status-line .pill.bad");
    await pill.waitFor();
    return pill.innerText();
  }

  /** The last message that came, whole: an editor has only those lines in the page that can be seen. */
  async reply(): Promise<unknown> {
    await this.button(/^Cop(y|ied) the message$/).click();
    return JSON.parse(await this.page.evaluate<string>("navigator.clipboard.readText()"));
  }

  /** Waits until a received message has this text in the list of messages. */
  async received(text: string): Promise<void> {
    await this.page.locator(".message-row.in", { hasText: text }).first().waitFor();
  }

  /**
   * The longest task of the page while something is done, in ms of its processor's time, from Chromium's own trace: what else a busy
   * machine does in the middle of a task is not the page's.
   */
  async longestTask(run: () => Promise<void>): Promise<number> {
    const browser = this.page.context().browser() as Browser;
    await browser.startTracing(this.page, { categories: ["-*", "toplevel", "__metadata"] });
    await run();
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
      traceEvents: readonly TraceEvent[];
    };
    const main = new Set(
      traceEvents.flatMap(({ name, pid, tid, args }) =>
        name === "thread_name" && args?.name === "CrRendererMain" ? `${pid} ${tid}` : [],
      ),
    );
    const tasks = traceEvents.filter(({ name, pid, tid }) => name.endsWith("RunTask") && main.has(`${pid} ${tid}`));
    ok(tasks.length > 0, "the trace has no tasks");
    return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
  }

  /** Nothing was run of what came as text, and nothing of it became an element. */
  async nothingRan(): Promise<void> {
    const [title, images] = await this.page.evaluate<[string, number]>("[document.title, document.images.length]");
    deepStrictEqual([title === "run", images], [false, 0]);
  }

  /** What axe finds in the page as it is that is serious or worse. */
  async seriousFindings(): Promise<readonly string[]> {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate<readonly Violation[]>(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
    );
    return found
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
  }
}
