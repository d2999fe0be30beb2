// `npm run conformance`: the official conformance suite of Protocol Buffers, every required and recommended case of
// binary, JSON and text, against generated code and against types made from descriptors at run time; then the compiler
// beside protoc; then lint, breaking and format beside buf; then Protovalidate's suite against @hawser/validate; then
// HTTP/2: the vectors of other people's HPACK and frames, h2spec, and peers that others wrote.
// `npm run conformance -- --http2` runs the last part alone; with `--every 4` protoc's generators and buf run over every
// fourth part of the files and cases.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "./build.mjs";
import { runnerCommand } from "./conformance-runner.mjs";
import { install } from "./setup.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** A run takes seconds; a hanging one must not hang its caller. */
const RUN_LIMIT_MS = 300_000;

install();
const http2Only = process.argv.includes("--http2");
if (!http2Only) {
  await testProtobuf();
  await testValidate();
}
await testHttp2();

async function testHttp2() {
  await build(["conformance/http2"]);
  const vectors = ["hpack/hpack.test.js", "robustness.test.js"].map((name) =>
    join(root, "packages/runtime/dist/http2", name),
  );
  for (const [name, ...args] of [
    ["HPACK stories and frame cases", "--test", "--test-reporter=spec", ...vectors],
    ["h2spec", join(root, "scripts/h2spec.mjs")],
    ["peers", join(root, "scripts/http2-peers.mjs")],
  ]) {
    console.log(`HTTP/2: ${name}`);
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit", timeout: 3 * RUN_LIMIT_MS });
    // 2: what it needs is not on this machine, as it has said.
    if (status !== 0 && status !== 2) process.exitCode = 1;
  }
}

async function testValidate() {
  await build(["conformance/validate"]);
  const { status } = spawnSync(process.execPath, [join(root, "scripts/protovalidate.mjs")], { stdio: "inherit" });
  // 2: there is no Go to build the suite with, as it has said.
  if (status !== 0 && status !== 2) process.exitCode = 1;
}

async function testProtobuf() {
  await build(["conformance/protobuf"]);
  const [runner, ...before] = runnerCommand(root);
  const testee = join(root, "conformance/protobuf/dist/testee.js");
  let failed = false;
  for (const [name, ...flags] of [["generated code"], ["dynamic types", "--dynamic"]]) {
    if (process.argv.includes("--generated") && flags.length > 0) continue;
    // No list of expected failures: each case must pass.
    const args = [...before, "--enforce_recommended", "--maximum_edition", "2023", process.execPath, testee, ...flags];
    const { status, stdout, stderr, error } = spawnSync(runner, args, {
      encoding: "utf8",
      timeout: RUN_LIMIT_MS,
      maxBuffer: 1 << 28,
    });
    if (error !== undefined) throw error;
    const text = stdout + stderr;
    if (process.argv.includes("--verbose")) console.log(text);
    const totals = [
      ...text.matchAll(
        /CONFORMANCE SUITE (\w+): (\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) unexpected failures/g,
      ),
    ];
    let [passed, others] = [0, 0];
    for (const [, , successes, ...rest] of totals) {
      passed += Number(successes);
      for (const count of rest) others += Number(count);
    }
    console.log(`${name}: ${passed} of ${passed + others} cases of the conformance suite passed`);
    if (status === 0 && others === 0 && totals.length > 0) continue;
    failed = true;
    if (!process.argv.includes("--verbose")) console.log(text.slice(-20_000));
  }
  const every = process.argv.indexOf("--every");
  const sample = every < 0 ? [] : process.argv.slice(every, every + 2);
  for (const part of ["compiler", "rules"]) {
    const program = join(root, `conformance/${part}/main.mjs`);
    if (spawnSync(process.execPath, [program, ...sample], { stdio: "inherit" }).status !== 0) failed = true;
  }
  if (failed) process.exitCode = 1;
}
