import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ended, Sandbox } from "../testing/sandbox.js";

/** 20 s: far more than any step takes, even on a busy machine. */
const PATIENCE_MS = 20_000;

class Watching {
  readonly sandbox: Sandbox = new Sandbox();
  stdout = "";
  stderr = "";
  #child: ChildProcessWithoutNullStreams | undefined;

  async start(files: Readonly<Record<string, string>>, ...args: string[]): Promise<void> {
    this.sandbox.write(files);
    this.#child = this.sandbox.start("generate", "--watch", ...args);
    this.#child.stdout.on("data", (chunk) => (this.stdout += chunk));
    this.#child.stderr.on("data", (chunk) => (this.stderr += chunk));
    await this.until(() => this.stdout.includes("Watching"));
  }

  async until(condition: () => boolean): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`nothing came of it:\n${this.stdout}\n${this.stderr}`);
      await sleep(5);
    }
  }

  /** Waits until the code of a file contains a text. */
  async untilCode(name: string, text: string): Promise<void> {
    const path = `src/gen/${name}.pb.ts`;
    await this.until(() => this.sandbox.has(path) && this.sandbox.read(path).includes(text));
  }

  async stop(): Promise<number | null> {
    const end = ended(this.#child!);
    this.#child!.kill("SIGTERM");
    return (await end).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child?.exitCode === null) await this.stop();
    this.sandbox[Symbol.dispose]();
  }
}

function message(name: string, more = ""): string {
  return `syntax = "proto3";\n${more}message ${name} {}\n`;
}

test("--watch generates again after a change, survives errors, and deletes nothing", async () => {
  await using watching = new Watching();
  const { sandbox } = watching;
  await watching.start({ "proto/a.proto": message("A1"), "proto/deep/b.proto": message("B1") });
  await watching.untilCode("a", "interface A1 ");

  sandbox.write({ "proto/a.proto": message("A2") });
  await watching.untilCode("a", "interface A2 ");
  await watching.until(() => /\n1 file written to src\/gen, 1 unchanged \(\d+ ms\)\n/.test(watching.stdout));

  sandbox.write({ "proto/a.proto": "broken" });
  await watching.until(() => watching.stderr.includes("nothing was written"));
  assert.match(sandbox.read("src/gen/a.pb.ts"), /interface A2 /);
  sandbox.write({ "proto/a.proto": message("A3") });
  await watching.untilCode("a", "interface A3 ");

  sandbox.write({ "proto/new/folder/c.proto": message("C1") });
  await watching.untilCode("new/folder/c", "interface C1 ");
  sandbox.write({ "proto/new/folder/c.proto": message("C2") });
  await watching.untilCode("new/folder/c", "interface C2 ");

  // As many editors save: a new file takes the place of the old one.
  sandbox.write({ "proto/.a.swap": message("A4") });
  renameSync(join(sandbox.path, "proto/.a.swap"), join(sandbox.path, "proto/a.proto"));
  await watching.untilCode("a", "interface A4 ");
  // Two writes in one go: the last one counts.
  sandbox.write({ "proto/a.proto": "" });
  await sleep(25);
  sandbox.write({ "proto/a.proto": message("A5") });
  await watching.untilCode("a", "interface A5 ");

  rmSync(join(sandbox.path, "proto/deep/b.proto"));
  sandbox.write({ "proto/a.proto": message("A6") });
  await watching.untilCode("a", "interface A6 ");
  assert.match(sandbox.read("src/gen/deep/b.pb.ts"), /interface B1 /);
  assert.deepEqual(
    sandbox.list("src").filter((name) => name.endsWith(".tmp")),
    [],
  );
  assert.equal(await watching.stop(), 143);
});

test("--watch follows imports outside of the inputs, those that do not exist yet too", async () => {
  await using watching = new Watching();
  const { sandbox } = watching;
  const user = 'syntax = "proto3";\nimport "lib/x.proto";\nmessage A { X x = 1; }\n';
  await watching.start({ "proto/a.proto": user, "vendor/readme": "" }, "-I", "vendor", "--include-imports");
  await watching.until(() => watching.stderr.includes("lib/x.proto"));
  sandbox.write({ "vendor/lib/x.proto": message("X") });
  await watching.untilCode("lib/x", "interface X ");
  sandbox.write({ "vendor/lib/x.proto": message("X", "message Other {}\n") });
  await watching.untilCode("lib/x", "interface Other ");
});

test("--watch --json prints an object on a line for every run", async () => {
  await using watching = new Watching();
  watching.sandbox.write({ "proto/a.proto": message("A") });
  const child = watching.sandbox.start("generate", "--watch", "--json");
  const end = ended(child);
  child.stdout.on("data", (chunk) => (watching.stdout += chunk));
  await watching.until(() => watching.stdout.includes("\n"));
  watching.sandbox.write({ "proto/a.proto": message("B") });
  await watching.untilCode("a", "interface B ");
  await watching.until(() => watching.stdout.trim().split("\n").length === 2);
  child.kill("SIGINT");
  const { code, stdout } = await end;
  assert.equal(code, 130);
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    results.map(({ ok, written }) => [ok, written]),
    [
      [true, ["src/gen/a.pb.ts"]],
      [true, ["src/gen/a.pb.ts"]],
    ],
  );
});

test("--watch with 500 files: the time from saving one to its code", async (t) => {
  await using watching = new Watching();
  const files: Record<string, string> = {};
  for (let i = 0; i < 500; i++) {
    const imports = i >= 20 ? `import "dir${i % 20}/f${i - 20}.proto";\n` : "";
    const field = i >= 20 ? `  M${i - 20} dep = 4;\n` : "";
    files[`proto/dir${i % 20}/f${i}.proto`] =
      `syntax = "proto3";\n${imports}message M${i} {\n  string a = 1;\n  repeated int64 b = 2;\n  map<string, bytes> c = 3;\n${field}}\n`;
  }
  await watching.start(files);
  const name = "dir0/f480";
  const times: number[] = [];
  for (let round = 0; round < 10; round++) {
    const started = performance.now();
    watching.sandbox.write({ [`proto/${name}.proto`]: `${files[`proto/${name}.proto`]}message Round${round} {}\n` });
    await watching.untilCode(name, `interface Round${round} `);
    times.push(performance.now() - started);
    await sleep(50);
  }
  times.sort((a, b) => a - b);
  t.diagnostic(`median ${times[5]!.toFixed(0)} ms, from ${times[0]!.toFixed(0)} to ${times[9]!.toFixed(0)} ms`);
});
