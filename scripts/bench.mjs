// `npm run bench`: installs and builds what is missing, then runs the suite of bench/ with the given arguments.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(program, args, stdio = "inherit") {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// What is not the suite's own output goes to stderr, so that `--json` stays readable by machines.
const aside = ["ignore", process.stderr, process.stderr];

if (existsSync(`${root}scripts/setup.mjs`)) run(process.execPath, ["scripts/setup.mjs"], aside);
if (existsSync(`${root}packages/cli/dist`)) {
  run(process.execPath, ["packages/cli/bin/hawser.js", "generate", "bench/proto", "--out", "bench/gen"], aside);
}
run(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "bench"], aside);
run(process.execPath, ["scripts/build-peers.mjs"], aside);
run(process.execPath, ["bench/dist/src/main.js", ...process.argv.slice(2)]);
