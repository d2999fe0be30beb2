import assert from "node:assert/strict";
import { compile, generateFiles } from "@hawser/compiler";
import { createDynamicTypes } from "hawser/protobuf";

/** Any text as a `.proto`: diagnostics, or descriptors that code and dynamic types can be made of. */
export function fuzz(data: Uint8Array): void {
  const text = new TextDecoder().decode(data);
  const read = (name: string): string | undefined => (name === "fuzz.proto" ? text : undefined);
  const { ok, files, diagnostics } = compile({ files: ["fuzz.proto"], read, sourceInfo: true });
  assert.equal(ok, !diagnostics.some(({ severity }) => severity === "error"));
  if (!ok) return;
  createDynamicTypes(files);
  generateFiles(files, { toGenerate: ["fuzz.proto"], importExtension: "js", typesOnly: false });
}
