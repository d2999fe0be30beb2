import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Sandbox } from "../testing/sandbox.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** What `npm install` would make, with this workspace's packages. */
function install(sandbox: Sandbox, folder: string): void {
  const modules = join(sandbox.path, folder, "node_modules");
  for (const scope of ["@hawser", "@types", ".bin"]) mkdirSync(join(modules, scope), { recursive: true });
  for (const name of ["hawser", "@hawser/cli", "@types/node", "typescript"]) {
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  const programs = { hawser: "packages/cli/bin/hawser.js", tsc: "node_modules/typescript/bin/tsc" };
  for (const [name, path] of Object.entries(programs)) {
    sandbox.write({
      [`${folder}/node_modules/.bin/${name}`]: `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, path)}" "$@"\n`,
    });
    chmodSync(join(modules, ".bin", name), 0o755);
  }
}

/** Resolves with what was printed when it matches; rejects if the process ends before. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  let output = "";
  child.stdout?.setEncoding("utf8");
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
  for await (const text of child.stdout ?? []) {
    output += text;
    if (pattern.test(output)) return output;
  }
  throw new Error(`it ended: ${output}`);
}

test("a new project generates, builds, serves, and its client calls it", {
  skip: process.platform === "win32",
}, async () => {
  using sandbox = new Sandbox();
  const { code, stdout } = await sandbox.run("init", "Greeter App");
  assert.equal(code, 0);
  assert.match(stdout, /npm install, npm start/);
  assert.equal(JSON.parse(sandbox.read("Greeter App/package.json")).name, "greeter-app");
  const cwd = join(sandbox.path, "Greeter App");
  install(sandbox, "Greeter App");
  const env = { ...process.env, PORT: "0" };
  // A group of its own: npm runs a shell, which runs the server.
  const server = spawn("npm", ["start"], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  try {
    const target = /listening on (\S+)/.exec(await printed(server, /listening on \S+\n/))![1]!;
    const client = spawnSync("npm", ["run", "--silent", "client", "--", target], { cwd, encoding: "utf8" });
    assert.deepEqual([client.status, client.stderr], [0, ""]);
    assert.equal(client.stdout, "Ahoy, Ada!\nAhoy, Grace!\nAhoy, Edsger!\n");
    const call = await sandbox.run("call", target, "GreeterService/Greet", '{"name": "Ada"}', "--compact");
    assert.equal(call.stdout, '{"greeting":"Ahoy, Ada!"}\n');
    const lint = await sandbox.run("lint", "Greeter App/proto");
    assert.deepEqual([lint.code, lint.stderr], [0, ""]);
  } finally {
    process.kill(-server.pid!, "SIGTERM");
    if (server.exitCode === null) await once(server, "exit");
  }
});

test("what is there is not written over, and names must be npm's", async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "tsconfig.json": "{}" });
  const taken = await sandbox.run("init");
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /tsconfig\.json is there already\nhelp: /);
  assert.deepEqual(sandbox.list("."), ["tsconfig.json"]);
  assert.match(
    (await sandbox.run("init", "a", "--name", "No Way")).stderr,
    /npm takes no package of the name "No Way"/,
  );
  assert.match((await sandbox.run("init", "tsconfig.json")).stderr, /cannot write tsconfig\.json\/package\.json: /);
  assert.deepEqual(sandbox.list("."), ["tsconfig.json"]);
});
