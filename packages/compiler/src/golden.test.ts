import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type CompileResult, compile, formatDiagnostic } from "./index.js";

/**
 * Every file of testdata/invalid has its diagnostics beside it, and a file of testdata/valid its warnings, if it has any;
 * UPDATE_GOLDEN=1 rewrites them. Every file of testdata/valid has protoc's descriptor beside it, too;
 * scripts/golden-descriptors.mjs rewrites these.
 */
const testdata = fileURLToPath(new URL("../src/testdata/", import.meta.url));
const update = process.env["UPDATE_GOLDEN"] === "1";

function compileCase(name: string): CompileResult {
  const read = (path: string): string | undefined => {
    const file = join(testdata, path);
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : undefined;
  };
  return compile({ files: [name], read, sourceInfo: true });
}

/** Compares diagnostics with their golden; where there are none, there is no golden. */
function checkText(golden: string, diagnostics: string): void {
  if (update && diagnostics !== "") writeFileSync(golden, `${diagnostics}\n`);
  if (update && diagnostics === "") rmSync(golden, { force: true });
  const expected = existsSync(golden) ? readFileSync(golden, "utf8") : "";
  assert.equal(diagnostics === "" ? "" : `${diagnostics}\n`, expected);
}

function protoFiles(folder: string): string[] {
  return readdirSync(join(testdata, folder)).filter((name) => name.endsWith(".proto"));
}

describe("invalid files are refused with a diagnosis", () => {
  for (const name of protoFiles("invalid")) {
    test(name, () => {
      const result = compileCase(`invalid/${name}`);
      assert.equal(result.ok, false);
      const text = result.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n\n");
      checkText(join(testdata, "invalid", name.replace(/\.proto$/, ".diagnostics")), text);
    });
  }
});

describe("valid files give the descriptors of protoc", () => {
  for (const name of protoFiles("valid")) {
    test(name, () => {
      const result = compileCase(`valid/${name}`);
      const warnings = result.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n\n");
      assert.equal(result.ok, true, warnings);
      checkText(join(testdata, "valid", name.replace(/\.proto$/, ".diagnostics")), warnings);
      const golden = readFileSync(join(testdata, "valid", name.replace(/\.proto$/, ".descriptor.json")), "utf8");
      assert.deepEqual(plain(result.files.at(-1)), JSON.parse(golden));
    });
  }
});

/** The descriptor as the goldens have it: no absent or empty properties, bytes and 64-bit integers as text. */
function plain(descriptor: unknown): unknown {
  return JSON.parse(
    JSON.stringify(descriptor, (_key, value: unknown) => {
      if (typeof value === "bigint") return value.toString();
      if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
      return Array.isArray(value) && value.length === 0 ? undefined : value;
    }),
  );
}
