// How long `hawser lint` and `hawser breaking` take beside buf, over all of google-proto-files that buf can build.
//
//   node bench/compile/rules.mjs [rounds]      after a build; default: 3 rounds
//
// The built programs run as a user would run them, in turns; the figure is the median, and what counts is the ratio. `breaking`
// compares with a state in which every 20th file has another type for its int32 fields. Both must find the same: rule, file, line and
// column of every finding are compared.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SETS } from "../../conformance/compiler/descriptors.mjs";

const rounds = Number(process.argv[2] ?? 3);
const require = createRequire(new URL("../../conformance/compiler/", import.meta.url));
const BUF = join(dirname(require.resolve("@bufbuild/buf/package.json")), "bin/buf");
const HAWSER = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const { files, roots } = SETS.find(({ name }) => name === "google-proto-files");
/** buf's checks refuse every schema with a message set in it. */
const REFUSED = /message_set_wire_format = true/;

const scratch = mkdtempSync(join(tmpdir(), "hawser-"));
try {
  const count = writeModules();
  console.log(`${count} files, ${rounds} rounds, ${availableParallelism()} processors, Node ${process.version}`);
  for (const [name, ...args] of [["lint"], ["breaking", "--against", "../before"]]) compare(name, [name, ...args]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function writeModules() {
  const texts = new Map(files.map((file) => [file, readFileSync(join(roots[0], file), "utf8")]));
  for (const [file, text] of texts) if (REFUSED.test(text)) texts.delete(file);
  let i = 0;
  for (const [file, text] of texts) {
    const changed = i++ % 20 === 0 ? text.replaceAll(/^( +)int32 /gm, "$1int64 ") : text;
    for (const [module, content] of Object.entries({ now: text, before: changed })) {
      mkdirSync(dirname(join(scratch, module, file)), { recursive: true });
      writeFileSync(join(scratch, module, file), content);
    }
  }
  for (const module of ["now", "before"]) writeFileSync(join(scratch, module, "buf.yaml"), "version: v2\n");
  return texts.size;
}

function compare(name, args) {
  const programs = {
    buf: [BUF, [...args, "--error-format", "json"]],
    hawser: [process.execPath, [HAWSER, ...args, "--json"]],
  };
  const times = { buf: [], hawser: [] };
  const found = {};
  for (let round = 0; round < rounds; round++) {
    for (const [program, [path, flags]] of Object.entries(programs)) {
      const start = performance.now();
      const { stdout, stderr } = spawnSync(path, flags, {
        cwd: join(scratch, "now"),
        encoding: "utf8",
        maxBuffer: 1 << 29,
      });
      times[program].push(performance.now() - start);
      found[program] = (program === "buf" ? ofBuf : ofHawser)(stdout, stderr);
    }
  }
  const [buf, hawser] = [median(times.buf), median(times.hawser)];
  const ours = new Set(found.hawser);
  const missing = found.buf.filter((each) => !ours.has(each)).length;
  console.log(
    `${name.padEnd(9)} buf ${(buf / 1000).toFixed(2)} s, hawser ${(hawser / 1000).toFixed(2)} s: ${(hawser / buf).toFixed(2)} x; ` +
      `${found.buf.length} and ${found.hawser.length} findings, ${missing} of buf's are not among ours`,
  );
}

function ofBuf(stdout, stderr) {
  const lines = stdout.split("\n").filter((line) => line !== "");
  if (lines.length === 0) throw new Error(`buf failed: ${stderr.slice(0, 1000)}`);
  return lines.map((line) => {
    const { path, start_line, start_column, type } = JSON.parse(line);
    return `${path}:${start_line}:${start_column} ${type}`;
  });
}

function ofHawser(stdout, stderr) {
  if (stdout === "") throw new Error(`hawser failed: ${stderr.slice(0, 1000)}`);
  const { findings, diagnostics } = JSON.parse(stdout);
  if (diagnostics.length > 0) throw new Error(`hawser cannot compile the files: ${diagnostics[0].message}`);
  return findings.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
