// `npm run bench`: installs and builds what is missing, then runs the suite of bench/ with the given arguments.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const args = process.argv.slice(2);

// What is not the suite's own output goes to stderr, so that `--json` stays readable by machines.
run(["scripts/setup.mjs", "bench"], ["ignore", process.stderr, process.stderr]);
if (!args.includes("--smoke")) run(["scripts/build-peers.mjs"], ["ignore", process.stderr, process.stderr]);
run(["bench/dist/src/main.js", ...args], "inherit");

function run(command, stdio) {
  const { status, error } = spawnSync(process.execPath, command, { cwd: root, stdio });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
