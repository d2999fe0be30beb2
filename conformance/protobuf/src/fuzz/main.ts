/**
 * `npm run fuzz -- <target> --seconds N`: fuzzes a target, guided by coverage (jazzer.js), from the inputs in corpus/
 * and those that earlier runs found, which are kept in .cache. An input that fails is printed and kept as crash-….
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const TARGETS = ["decode", "json", "text", "compile"];
const here = dirname(fileURLToPath(import.meta.url));
const workspace = join(here, "../..");
const root = join(workspace, "../..");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "60" } },
});
const [target] = positionals;
if (target === undefined || !TARGETS.includes(target) || !/^[0-9]+$/.test(values.seconds)) {
  console.error(`Usage: npm run fuzz -- ${TARGETS.join("|")} --seconds N`);
  process.exit(2);
}
const found = join(root, ".cache/fuzz", target);
mkdirSync(found, { recursive: true });
const seeds = join(workspace, "corpus", target);
const jazzer = createRequire(import.meta.url).resolve("@jazzer.js/core/dist/cli.js");
const [program, ...before] = await fuzzingNode();
const { status } = spawnSync(
  program,
  [
    ...before,
    jazzer,
    join(here, `${target}.js`),
    ...["--sync", "--disable_bug_detectors", ".*", "-i", "packages/runtime/dist", "-i", "packages/compiler/dist"],
    found,
    ...(existsSync(seeds) ? [seeds] : []),
    "--",
    `-max_total_time=${values.seconds}`,
    ...["-timeout=5", "-max_len=4096", "-print_final_stats=1", "-close_fd_mask=0"],
    `-artifact_prefix=${found}/`,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = status ?? 1;

/** Node, through a newer C library if jazzer.js does not load with the machine's. */
async function fuzzingNode(): Promise<[string, ...string[]]> {
  const { error, status } = spawnSync(process.execPath, [jazzer, "--help"], { stdio: "ignore" });
  if (error === undefined && status === 0) return [process.execPath];
  const script = pathToFileURL(join(root, "scripts/newer-libc.mjs")).href;
  const { newerLoader } = (await import(script)) as { newerLoader: (root: string) => [string, ...string[]] };
  return [...newerLoader(root), process.execPath];
}
