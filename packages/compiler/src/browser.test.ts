import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { build } from "esbuild";

/** What a page would do with the compiler: compile, print what is wrong, write code, load the schema and use it. */
const PROGRAM = `
  import { compile, formatDiagnostic, generateFiles } from "@hawser/compiler";
  import { createDynamicTypes, decode, encode, toJsonString } from "hawser/protobuf";
  const read = (path) => path === "a.proto"
    ? 'syntax = "proto3"; import "google/protobuf/timestamp.proto"; message A { int64 id = 1; google.protobuf.Timestamp at = 2; }'
    : undefined;
  const { ok, files } = compile({ files: ["a.proto"], read, sourceInfo: true });
  const broken = compile({ files: ["b.proto"], read: () => "message {}" });
  const [code] = generateFiles(files, { toGenerate: ["a.proto"], importExtension: "js", typesOnly: false });
  const A = createDynamicTypes(files).message("A");
  globalThis.result = {
    ok,
    error: formatDiagnostic(broken.diagnostics[0]),
    path: code.path,
    json: toJsonString(A, decode(A, encode(A, { id: 7, at: { seconds: 1n } }))),
  };
`;

test("the compiler is bundled for pages without anything of Node's, and runs where there is no code from strings", async () => {
  const resolveDir = fileURLToPath(new URL("../src/", import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir, loader: "js" },
    bundle: true,
    // A module of Node's that is imported anywhere would be an error here.
    platform: "browser",
    format: "iife",
    write: false,
    logLevel: "silent",
  });
  // Of the globals beyond the language, those that pages have and this needs.
  const page: Record<string, unknown> = { TextEncoder, TextDecoder };
  runInNewContext(outputFiles[0]!.text, page, { contextCodeGeneration: { strings: false, wasm: false } });
  assert.deepEqual(JSON.parse(JSON.stringify(page["result"])), {
    ok: true,
    error: (page["result"] as { error: string }).error,
    path: "a.pb.ts",
    json: '{"id":"7","at":"1970-01-01T00:00:01Z"}',
  });
  assert.match((page["result"] as { error: string }).error, /^b\.proto:1:9: error: /);
});
