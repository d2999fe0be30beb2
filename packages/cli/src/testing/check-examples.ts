import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { CommandSpec } from "../command.js";
import { NotesServer } from "./notes-server.js";
import { Sandbox } from "./sandbox.js";

/** Runs the examples of a command that say what they print, each in a directory of its own, and compares. */
export async function checkExamples(spec: CommandSpec<never>): Promise<void> {
  const shown = spec.examples.filter((example) => example.shown !== undefined);
  assert.ok(shown.length > 0, "there is an example with its output");
  for (const { line, shown: expected } of shown) {
    using sandbox = new Sandbox();
    sandbox.write(expected!.files);
    for (const before of expected!.before ?? []) execFileSync("sh", ["-c", before], { cwd: sandbox.path });
    await using server = line.includes(TARGET) ? await NotesServer.start() : undefined;
    const [program, ...args] = wordsOf(line).map((word) => (word === TARGET && server ? server.target : word));
    assert.equal(program, "hawser", line);
    const { code, stdout, stderr } = await sandbox.run(...args);
    assert.equal(withoutTimes(stderr + stdout), expected!.prints, line);
    assert.equal(code, expected!.exitCode ?? 0, line);
  }
}

/** Where the server of notes is said to be. */
const TARGET = "localhost:8080";

/** As a shell takes a line apart that has no quotes but single ones around whole words. */
function wordsOf(line: string): string[] {
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/s, "$1"));
}

function withoutTimes(text: string): string {
  return text.replaceAll(/\(\d+ ms\)/g, "(3 ms)");
}
