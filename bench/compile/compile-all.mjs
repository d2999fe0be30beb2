// The compiler as a process: compiles the files of a list with source info and writes the descriptor set.
//
//   node compile-all.mjs root list out
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../packages/compiler/dist/index.js";
import { encode } from "../../packages/runtime/dist/protobuf/index.js";
import { FileDescriptorSet } from "../../packages/runtime/dist/protobuf/wkt/index.js";

const [root, list, out] = process.argv.slice(2);
const result = compile({ files: readFileSync(list, "utf8").split("\n"), read, sourceInfo: true });
if (!result.ok) {
  for (const { file, message } of result.diagnostics) console.error(`${file}: ${message}`);
  process.exit(1);
}
writeFileSync(out, encode(FileDescriptorSet, { file: result.files }));

function read(path) {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}
