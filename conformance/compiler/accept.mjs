// Whether the compiler and protoc accept and refuse the same files: those of testdata/invalid, every one of which both
// must refuse, and of testdata/valid. `--list` prints protoc's message beside ours, to see that ours says no less.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../../packages/compiler/dist/index.js";
import { INCLUDE, protoc } from "./protoc.mjs";

const testdata = fileURLToPath(new URL("../../packages/compiler/src/testdata/", import.meta.url));

/** Compares both on every file; returns what passed and what did not. */
export function compareAcceptance({ list = false } = {}) {
  const failures = [];
  let passed = 0;
  for (const folder of ["invalid", "valid"]) {
    for (const file of readdirSync(join(testdata, folder)).filter((name) => name.endsWith(".proto"))) {
      const name = `${folder}/${file}`;
      const run = protoc(["-I", testdata, "-I", INCLUDE, "-o/dev/null", "--experimental_editions", name]);
      const result = compile({ files: [name], read });
      const [theirs, ours] = [run.status === 0, result.ok];
      if (list)
        console.log(
          `--- ${name}\n${run.stderr}${result.diagnostics.map((each) => `  ours: ${each.line}:${each.column}: ${each.severity}: ${each.message}\n`).join("")}`,
        );
      const expected = folder === "valid";
      if (theirs === expected && ours === expected) passed++;
      else failures.push(`${name}: protoc ${verb(theirs)} it, hawser ${verb(ours)} it: ${run.stderr}`);
    }
  }
  return { passed, failures };
}

function verb(accepts) {
  return accepts ? "accepts" : "refuses";
}

function read(path) {
  const file = join(testdata, path);
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failures } = compareAcceptance({ list: process.argv.includes("--list") });
  for (const failure of failures) console.log(failure);
  console.log(`accept and refuse: ${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}
