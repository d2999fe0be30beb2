import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CompileCache, type CompileResult, compile, formatDiagnostic, parse } from "./index.js";

function reader(files: Record<string, string>): (path: string) => string | undefined {
  return (path) => (Object.hasOwn(files, path) ? files[path] : undefined);
}

function messages(result: CompileResult): string[] {
  return result.diagnostics.map((diagnostic) => `${diagnostic.file}:${diagnostic.line} ${diagnostic.code}`);
}

describe("compile", () => {
  test("sorts imports in front of what imports them and falls back to the bundled files", () => {
    const result = compile({
      files: ["a.proto", "b.proto", "a.proto"],
      read: reader({
        "a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
        "b.proto": 'syntax = "proto3"; import "google/protobuf/any.proto"; message B { google.protobuf.Any x = 1; }',
      }),
    });
    assert.deepEqual(messages(result), []);
    assert.deepEqual(
      result.files.map((file) => file.name),
      ["google/protobuf/any.proto", "b.proto", "a.proto"],
    );
    assert.deepEqual(result.entries, ["a.proto", "b.proto"]);
  });

  test("names an entry that does not exist", () => {
    const result = compile({ files: ["nope.proto"], read: () => undefined });
    assert.equal(result.ok, false);
    assert.equal(formatDiagnostic(result.diagnostics[0]!), "nope.proto: error: the file was not found");
  });

  test("warns of unused imports in entries only", () => {
    const files = {
      "a.proto": 'syntax = "proto3"; import "b.proto"; import "c.proto"; message A { B b = 1; }',
      "b.proto": 'syntax = "proto3"; import "c.proto"; message B {}',
      "c.proto": 'syntax = "proto3"; message C {}',
    };
    assert.deepEqual(messages(compile({ files: ["a.proto"], read: reader(files) })), ["a.proto:1 unused-import"]);
  });

  test("a broken import is blamed alone", () => {
    const files = {
      "a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; Lost l = 2; }',
      "b.proto": 'syntax = "proto3"; message B { string a = ; } mesage Lost {}',
    };
    const result = compile({ files: ["a.proto"], read: reader(files) });
    assert.deepEqual(messages(result), ["b.proto:1 syntax", "b.proto:1 syntax"]);
  });
});

describe("CompileCache", () => {
  const base = {
    "a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
    "b.proto": 'syntax = "proto3"; message B { string x = 1; }',
    "c.proto": 'syntax = "proto3"; message C {}',
  };
  const entries = Object.keys(base);

  test("takes over what has not changed and links again what depends on a change", () => {
    const cache = new CompileCache();
    const first = compile({ files: entries, read: reader(base), cache });
    const changed = { ...base, "b.proto": 'syntax = "proto3"; message B { string y = 1; }' };
    const second = compile({ files: entries, read: reader(changed), cache });
    const byName = (result: CompileResult, name: string) => result.files.find((file) => file.name === name);
    assert.equal(byName(first, "c.proto"), byName(second, "c.proto"));
    assert.notEqual(byName(first, "a.proto"), byName(second, "a.proto"));
    assert.equal(byName(second, "b.proto")?.messageType[0]?.field[0]?.name, "y");
    assert.equal(second.ok, true);
  });

  test("finds errors that a change causes elsewhere, and forgets them when it is undone", () => {
    const cache = new CompileCache();
    compile({ files: entries, read: reader(base), cache });
    const renamed = { ...base, "b.proto": 'syntax = "proto3"; message Other {}' };
    assert.deepEqual(messages(compile({ files: entries, read: reader(renamed), cache })), ["a.proto:1 undefined-name"]);
    assert.deepEqual(messages(compile({ files: entries, read: reader(base), cache })), []);
    const clash = { ...base, "d.proto": 'syntax = "proto3"; message C {}' };
    const files = [...entries, "d.proto"];
    assert.deepEqual(messages(compile({ files, read: reader(clash), cache })), ["d.proto:1 duplicate-symbol"]);
    assert.deepEqual(messages(compile({ files: ["d.proto", ...entries], read: reader(clash), cache })), [
      "c.proto:1 duplicate-symbol",
    ]);
    assert.deepEqual(messages(compile({ files: entries, read: reader(base), cache })), []);
  });
});

describe("parse", () => {
  test("gives the tree and the errors", () => {
    const { file, diagnostics } = parse('syntax = "proto3"; message A { string a = 1; } enum');
    assert.equal(file.elements[0]?.kind, "message");
    assert.equal(diagnostics.length, 1);
  });
});

describe("formatDiagnostic", () => {
  test("underlines the place, widens tabs and keeps control characters from the terminal", () => {
    const result = compile({ files: ["a.proto"], read: () => 'syntax = "proto3";\nmessage A {\n\tX\u001b x = 1;\n}' });
    const text = result.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n");
    assert.ok(!text.includes("\u001b"));
    assert.ok(text.includes("3 |     X\uFFFD x = 1;\n  |      ^"), text);
  });
});
