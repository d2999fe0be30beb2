/**
 * `npm run interop [-- SECTION…]`: our client and server with those of other implementations, what this machine has of
 * them. Writes docs/interop.md when everything ran. Sections: matrix, connections, connect,
 * grpcurl, polyglot, proxies.
 *
 * With CI=true whatever is missing is a failure, unless this machine lacks Go, Python, Java or Rust altogether.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "./certificates.js";
import { connectConformance } from "./connect-conformance.js";
import { BuildCache, INTEROP } from "./grpc/build-cache.js";
import { connectionSection } from "./grpc/connection-cases.js";
import { PEERS, preparePeers, runMatrix } from "./grpc/matrix.js";
import { matrixSection } from "./grpc/matrix-section.js";
import type { TlsFiles } from "./grpc/peer.js";
import { grpcurlSection } from "./grpcurl.js";
import { polyglot } from "./polyglot.js";
import { proxySection } from "./proxies/proxies.js";
import { plainTable, type Section } from "./section.js";

const DOCUMENT = join(INTEROP, "../docs/interop.md");
/** What a person has to say of it. */
const PREFACE = join(INTEROP, "preface.md");
const FINDINGS = join(INTEROP, "findings.md");

const started = Date.now();
const seconds = () => Math.round((Date.now() - started) / 1_000);
const log = (line: string) => console.log(`[${seconds()} s] ${line}`);

const folder = mkdtempSync(join(tmpdir(), "hawser-interop-"));
const cache = new BuildCache(log);
const tls = await writeCertificates();

const sections: Readonly<Record<string, () => Promise<Section>>> = {
  async matrix() {
    const participants = await preparePeers(cache, PEERS);
    for (const { peer, ready, missing } of participants)
      log(`${peer.name} ${ready?.version ?? `is missing: ${missing}`}`);
    return matrixSection(participants, await runMatrix(participants, tls));
  },
  connections: () => connectionSection(),
  connect: () => connectConformance(cache),
  grpcurl: () => grpcurlSection(cache, tls),
  polyglot: () => polyglot(cache),
  proxies: () => proxySection(cache, tls),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(sections, name));
if (unknown.length > 0) {
  console.error(`There is no section ${unknown.join(", ")}; there are: ${Object.keys(sections).join(", ")}.`);
  process.exit(2);
}

const done: Section[] = [];
try {
  for (const [name, run] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    log(`${name} …`);
    const section = await run();
    done.push(section);
    console.log(`\n## ${section.title}\n\n${plainTable(section.markdown)}\n`);
    for (const line of section.failed) console.log(`FAILED  ${line}`);
    for (const line of section.missing) console.log(`MISSING ${line}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const failed = done.flatMap((section) => section.failed);
const missing = done.flatMap((section) => section.missing);
if (wanted.length === 0 && missing.length === 0) {
  const parts = done.map(({ title, markdown }) => `## ${title}\n\n${markdown}`);
  const text = [readFileSync(PREFACE, "utf8").trim(), ...parts, readFileSync(FINDINGS, "utf8").trim()].join("\n\n");
  writeFileSync(DOCUMENT, `${text}\n`);
  log("wrote docs/interop.md");
}

if (missing.length > 0) console.log(`\nMissing on this machine: ${missing.join("; ")}.`);
const mustBeWhole = process.env["CI"] === "true" && missingToolchains().length === 0;
if (mustBeWhole && missing.length > 0) console.log("CI=true, and Go, Python, Java and Rust are here: it all must be.");
const passed = done.reduce((sum, section) => sum + section.passed, 0);
log("done");
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 || (mustBeWhole && missing.length > 0) ? 1 : 0);

function missingToolchains(): string[] {
  return ["go", "python3", "java", "cargo"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
}

async function writeCertificates(): Promise<TlsFiles> {
  const { ca, server } = await makeCertificates();
  const files = {
    ca: join(folder, "ca.pem"),
    certificate: join(folder, "server.pem"),
    key: join(folder, "server.key"),
    serverName: "localhost",
  };
  writeFileSync(files.ca, ca);
  writeFileSync(files.certificate, server.cert);
  writeFileSync(files.key, server.key, { mode: 0o600 });
  return files;
}
