// `node scripts/protovalidate.mjs`: Protovalidate's conformance suite against @hawser/validate. The suite is a Go program
// that no package registry has: build it from bufbuild/protovalidate (tools/protovalidate-conformance) into .cache/bin,
// or name it by PROTOVALIDATE_CONFORMANCE. Exits 1 if a case fails that is not known to, 2 if there is no suite.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const suite = process.env.PROTOVALIDATE_CONFORMANCE ?? join(root, ".cache/bin/protovalidate-conformance");
if (!existsSync(suite)) {
  console.error("protovalidate-conformance is not on this machine: nothing was tested.");
  process.exit(2);
}
const { stdout, stderr } = spawnSync(
  suite,
  [
    ...["--timeout", "120s", "--strict_message"],
    ...["--expected_failures", join(root, "conformance/validate/expected-failures.yaml")],
    ...[process.execPath, join(root, "conformance/validate/dist/executor.js")],
  ],
  { encoding: "utf8", maxBuffer: 1 << 26 },
);
process.stdout.write(stdout);
process.stderr.write(stderr);
const totals = /failed: (\d+), skipped: (\d+), passed: (\d+), total: (\d+)\)\s*$/.exec(`${stdout}${stderr}`);
process.exit(totals !== null && totals[1] === "0" && Number(totals[4]) > 0 ? 0 : 1);
