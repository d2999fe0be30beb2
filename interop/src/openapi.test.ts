/** What servers and `hawser openapi` say of the REST interface, held against a validator that others wrote. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "@hawser/compiler";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { NodeServer } from "hawser";
import { addAdmin, addOpenApi, openApiDocument } from "hawser/services";
import { mustExit } from "./exit-check.js";
import { libraryServer } from "./library-server.js";

mustExit();

const root = fileURLToPath(new URL("../..", import.meta.url));
const HAWSER = join(root, "packages/cli/bin/hawser.js");

// biome-ignore lint/suspicious/noExplicitAny: a document is looked at here and there
type Document = any;

let server: NodeServer;
let base: string;

before(async () => {
  server = libraryServer();
  addAdmin(server);
  addOpenApi(server, { title: "Library", version: "1.2.3", description: "Books.", servers: ["/"] });
  base = `http://127.0.0.1:${(await server.listen("127.0.0.1:0")).port}`;
});

after(() => server.shutdown({ graceMs: 0 }));

async function assertValid(document: object, what: string): Promise<void> {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)));
  assert.ok(valid, `${what}: ${(JSON.stringify(errors) ?? "no errors").slice(0, 2_000)}`);
  assert.equal(validator.version, "3.1");
}

test("a server's document is valid, and tells of its own services alone", async () => {
  const response = await fetch(`${base}/openapi.json`);
  assert.deepEqual([response.status, response.headers.get("content-type")], [200, "application/json"]);
  const document = (await response.json()) as Document;
  await assertValid(document, "openapi.json");
  assert.deepEqual(document.info, { title: "Library", version: "1.2.3", description: "Books." });
  assert.deepEqual(document.servers, [{ url: "/" }]);
  // Comments come with the generated code.
  assert.deepEqual(document.tags, [
    { name: "library.v1.Library", description: "What REST, GET and CORS are tried with." },
  ]);
  const get = document.paths["/v1/shelves/{shelf}/books/{book}"].get;
  assert.deepEqual(
    get.parameters.map((each: { name: string; in: string }) => `${each.in} ${each.name}`),
    ["path shelf", "path book", "query note"],
  );
  assert.equal(document.components.schemas["library.v1.Book"].properties.pages.type, "string");
});

test("hawser openapi says the same of the sources", async () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [HAWSER, "openapi", join(root, "interop/proto/library"), "-I", join(root, "interop/proto")].concat(
      ...[
        ["--title", "Library"],
        ["--api-version", "1.2.3"],
        ["--server", "/"],
      ],
    ),
    { encoding: "utf8" },
  );
  assert.deepEqual([status, stderr], [0, ""]);
  const document = JSON.parse(stdout) as Document;
  const served = (await (await fetch(`${base}/openapi.json`)).json()) as Document;
  delete served.info.description;
  assert.deepEqual(document, served);
});

test("what the document says of a path is so: each GET answers, and what it says of the reply holds", async () => {
  const document = (await (await fetch(`${base}/openapi.json`)).json()) as Document;
  let called = 0;
  for (const [path, item] of Object.entries<Document>(document.paths)) {
    if (item.get === undefined) continue;
    const url = base + path.replaceAll(/\{\w[\w.]*\}/g, "x");
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const types = Object.keys(item.get.responses["200"].content);
    assert.equal(response.status, 200, url);
    const type = response.headers.get("content-type")?.split(";")[0] ?? "";
    assert.ok(types.includes("*/*") || types.includes(type), `${url}: ${type} is none of ${types}`);
    await response.body?.cancel();
    called++;
  }
  assert.ok(called >= 4, `${called} calls`);
});

test("the page runs nothing but its own script, and asks nobody else", async () => {
  const page = await fetch(`${base}/openapi`);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'self'/);
  const html = await page.text();
  assert.doesNotMatch(html, /https?:|<script(?![^>]*src=)|<style/);
  for (const [name, type] of [
    ["openapi.js", "text/javascript; charset=utf-8"],
    ["openapi.css", "text/css; charset=utf-8"],
  ] as const) {
    assert.match(html, new RegExp(name));
    const asset = await fetch(`${base}/${name}`);
    assert.equal(asset.headers.get("content-type"), type);
    assert.doesNotMatch(await asset.text(), /innerHTML|outerHTML|insertAdjacentHTML|eval\(|new Function/);
  }
});

/** Folders of google-proto-files with an API each, of every kind. */
const APIS = join(root, "node_modules/google-proto-files/google");

function* protosIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".proto")) yield join(entry.parentPath, entry.name);
  }
}

/** A sample of 12; all are looked at with OPENAPI_ALL=1, which takes minutes. */
const SAMPLE = 12;

test("documents of Google's own APIs are valid", async (t) => {
  const folders = new Map<string, string[]>();
  for (const file of protosIn(APIS)) {
    if (!readFileSync(file, "utf8").includes("google.api.http)")) continue;
    const folder = dirname(file);
    folders.set(folder, [...(folders.get(folder) ?? []), relative(dirname(APIS), file)]);
  }
  const all = [...folders.values()].sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  const every = process.env["OPENAPI_ALL"] === "1" ? 1 : Math.floor(all.length / SAMPLE);
  const chosen = all.filter((_, i) => i % every === 0);
  let operations = 0;
  for (const files of chosen) {
    const compiled = compile({
      files,
      sourceInfo: true,
      read(name) {
        try {
          return readFileSync(join(dirname(APIS), name), "utf8");
        } catch {
          return undefined;
        }
      },
    });
    if (!compiled.ok) continue;
    const mistakes: string[] = [];
    const document = openApiDocument({ files: compiled.files, onMistake: ({ message }) => mistakes.push(message) });
    // One file has a template that http.proto itself forbids.
    for (const mistake of mistakes) assert.match(mistake, /"\*\*" must be the last segment/);
    await assertValid(document, files.join());
    operations += Object.values(document["paths"] as Record<string, object>).reduce(
      (sum, item) => sum + Object.keys(item).length,
      0,
    );
  }
  t.diagnostic(`${chosen.length} of ${all.length} APIs, ${operations} operations`);
  assert.ok(operations > 100);
});
