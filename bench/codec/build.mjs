/**
 * Generates the code of both sides from codec.proto into .cache/codec: Hawser's with its own compiler and esbuild for
 * the types, protobuf.js's as a static module. Run after `npm run build`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import pbjs from "protobufjs-cli/pbjs.js";
import { compile } from "../../packages/compiler/dist/compile.js";
import { generateFiles } from "../../packages/compiler/dist/emit/index.js";

const here = import.meta.dirname;
export const out = join(here, "../../.cache/codec");

export async function build() {
  mkdirSync(out, { recursive: true });
  const { files, ok, diagnostics } = compile({
    files: ["codec.proto"],
    read: (path) => (path === "codec.proto" ? readFileSync(join(here, path), "utf8") : undefined),
  });
  if (!ok) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const [generated] = generateFiles(files, { toGenerate: ["codec.proto"], importExtension: "js", typesOnly: false });
  const { code } = transformSync(generated.content, { loader: "ts", format: "esm", target: "es2022" });
  writeFileSync(join(out, "hawser.mjs"), code);
  const target = join(out, "protobufjs.cjs");
  await promisify(pbjs.main)(["-t", "static-module", "-w", "commonjs", "-o", target, join(here, "codec.proto")]);
}
