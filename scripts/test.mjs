// `npm test`: the layer check, then every test file of the built tree under Node's own runner, which prints the totals.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkLayers } from "./check-layers.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const ROOTS = [
  "packages/runtime/dist",
  "packages/compiler/dist",
  "packages/cli/dist",
  "packages/console/dist",
  "packages/otel/dist",
  "packages/validate/dist",
  "examples/observability/dist",
  "interop/dist",
  "bench/dist",
  "conformance/http2/dist",
  "conformance/protobuf/dist",
  "conformance/validate/dist",
];

const breaches = checkLayers();
if (breaches.length > 0) {
  for (const breach of breaches) console.error(breach);
  console.error(`${breaches.length} breaches of the layering (scripts/check-layers.mjs)`);
  process.exit(1);
}

const wanted = process.argv.slice(2);
const files = ROOTS.flatMap(testFiles).filter(
  (file) => wanted.length === 0 || wanted.some((each) => file.includes(each)),
);
if (files.length === 0) {
  console.error(
    `No test file ${wanted.length > 0 ? `has ${wanted.join(" or ")} in its name` : "was found: build first"}.`,
  );
  process.exit(1);
}
const reporter = process.stdout.isTTY ? "spec" : "dot";
const { status } = spawnSync(
  process.execPath,
  [
    "--test",
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
    "--test-reporter=./scripts/totals-reporter.mjs",
    "--test-reporter-destination=stdout",
    "--test-concurrency=2",
    // A test that hangs fails, and the run goes on.
    "--test-timeout=300000",
    ...files,
  ],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --enable-source-maps`.trim() },
  },
);
process.exit(status ?? 1);

function testFiles(folder) {
  const found = [];
  const walk = (path) => {
    let entries;
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules") walk(child);
      else if (entry.name.endsWith(".test.js") && hasSource(child)) found.push(relative(root, child));
    }
  };
  walk(join(root, folder));
  return found.sort();
}

/** Whether what was compiled is still there: `dist` keeps what came of a source that was moved or removed since. */
function hasSource(file) {
  const { sourceRoot = "", sources } = JSON.parse(readFileSync(`${file}.map`, "utf8"));
  return existsSync(join(dirname(file), sourceRoot, sources[0]));
}
