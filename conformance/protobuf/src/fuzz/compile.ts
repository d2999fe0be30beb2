import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, encodePluginRequest, formatDiagnostic, generateFiles } from "@hawser/compiler";
import { createDynamicTypes } from "hawser/protobuf";

/** The files that those of the compiler's tests import. */
const folder = join(import.meta.dirname, "../../../../packages/compiler/src/testdata/lib");
const library = new Map(readdirSync(folder).map((name) => [`lib/${name}`, readFileSync(join(folder, name), "utf8")]));

/** Any text as a `.proto`: diagnostics, or descriptors that code, dynamic types and a plugin's request can be made of. */
export function fuzz(data: Uint8Array): void {
  const text = new TextDecoder().decode(data);
  const read = (name: string): string | undefined => (name === "fuzz.proto" ? text : library.get(name));
  const { ok, files, diagnostics } = compile({ files: ["fuzz.proto"], read, sourceInfo: true });
  for (const diagnostic of diagnostics) formatDiagnostic(diagnostic, { color: true });
  assert.equal(ok, !diagnostics.some(({ severity }) => severity === "error"));
  if (!ok) return;
  createDynamicTypes(files);
  generateFiles(files, { toGenerate: ["fuzz.proto"], importExtension: "js", typesOnly: false });
  encodePluginRequest({ files, toGenerate: ["fuzz.proto"] });
}
