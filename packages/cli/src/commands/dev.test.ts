import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { get } from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { checkExamples } from "../testing/check-examples.js";
import { ended, Sandbox } from "../testing/sandbox.js";
import { command } from "./dev.js";

/** 20 s: far more than any step takes, even on a busy machine. */
const PATIENCE_MS = 20_000;

/** `hawser dev` in a directory of its own. */
class Dev {
  readonly sandbox: Sandbox = new Sandbox();
  /** What hawser and the program have printed. */
  output = "";
  #child: ChildProcessWithoutNullStreams | undefined;
  #ended: Promise<{ readonly code: number | null }> | undefined;

  start(files: Readonly<Record<string, string>>, ...args: string[]): void {
    this.sandbox.write(files);
    this.#child = this.sandbox.start("dev", ...args);
    this.#child.stdout.on("data", (chunk) => (this.output += chunk));
    this.#child.stderr.on("data", (chunk) => (this.output += chunk));
    this.#ended = ended(this.#child);
  }

  /** Waits for output, and returns what the expression found. What is found is taken away, with all in front of it. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found !== null) {
        this.output = this.output.slice(found.index + found[0].length);
        return found;
      }
      if (Date.now() > end) throw new Error(`${pattern} did not come, but:\n${this.output}`);
      await sleep(5);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child!.kill(name);
  }

  async exitCode(): Promise<number | null> {
    return (await this.#ended!).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child?.exitCode === null) {
      this.signal("SIGTERM");
      await sleep(10);
      this.signal("SIGTERM"); // at once, whatever the program does
      await this.#ended;
    }
    this.sandbox[Symbol.dispose]();
  }
}

function message(name: string): string {
  return `syntax = "proto3";\nmessage ${name} {}\n`;
}

/** A server that answers after a while, and drains when it is told to end. It prints its port, and what is generated. */
const SERVER = `import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const name = /interface (\\w+)/.exec(readFileSync("src/gen/a.pb.ts", "utf8"))[1];
const server = createServer((_, response) => setTimeout(() => response.end(name), 400));
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => console.log("serving " + name + " at " + server.address().port));
process.once("SIGTERM", () => server.close(() => { console.log("drained"); process.exit(0); }));
`;

const PROJECT = { "proto/a.proto": message("A1"), "src/main.mjs": SERVER };

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (pids.some(isAlive)) {
    assert.ok(Date.now() < end, `still there: ${pids.filter(isAlive)}`);
    await sleep(10);
  }
}

test("the example prints what it says", () => checkExamples(command));

test("changes of contract and code start the program anew, after what it was doing is done", async () => {
  await using dev = new Dev();
  const { sandbox } = dev;
  dev.start(PROJECT, "--", "node", "src/main.mjs");
  await dev.until(/hawser dev: 1 file written to src\/gen \(\d+ ms\)/);
  const [, pid] = await dev.until(/hawser dev: started \(pid (\d+)\)/);
  const [, port] = await dev.until(/serving A1 at (\d+)/);

  const answer = new Promise<string>((resolve, reject) => {
    get(`http://127.0.0.1:${port}`, { agent: false }, (response) => {
      response.setEncoding("utf8").once("data", resolve);
    }).once("error", reject);
  });
  await sleep(100); // the server has the request by then, or it is refused and the test fails
  sandbox.write({ "proto/a.proto": message("A2") });
  assert.equal(await answer, "A1");
  await dev.until(/drained\n.*started: the contract has changed \(pid \d+\)\n/);
  await dev.until(/serving A2/);
  await untilGone([Number(pid)]);

  sandbox.write({ "src/main.mjs": SERVER.replace("serving", "now serving") });
  await dev.until(/drained\n.*started: src\/main\.mjs has changed/);
  await dev.until(/now serving A2/);
  dev.signal("SIGINT");
  await dev.until(/drained\n/);
  assert.equal(await dev.exitCode(), 130);
});

test("a broken contract leaves the program as it is", async () => {
  await using dev = new Dev();
  const { sandbox } = dev;
  dev.start(PROJECT, "--", "node", "src/main.mjs");
  const [, pid] = await dev.until(/started \(pid (\d+)\)/);
  await dev.until(/serving A1/);
  sandbox.write({ "proto/a.proto": "message {" });
  await dev.until(/proto\/a\.proto:1:9: error: /);
  await dev.until(/hawser dev: the contract has 1 error: the program goes on as it was/);
  assert.ok(isAlive(Number(pid)));
  // What is generated is what there was: nothing to start anew for.
  sandbox.write({ "proto/a.proto": message("A1") });
  await dev.until(/0 files written to src\/gen, 1 unchanged/);
  sandbox.write({ "proto/a.proto": message("A3") });
  await dev.until(/drained\n/);
  await dev.until(/serving A3/);
});

test("with a contract that is broken from the start, the program waits", async () => {
  await using dev = new Dev();
  dev.start({ ...PROJECT, "proto/a.proto": "message {" }, "--", "node", "src/main.mjs");
  await dev.until(/the contract has 1 error: the program starts when it compiles/);
  await dev.until(/watching for changes/);
  dev.sandbox.write({ "proto/a.proto": message("A1") });
  await dev.until(/started \(pid \d+\)/);
  await dev.until(/serving A1/);
  dev.signal("SIGTERM");
  assert.equal(await dev.exitCode(), 143);
});

test("a program that does not end is killed after --grace", async () => {
  await using dev = new Dev();
  const deaf = 'process.on("SIGTERM", () => console.log("no"));\nsetInterval(() => {}, 1000);\nconsole.log("up");\n';
  dev.start({ "proto/a.proto": message("A"), "src/main.mjs": deaf }, "--grace", "300ms", "--", "node", "src/main.mjs");
  const [, pid] = await dev.until(/started \(pid (\d+)\)/);
  await dev.until(/up\n/);
  dev.sandbox.write({ "src/main.mjs": `${deaf}//\n` });
  await dev.until(/no\n/);
  await dev.until(/the program did not end within 0\.3 s and was killed/);
  const [, next] = await dev.until(/started: src\/main\.mjs has changed \(pid (\d+)\)/);
  await dev.until(/up\n/);
  dev.signal("SIGINT");
  assert.equal(await dev.exitCode(), 130);
  await untilGone([Number(pid), Number(next)]);
});

test("a second Ctrl-C does not wait", async () => {
  await using dev = new Dev();
  const deaf = 'process.on("SIGTERM", () => console.log("no"));\nsetInterval(() => {}, 1000);\nconsole.log("up");\n';
  dev.start({ "proto/a.proto": message("A"), "src/main.mjs": deaf }, "--grace", "1h", "--", "node", "src/main.mjs");
  const [, pid] = await dev.until(/started \(pid (\d+)\)/);
  await dev.until(/up\n/);
  dev.signal("SIGINT");
  await dev.until(/no\n/);
  dev.signal("SIGINT");
  assert.equal(await dev.exitCode(), 130);
  await untilGone([Number(pid)]);
});

test("a program that crashes is started again, later each time, and at once after a change", async () => {
  await using dev = new Dev();
  dev.start({ "proto/a.proto": message("A"), "src/main.mjs": "process.exit(7);\n" }, "--", "node", "src/main.mjs");
  await dev.until(/the program has crashed with exit code 7; it starts again in 0\.5 s, or after a change/);
  await dev.until(/started: again/);
  await dev.until(/exit code 7; it starts again in 1 s/);
  await dev.until(/exit code 7; it starts again in 2 s/);
  dev.sandbox.write({ "src/main.mjs": 'console.log("well");\n' });
  await dev.until(/started: src\/main\.mjs has changed/);
  await dev.until(/well\n/);
  await dev.until(/the program has ended; waiting for changes/);
  dev.sandbox.write({ "src/main.mjs": 'console.log("well"); process.kill(process.pid, "SIGABRT");\n' });
  await dev.until(/the program was ended by SIGABRT; it starts again in 0\.5 s/);
  dev.signal("SIGINT");
  assert.equal(await dev.exitCode(), 130);
});

test("a script, and what it starts, ends with hawser dev", async () => {
  const child = 'console.log("child " + process.pid);\nsetInterval(() => {}, 1000);\n';
  const files = {
    "proto/a.proto": message("A"),
    "src/child.mjs": child,
    "package.json": JSON.stringify({ scripts: { start: "node src/child.mjs & node src/child.mjs & wait" } }),
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    await using dev = new Dev();
    dev.start(files);
    const pids: number[] = [];
    for (let i = 0; i < 2; i++) pids.push(Number((await dev.until(/child (\d+)/))[1]));
    dev.signal(signal);
    assert.equal(await dev.exitCode(), signal === "SIGINT" ? 130 : 143);
    await untilGone(pids);
  }
});

test("what a crashing program has started does not outlive it", async () => {
  await using dev = new Dev();
  const main = `import { spawn } from "node:child_process";
const child = spawn("sleep", ["600"], { stdio: "ignore" });
console.log("child " + child.pid);
setTimeout(() => process.exit(1), 50);
`;
  dev.start({ "proto/a.proto": message("A"), "src/main.mjs": main }, "--", "node", "src/main.mjs");
  const [, first] = await dev.until(/child (\d+)/);
  const [, second] = await dev.until(/child (\d+)/);
  await untilGone([Number(first)]);
  dev.signal("SIGTERM");
  await dev.exitCode();
  await untilGone([Number(second)]);
});

test("--lint and --against show what is wrong with the contract, and the program runs all the same", async () => {
  await using dev = new Dev();
  const before = 'syntax = "proto3";\nmessage A {\n  string a = 1;\n}\n';
  dev.start(
    { ...PROJECT, "proto/a.proto": before.replace("string a", "bytes bB"), "old/a.proto": before },
    ...["--lint", "--against", "old", "--", "node", "src/main.mjs"],
  );
  await dev.until(/started/);
  await dev.until(/proto\/a\.proto:3:9:Field name "bB" should be lower_snake_case/);
  await dev.until(/changed type from "string" to "bytes"/);
  await dev.until(/\+ proto\/a\.proto:3 {3}bytes bB = 1;/);
  await dev.until(/hawser dev: \d+ findings in the contract/);
  await dev.until(/serving A/);
});

const MISTAKES: [what: string, files: Record<string, string>, args: string[], code: number, says: RegExp][] = [
  ["no program", {}, [], 1, /no script "start"\nhelp: say what to run, as in hawser dev -- node/],
  ["a script that is not there", { "package.json": "{}" }, ["-s", "x"], 1, /no script "x"/],
  ["a script of Object's", { "package.json": '{"scripts": {}}' }, ["-s", "constructor"], 1, /no script "constructor"/],
  [
    "a script that runs hawser dev",
    { "package.json": '{"scripts": {"start": "hawser dev"}}' },
    [],
    1,
    /runs hawser dev itself/,
  ],
  ["a package.json that is none", { "package.json": "{" }, [], 1, /package\.json is no JSON/],
  ["a command and a script", {}, ["-s", "x", "--", "node"], 2, /both given/],
  ["no contract", {}, ["--", "node"], 1, /there is no directory proto\/ here/],
  [
    "a program that is not there",
    { "proto/a.proto": message("A") },
    ["--", "no-such-program"],
    1,
    /cannot start no-such-program/,
  ],
  ["a bad duration", {}, ["--grace", "soon", "--", "node"], 2, /Give a duration/],
  ["an unknown option", {}, ["--nope"], 2, /unknown option/],
];

for (const [what, files, args, code, says] of MISTAKES) {
  test(`a mistake: ${what}`, async () => {
    using sandbox = new Sandbox();
    sandbox.write(files);
    const result = await sandbox.run("dev", ...args);
    assert.match(result.stderr, says);
    assert.equal(result.code, code);
  });
}
