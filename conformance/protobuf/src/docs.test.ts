import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { transform } from "esbuild";

const docs = join(import.meta.dirname, "../../../docs");
/** Below dist, so that imports of packages and of generated code lead where those of the tests do. */
const out = join(import.meta.dirname, "docs");

/** `expression; //=> value`, which the page says and the test checks. */
const CHECKED = /^(.+); \/\/=> (.+)$/;

for (const page of ["protobuf", "compiler"]) {
  test(`the examples of docs/${page}.md, in a row, give what the page says`, async () => {
    const text = readFileSync(join(docs, `${page}.md`), "utf8");
    const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
    let checks = 0;
    const lines = blocks
      .join("\n")
      .replaceAll('from "./gen/', 'from "../gen/docs/')
      .split("\n")
      .map((line) =>
        line.replace(CHECKED, (_, expression: string, value: string) => {
          checks++;
          return `assert.deepEqual(${expression}, ${value}, ${JSON.stringify(expression)});`;
        }),
      );
    assert.equal(checks, text.split("//=>").length - 1, "a check is not on a line of its own");
    assert.ok(checks > 5);
    const { code } = await transform(`import assert from "node:assert/strict";\n${lines.join("\n")}`, { loader: "ts" });
    mkdirSync(out, { recursive: true });
    const file = join(out, `${page}.mjs`);
    writeFileSync(file, code);
    await import(pathToFileURL(file).href);
  });
}
