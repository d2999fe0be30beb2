// `node scripts/h2spec.mjs`: h2spec --strict against our server, cleartext and TLS, and h2specd against our client.
// Builds both tools with Go into .cache/bin. Prints totals; exits 1 if a case fails that is not known to be obsolete.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Other builds of the tools can be had by H2SPEC_BIN: the module's last tag that Go's proxy knows is not its newest. */
const bin = process.env.H2SPEC_BIN ?? join(root, ".cache/bin");
const programs = join(root, "conformance/http2/dist");
const MODULE = "github.com/summerwind/h2spec";
const VERSION = "v2.2.1+incompatible";
/** A whole run takes a minute or two; a hanging one must not hang its caller. */
const RUN_LIMIT_MS = 300_000;

/** Cases that RFC 9113 made obsolete: `{ tool, case, section, reason }`. They are run, and may fail. */
const obsolete = JSON.parse(readFileSync(join(root, "conformance/http2/obsolete.json"), "utf8"));

buildTools();
const results = [];
for (const tls of [false, true]) results.push(await runServerCases(tls));
results.push(runClientCases(await freePorts()));

let passed = 0;
let failed = 0;
for (const result of results) {
  passed += result.passed;
  failed += result.failed;
  console.log(`${result.name}: ${result.passed} of ${result.total} passed`);
  for (const line of result.report) console.log(line);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function buildTools() {
  const go = spawnSync("go", ["version"], { encoding: "utf8" });
  if (go.status !== 0) {
    console.error("h2spec is written in Go, and there is no Go on this machine: nothing was tested.");
    process.exit(2);
  }
  if (!existsSync(join(programs, "serve.js"))) {
    console.error("conformance/http2 is not built: run `npm run build` first.");
    process.exit(2);
  }
  mkdirSync(bin, { recursive: true });
  for (const tool of ["h2spec", "h2specd"]) {
    if (existsSync(join(bin, tool))) continue;
    const { status } = spawnSync("go", ["install", `${MODULE}/cmd/${tool}@${VERSION}`], {
      env: { ...process.env, GOBIN: bin },
      stdio: "inherit",
      timeout: RUN_LIMIT_MS,
    });
    if (status === 0) continue;
    console.error(`${tool} could not be built: nothing was tested.`);
    process.exit(2);
  }
}

async function runServerCases(tls) {
  const server = spawn(process.execPath, [join(programs, "serve.js"), ...(tls ? ["--tls"] : [])], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const port = await new Promise((resolve, reject) => {
      server.stdout.once("data", (text) => resolve(String(text).trim()));
      server.once("exit", (code) => reject(new Error(`the server under test ended with ${code}`)));
    });
    const options = ["--strict", "-h", "127.0.0.1", "-p", port, ...(tls ? ["--tls", "--insecure"] : [])];
    return run(`h2spec --strict, ${tls ? "TLS" : "cleartext"}`, "h2spec", options);
  } finally {
    server.kill();
  }
}

function runClientCases(from) {
  const client = `${process.execPath} ${join(programs, "request.js")}`;
  return run("h2specd --strict", "h2specd", ["--strict", "-h", "127.0.0.1", "-f", String(from), "-e", client]);
}

/** h2specd listens on one port for each of its cases, from the one it is given on. */
async function freePorts() {
  for (let from = 21_000; from < 60_000; from += 100) {
    const servers = await Promise.all(Array.from({ length: 64 }, (_, i) => tryPort(from + i)));
    await Promise.all(servers.map((server) => server && new Promise((resolve) => server.close(resolve))));
    if (servers.every(Boolean)) return from;
  }
  throw new Error("there are no 64 free ports in a row");
}

function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function run(name, tool, options) {
  const { stdout, stderr } = spawnSync(join(bin, tool), options, {
    encoding: "utf8",
    timeout: RUN_LIMIT_MS,
    maxBuffer: 1 << 26,
  });
  const totals = /(\d+) tests, (\d+) passed, (\d+) skipped, (\d+) failed/.exec(stdout);
  if (totals === null) {
    return {
      name,
      total: 0,
      passed: 0,
      failed: 1,
      report: [`${stdout.slice(-2000)}${stderr.slice(-2000)}`, "the run did not end"],
    };
  }
  const [total, passed, skipped] = totals.slice(1).map(Number);
  const at = stdout.indexOf("Failures:");
  const report = at < 0 ? [] : [stdout.slice(at).split("\nFinished in ")[0]];
  const excused = obsolete.filter(
    (each) => each.tool === tool && at >= 0 && stdout.slice(at).includes(`: ${each.case}`),
  );
  for (const each of excused) report.push(`obsolete by ${each.section}: "${each.case}": ${each.reason}`);
  return { name, total, passed, failed: total - passed - skipped - excused.length, report };
}
