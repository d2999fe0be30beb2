import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "./command-list.js";
import { Sandbox } from "./testing/sandbox.js";

test("every command has a help with exit codes and examples", async () => {
  using sandbox = new Sandbox();
  const { stdout: all } = await sandbox.run("--help");
  for (const { name, summary } of COMMANDS) {
    assert.ok(all.includes(` ${name} `) && all.replaceAll(/\s+/g, " ").includes(summary), name);
    const { code, stdout, stderr } = await sandbox.run("help", name);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^Usage: hawser ${name} `));
    assert.match(stdout, /\nExit codes:\n {2}0 /);
    assert.match(stdout, new RegExp(`\\nExamples:\\n {2}\\$ .*hawser ${name}`));
  }
});

test("no two commands have one name, and each can be loaded", async () => {
  assert.equal(new Set(COMMANDS.map(({ name }) => name)).size, COMMANDS.length);
  for (const { name, load } of COMMANDS) assert.ok((await load()).examples.length > 0, name);
});

for (const [what, args] of [
  ["an unknown command", ["nonsense"]],
  ["an unknown option", ["generate", "--nonsense"]],
  ["no command at all", []],
] as const) {
  test(`${what}: exit code 2, and where to look`, async () => {
    using sandbox = new Sandbox();
    const { code, stdout, stderr } = await sandbox.run(...args);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /--help|Usage: hawser/);
  });
}

test("a mistyped command: the one that may be meant", async () => {
  using sandbox = new Sandbox();
  assert.match((await sandbox.run("generat")).stderr, /Did you mean generate\?/);
});
