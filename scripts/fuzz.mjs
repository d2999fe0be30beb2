// `npm run fuzz -- <target> [--seconds N] [--seed N] [--keep]`. Each program that fuzzes knows its own targets.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Targets of the HTTP/2 engine; all others are those of the codec. */
const HTTP2 = ["frames", "hpack", "server", "client"];

const folder = HTTP2.includes(process.argv[2]) ? "http2" : "protobuf";
const program = join(root, "conformance", folder, "dist/fuzz/main.js");
if (!existsSync(program)) {
  console.error(`${program} is not built: run \`npm run build\` first.`);
  process.exit(2);
}
console.log(`HTTP/2 targets: ${HTTP2.join(", ")}`);
const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
