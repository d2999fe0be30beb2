/**
 * `npm run fuzz -- <target> --seconds N`: fuzzes a target, guided by coverage (jazzer.js), from the inputs in corpus/
 * and those that earlier runs found, which are kept in .cache. An input that fails is printed and kept as crash-….
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const TARGETS = ["decode", "json", "text", "lexer", "compile"];
/** More words than this only make each of them rare. */
const MAX_WORDS = 3000;
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
if (target === "lexer" || target === "compile") {
  // Each rule of the language has files that keep and break it.
  const testdata = join(root, "packages/compiler/src/testdata");
  for (const folder of ["valid", "invalid"]) {
    const protos = readdirSync(join(testdata, folder)).filter((name) => name.endsWith(".proto"));
    for (const name of protos) cpSync(join(testdata, folder, name), join(found, `${folder}-${name}`));
  }
}
const seeds = join(workspace, "corpus", target);
const dictionary = join(found, "../", `${target}.dict`);
writeFileSync(dictionary, dictionaryOf(seeds, found));
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
    ...(target === "decode" ? [] : [`-dict=${dictionary}`]),
    `-artifact_prefix=${found}/`,
  ],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = status ?? 1;

/** The words of the seeds, in libFuzzer's form: what mutations put in, so that they do not have to invent keywords. */
function dictionaryOf(...folders: string[]): string {
  const words = new Set<string>();
  for (const folder of folders.filter((each) => existsSync(each))) {
    for (const name of readdirSync(folder)) {
      for (const [word] of readFileSync(join(folder, name), "latin1").matchAll(/[\w.]{2,40}|[^\w\s]/g)) words.add(word);
    }
  }
  const printable = [...words].filter((word) => /^[!-~]+$/.test(word)).slice(0, MAX_WORDS);
  return printable.map((word) => `"${word.replace(/["\\]/g, "\\$&")}"\n`).join("");
}

/** Node, through a newer C library if jazzer.js does not load with the machine's. */
async function fuzzingNode(): Promise<[string, ...string[]]> {
  const { error, status } = spawnSync(process.execPath, [jazzer, "--help"], { stdio: "ignore" });
  if (error === undefined && status === 0) return [process.execPath];
  const script = pathToFileURL(join(root, "scripts/newer-libc.mjs")).href;
  const { newerLoader } = (await import(script)) as { newerLoader: (root: string) => [string, ...string[]] };
  return [...newerLoader(root), process.execPath];
}
