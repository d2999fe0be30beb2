import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { CommandSpec } from "../command.js";
import { NotesServer } from "./notes-server.js";
import { type Ended, ended, HAWSER, Sandbox } from "./sandbox.js";

/** Runs the examples of a command that say what they print, each in a directory of its own, and compares. */
export async function checkExamples(spec: CommandSpec<never>): Promise<void> {
  const shown = spec.examples.filter((example) => example.shown !== undefined);
  assert.ok(shown.length > 0, "there is an example with its output");
  for (const { line, shown: expected } of shown) {
    using sandbox = new Sandbox();
    sandbox.write(expected!.files);
    for (const before of expected!.before ?? []) execFileSync("sh", ["-c", before], { cwd: sandbox.path });
    await using server = line.includes(TARGET) ? await NotesServer.start() : undefined;
    const { code, stdout, stderr } = await shell(sandbox, line.replaceAll(TARGET, server?.target ?? TARGET));
    assert.equal(withoutTimes(stderr + stdout), expected!.prints, line);
    assert.equal(code, expected!.exitCode ?? 0, line);
  }
}

/** Where the server of notes is said to be. */
const TARGET = "localhost:8080";

/** Runs a line as a shell does that has `hawser` on its path, as have the commands that it starts. */
function shell(sandbox: Sandbox, line: string): Promise<Ended> {
  const bin = join(sandbox.path, ".bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "hawser"), `#!/bin/sh\nexec "${process.execPath}" "${HAWSER}" "$@"\n`, { mode: 0o755 });
  const path = `${bin}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "", PATH: path };
  const child = spawn("sh", ["-c", line], { cwd: sandbox.path, env });
  child.stdin.end();
  return ended(child);
}

function withoutTimes(text: string): string {
  return text.replaceAll(/\(\d+ ms\)/g, "(3 ms)");
}
