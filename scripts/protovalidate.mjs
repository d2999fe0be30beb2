// `node scripts/protovalidate.mjs`, a part of `npm run conformance`: Protovalidate's conformance suite against
// @hawser/validate. The suite is a Go program, pinned in conformance/validate/suite and built into .cache/bin; another
// can be named by PROTOVALIDATE_CONFORMANCE. Exits 1 if a case fails that is not known to, 2 if there is no suite.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "conformance/validate");
const executor = join(folder, "dist/executor.js");
const expectedFailures = join(folder, "expected-failures.yaml");
const MODULE = "github.com/bufbuild/protovalidate/tools";
/** Building takes a minute or two, the run itself seconds; a hanging one must not hang its caller. */
const LIMIT_MS = 600_000;

if (!existsSync(executor)) {
  console.error("conformance/validate is not built: run `npm run build` first.");
  process.exit(2);
}
// The suite that is pinned passes whole. A newer one has a case more that the library fails.
const expected = process.env.PROTOVALIDATE_CONFORMANCE === undefined ? [] : ["--expected_failures", expectedFailures];
const { stdout, stderr } = spawnSync(
  findSuite(),
  ["--timeout", "300s", "--strict_message", ...expected, process.execPath, executor],
  { encoding: "utf8", maxBuffer: 1 << 26, timeout: LIMIT_MS },
);
const totals = /failed: (\d+), skipped: (\d+), passed: (\d+), total: (\d+)\)\s*$/.exec(`${stdout}${stderr}`);
const [failed, , passed, total] = totals?.slice(1).map(Number) ?? [1, 0, 0, 0];
if (failed === 0 && total > 0) {
  console.log(`buf.validate: ${passed} of ${total} cases of Protovalidate's conformance suite passed`);
} else {
  process.stdout.write(stdout.slice(-20_000));
  process.stderr.write(stderr.slice(-20_000));
  process.exitCode = 1;
}

/** The suite's program, built if it is not there. The file's name has the version: a newer one is built anew. */
function findSuite() {
  if (process.env.PROTOVALIDATE_CONFORMANCE !== undefined) return process.env.PROTOVALIDATE_CONFORMANCE;
  const sources = join(folder, "suite");
  const [, version] = new RegExp(`${MODULE} (\\S+)`).exec(readFileSync(join(sources, "go.mod"), "utf8")) ?? [];
  const program = join(root, `.cache/bin/protovalidate-conformance-${version}`);
  if (existsSync(program)) return program;
  if (spawnSync("go", ["version"]).status !== 0) {
    console.error("Protovalidate's suite is written in Go, and there is no Go on this machine: nothing was tested.");
    process.exit(2);
  }
  const { status } = spawnSync("go", ["build", "-o", program, `${MODULE}/protovalidate-conformance`], {
    cwd: sources,
    stdio: "inherit",
    timeout: LIMIT_MS,
  });
  if (status === 0) return program;
  console.error("Protovalidate's suite could not be built: nothing was tested.");
  process.exit(2);
}
