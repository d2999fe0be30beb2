// Writes the goldens of src/testdata/valid with protoc: x.descriptor.json beside x.proto. The tests compare the
// compiler's own descriptors with them, so that they need no protoc.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { descriptorJson, readDescriptorSet } from "./descriptor-set.mjs";

const testdata = join(dirname(fileURLToPath(import.meta.url)), "../src/testdata");
const protocFolder = dirname(createRequire(import.meta.url).resolve("protoc/package.json"));
const protoc = join(protocFolder, "protoc.cjs");
const scratch = mkdtempSync(join(tmpdir(), "hawser-"));
for (const file of readdirSync(join(testdata, "valid")).filter((name) => name.endsWith(".proto"))) {
  const out = join(scratch, "set.pb");
  const flags = [
    "-I",
    testdata,
    "-I",
    join(protocFolder, "include"),
    "--retain_options",
    "--include_source_info",
    "--experimental_editions",
  ];
  const run = spawnSync(process.execPath, [protoc, ...flags, `-o${out}`, `valid/${file}`], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`protoc refuses ${file}: ${run.stderr}`);
  const [descriptor] = readDescriptorSet(readFileSync(out));
  writeFileSync(join(testdata, "valid", file.replace(/\.proto$/, ".descriptor.json")), descriptorJson(descriptor));
}
rmSync(scratch, { recursive: true });
