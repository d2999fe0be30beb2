import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COMMANDS } from "../command-list.js";
import { Sandbox } from "../testing/sandbox.js";

function has(shell: string): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

const missing = (shell: string) => (has(shell) ? "" : ` (skipped: ${shell} is not installed)`);

test(`bash completes commands, options, choices and files${missing("bash")}`, { skip: !has("bash") }, async () => {
  using sandbox = new Sandbox();
  sandbox.write({ "notes.json": "{}" });
  writeFileSync(join(sandbox.path, "hawser.bash"), (await sandbox.run("completion", "bash")).stdout);
  const complete = (...words: string[]): string[] => {
    const typed = words.map((each) => `'${each}'`).join(" ");
    const program = `. ./hawser.bash; COMP_WORDS=(hawser ${typed}); COMP_CWORD=${words.length}; _hawser; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", program], { cwd: sandbox.path, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trim().split("\n");
  };
  assert.deepEqual(complete("conv"), ["convert"]);
  assert.deepEqual(complete("help", "desc"), ["describe"]);
  assert.deepEqual(complete("call", "--prot").sort(), ["--proto-path", "--protocol"]);
  assert.deepEqual(complete("call", "--protocol", "grpc"), ["grpc", "grpc-web"]);
  assert.deepEqual(complete("convert", "no"), ["notes.json"]);
  for (const { name } of COMMANDS) assert.deepEqual(complete(name, "--help"), ["--help"], name);
});

for (const shell of ["zsh", "fish"]) {
  test(`${shell} takes its script${missing(shell)}`, { skip: !has(shell) }, async () => {
    using sandbox = new Sandbox();
    writeFileSync(join(sandbox.path, "script"), (await sandbox.run("completion", shell)).stdout);
    const { status, stderr } = spawnSync(shell, ["-n", "script"], { cwd: sandbox.path, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  });
}

test("the scripts of zsh and fish name every command", async () => {
  using sandbox = new Sandbox();
  for (const shell of ["zsh", "fish"]) {
    const { code, stdout } = await sandbox.run("completion", shell);
    assert.equal(code, 0);
    for (const { name } of COMMANDS) assert.match(stdout, new RegExp(`\\b${name}\\b`));
  }
});
