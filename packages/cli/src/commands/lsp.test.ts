import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { compile } from "@hawser/compiler";
import {
  CancellationTokenSource,
  type CompletionList,
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  type Location,
  LSPErrorCodes,
  type MarkupContent,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  type TextEdit,
  WorkspaceSymbolRequest,
} from "vscode-languageserver-protocol/node.js";
import { applyEdits, LspClient, textIn } from "../testing/lsp-client.js";
import { Sandbox } from "../testing/sandbox.js";

const NOTES = `syntax = "proto3";

package notes.v1;

import "google/protobuf/timestamp.proto";
import "notes/v1/color.proto";
import "notes/v1/options.proto";

option java_package = "com.notes";

// A note. \u{1F4DD}
message Note {
  // What it is called.
  string title = 1; // short
  Color color = 2 [(secret) = true, deprecated = true];
  google.protobuf.Timestamp at = 3;
  map<string, notes.v1.Color> by_name = 4;
  /* \u{1F600}\u{1F600} */ Inner inner = 5 [(rule) = { kind: KIND_HARD depth: 3 }];
  message Inner {
    repeated Note notes = 1;
  }
  oneof link {
    string url = 6;
    Note other = 7 [(rule).kind = KIND_HARD];
  }
}

service Notes {
  rpc Get(Note) returns (stream Note.Inner) {
    option idempotency_level = NO_SIDE_EFFECTS;
  }
}
`;
const COLOR = `syntax = "proto3";
package notes.v1;
// What it looks like.
enum Color {
  COLOR_UNSPECIFIED = 0;
  COLOR_RED = 1; // like blood
}
`;
const OPTIONS = `syntax = "proto3";
package notes.v1;
import "google/protobuf/descriptor.proto";
enum Kind {
  KIND_UNSPECIFIED = 0;
  KIND_HARD = 1;
}
message Rule {
  Kind kind = 1;
  int32 depth = 2;
}
extend google.protobuf.FieldOptions {
  bool secret = 50001;
  Rule rule = 50002;
}
`;
const FILES = {
  "proto/notes/v1/notes.proto": NOTES,
  "proto/notes/v1/color.proto": COLOR,
  "proto/notes/v1/options.proto": OPTIONS,
};
const VALIDATE = readFileSync(new URL("../../../validate/proto/buf/validate/validate.proto", import.meta.url), "utf8");
const [NOTES_PATH, COLOR_PATH, OPTIONS_PATH] = Object.keys(FILES) as [string, string, string];

/** An editor with the files above in its folder. */
async function started(files: Readonly<Record<string, string>> = FILES) {
  const sandbox = new Sandbox();
  sandbox.write(files);
  const client = new LspClient(sandbox);
  await client.initialize();
  return {
    sandbox,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      sandbox[Symbol.dispose]();
    },
  };
}

describe("hawser lsp: life", () => {
  it("says what it can do, and ends with 0 when it is told to", async () => {
    using sandbox = new Sandbox();
    await using client = new LspClient(sandbox, "--stdio");
    const { capabilities, serverInfo } = await client.initialize();
    assert.equal(serverInfo?.name, "hawser");
    assert.equal(capabilities.positionEncoding, "utf-16");
    assert.equal(capabilities.documentFormattingProvider, true);
    assert.equal(await client.end(), 0);
    assert.equal(client.stderr, "");
  });

  it("ends with 1 when the editor goes away", async () => {
    using sandbox = new Sandbox();
    await using client = new LspClient(sandbox);
    await client.initialize();
    client.process.stdin.end();
    assert.equal(await client.ended, 1);
  });
});

describe("hawser lsp: diagnostics", () => {
  it("are those of the text as it is typed, and of what imports it", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    assert.deepEqual(await client.diagnostics(NOTES_PATH), []);
    await client.open(COLOR_PATH, COLOR.replace("enum Color", "enum Colour"));
    client.forget();
    const found = await client.diagnostics(NOTES_PATH);
    assert.deepEqual(
      found.map(({ code, range, severity }) => [code, textIn(NOTES, range), severity]),
      [
        ["undefined-name", "Color", 1],
        ["undefined-name", "map<string, notes.v1.Color>", 1],
      ],
    );
    client.forget();
    await client.change(COLOR_PATH, COLOR, 2);
    assert.deepEqual(await client.diagnostics(NOTES_PATH), []);
    assert.deepEqual(await client.diagnostics(COLOR_PATH, 2), []);
  });

  it("stand at the right place behind CR LF and characters of two code units", async () => {
    await using editor = await started();
    const text = NOTES.replace("Inner inner", "Missing inner").replaceAll("\n", "\r\n");
    await editor.client.open(NOTES_PATH, text);
    const [found] = await editor.client.diagnostics(NOTES_PATH);
    assert.equal(textIn(text, found!.range), "Missing");
    assert.equal(found!.range.start.character, "  /* 😀😀 */ ".length);
  });

  it("hold lint's findings if the folder has a buf.yaml", async () => {
    await using editor = await started({ ...FILES, "buf.yaml": "version: v2\nmodules:\n  - path: proto\n" });
    await editor.client.open(COLOR_PATH, COLOR.replace("COLOR_RED", "Red"));
    const found = await editor.client.diagnostics(COLOR_PATH);
    assert.deepEqual(
      found.map(({ code, source }) => [code, source]),
      [
        ["ENUM_VALUE_PREFIX", "hawser lint"],
        ["ENUM_VALUE_UPPER_SNAKE_CASE", "hawser lint"],
      ],
    );
    assert.equal(textIn(COLOR.replace("COLOR_RED", "Red"), found[0]!.range), "Red");
  });

  it("have lint's places right behind tabs and what is no ASCII", async () => {
    const text = COLOR.replace("COLOR_RED", "\t/* \u00fc\ud83d\ude00 */\tRed");
    await using editor = await started({ ...FILES, "buf.yaml": "version: v2\nmodules:\n  - path: proto\n" });
    await editor.client.open(COLOR_PATH, text);
    const [found] = await editor.client.diagnostics(COLOR_PATH);
    assert.equal(textIn(text, found!.range), "Red");
  });

  it("hold what is wrong with rules of buf.validate", async () => {
    const text = `syntax = "proto3";
package notes.v1;
import "buf/validate/validate.proto";
message Rules {
  string name = 1 [(buf.validate.field).cel = { id: "long", expression: "size(this) > nothing" }];
}
`;
    await using editor = await started({
      "proto/notes/v1/rules.proto": text,
      "vendor/buf/validate/validate.proto": VALIDATE,
      "buf.yaml": "version: v2\nmodules:\n  - path: proto\n  - path: vendor\n    lint: { use: [PROTOVALIDATE] }\n",
    });
    await editor.client.open("proto/notes/v1/rules.proto", text);
    const found = await editor.client.diagnostics("proto/notes/v1/rules.proto");
    assert.deepEqual(
      found.map(({ code, message }) => [code, message]),
      [
        [
          "PROTOVALIDATE",
          `(buf.validate.field).cel.expression on field "name" fails to compile: undeclared reference to 'nothing' (in container '')`,
        ],
      ],
    );
  });
});

describe("hawser lsp: definition", () => {
  const cases: readonly [what: string, word: string, offset: number, nth: number, file: string, line: string][] = [
    ["a type of another file", "Color color", 1, 0, COLOR_PATH, "enum Color {"],
    ["a type by its full name", "notes.v1.Color", 10, 0, COLOR_PATH, "enum Color {"],
    ["a nested type", "Inner inner", 0, 0, NOTES_PATH, "  message Inner {"],
    ["the reply of a method", "Note.Inner", 6, 0, NOTES_PATH, "  message Inner {"],
    ["a component of a name", "Note.Inner", 1, 0, NOTES_PATH, "message Note {"],
    ["an option's extension", "secret", 0, 0, OPTIONS_PATH, "  bool secret = 50001;"],
    ["a field in an aggregate", "depth", 0, 0, OPTIONS_PATH, "  int32 depth = 2;"],
    ["an enum value in an aggregate", "KIND_HARD", 0, 0, OPTIONS_PATH, "  KIND_HARD = 1;"],
    ["a field in an option's path", "(rule).kind", 8, 0, OPTIONS_PATH, "  Kind kind = 1;"],
    ["an import", "notes/v1/color.proto", 3, 0, COLOR_PATH, 'syntax = "proto3";'],
  ];
  it("finds types, imports, options and fields, also in files that are not open", async () => {
    await using editor = await started();
    await editor.client.open(NOTES_PATH);
    for (const [what, word, offset, nth, file, line] of cases) {
      const params = editor.client.at(NOTES_PATH, NOTES, word, offset, nth);
      const found = (await editor.client.connection.sendRequest(DefinitionRequest.type, params)) as Location;
      assert.ok(found !== null, what);
      assert.equal(found.uri, editor.client.uri(file), what);
      const text = FILES[file as keyof typeof FILES];
      assert.equal(text.split("\n")[found.range.start.line], line, what);
    }
  });

  it("leads into the files that come with hawser, which can be asked about in turn", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    for (const [word, name] of [
      ["Timestamp", "Timestamp"],
      ["java_package", "java_package"],
      ["deprecated", "deprecated"],
      ["idempotency_level", "idempotency_level"],
      ["NO_SIDE_EFFECTS", "NO_SIDE_EFFECTS"],
    ] as const) {
      const params = client.at(NOTES_PATH, NOTES, word);
      const found = (await client.connection.sendRequest(DefinitionRequest.type, params)) as Location;
      assert.ok(found !== null, word);
      const text = readFileSync(new URL(found.uri), "utf8");
      assert.equal(textIn(text, found.range), name);
      await client.openUri(found.uri, text);
      const shown = await client.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri: found.uri },
        position: found.range.start,
      });
      assert.match((shown!.contents as MarkupContent).value, /google\/protobuf\//);
      assert.deepEqual(
        (await client.diagnosticsOf(found.uri)).filter(({ severity }) => severity === 1),
        [],
      );
    }
  });
});

describe("hawser lsp: references and rename", () => {
  it("finds references in all files, open or not", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(COLOR_PATH);
    const params = { ...client.at(COLOR_PATH, COLOR, "Color"), context: { includeDeclaration: true } };
    const found = await client.connection.sendRequest(ReferencesRequest.type, params);
    const texts = found!.map(({ uri, range }) => {
      const path = Object.keys(FILES).find((each) => client.uri(each) === uri)!;
      return [path, textIn(FILES[path as keyof typeof FILES], range)];
    });
    assert.deepEqual(texts.sort(), [
      [COLOR_PATH, "Color"],
      [NOTES_PATH, "Color"],
      [NOTES_PATH, "Color"],
    ]);
    const without = { ...params, context: { includeDeclaration: false } };
    assert.equal((await client.connection.sendRequest(ReferencesRequest.type, without))!.length, 2);
  });

  for (const [what, path, word, newName] of [
    ["a message", NOTES_PATH, "Note {", "Memo"],
    ["a nested message", NOTES_PATH, "Inner {", "Content"],
    ["an enum", COLOR_PATH, "Color {", "Paint"],
    ["an enum value that an option has", OPTIONS_PATH, "KIND_HARD", "KIND_SOFT"],
    ["a field that options name", OPTIONS_PATH, "kind = 1", "sort"],
    ["an extension", OPTIONS_PATH, "rule = 5", "law"],
    ["a service", NOTES_PATH, "Notes {", "Memos"],
    ["a method", NOTES_PATH, "Get(", "Fetch"],
  ] as const) {
    it(`renames ${what} wherever it is named: what comes out compiles, and is what went in but for the name`, async () => {
      await using editor = await started();
      const { client } = editor;
      await client.open(path);
      const text = FILES[path as keyof typeof FILES];
      const params = { ...client.at(path, text, word), newName };
      const edit = await client.connection.sendRequest(RenameRequest.type, params);
      const after = new Map(
        Object.entries(FILES).map(([name, before]) => [
          name.slice("proto/".length),
          applyEdits(before, edit!.changes![client.uri(name)] ?? []),
        ]),
      );
      const compiled = compile({ files: [...after.keys()], read: (name) => after.get(name) });
      assert.deepEqual(
        compiled.diagnostics.filter(({ severity }) => severity === "error"),
        [],
      );
      const old = word.split(/[ (]/)[0]!;
      const before = compile({
        files: [...after.keys()],
        read: (name) => (editor.sandbox.has(`proto/${name}`) ? editor.sandbox.read(`proto/${name}`) : undefined),
      });
      const json = (result: typeof compiled): string =>
        JSON.stringify(result.files, (_, value) =>
          typeof value === "bigint" || value instanceof Uint8Array ? String(value) : value,
        );
      const pattern = new RegExp(`\\b${newName}\\b`, "g");
      assert.notEqual(json(compiled), json(before));
      // JSON names follow those of fields; neither word occurs as anything else.
      assert.equal(json(compiled).replace(pattern, "?"), json(before).replace(new RegExp(`\\b${old}\\b`, "g"), "?"));
    });
  }

  it("refuses names that are none, that are taken, and what comes with hawser", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    await client.open(COLOR_PATH);
    const refused = async (path: string, word: string, newName: string, reason: RegExp): Promise<void> => {
      const params = { ...client.at(path, FILES[path as keyof typeof FILES], word), newName };
      await assert.rejects(client.connection.sendRequest(RenameRequest.type, params), reason);
    };
    await refused(COLOR_PATH, "Color {", "1st", /is no name/);
    await refused(COLOR_PATH, "Color {", "a.b", /is no name/);
    await refused(COLOR_PATH, "Color {", "", /is no name/);
    await refused(COLOR_PATH, "Color {", "Note", /already defined/);
    await refused(NOTES_PATH, "title", "color", /already defined/);
    await refused(NOTES_PATH, "Timestamp", "Time", /comes with hawser/);
    await refused(NOTES_PATH, "deprecated", "old", /comes with hawser/);
    await refused(NOTES_PATH, "notes/v1/color.proto", "x", /list of files/);
    await refused(NOTES_PATH, "message", "x", /no name here/);
    const params = client.at(NOTES_PATH, NOTES, "Color color");
    const prepared = await client.connection.sendRequest(PrepareRenameRequest.type, params);
    assert.deepEqual(prepared, {
      range: { start: params.position, end: { ...params.position, character: params.position.character + 5 } },
      placeholder: "Color",
    });
  });
});

describe("hawser lsp: hover", () => {
  it("shows the declaration with full names, its number and its comments", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    const shown = async (word: string, offset = 0): Promise<string> => {
      const found = await client.connection.sendRequest(HoverRequest.type, client.at(NOTES_PATH, NOTES, word, offset));
      return (found?.contents as MarkupContent | undefined)?.value ?? "";
    };
    assert.equal(
      await shown("title"),
      "```proto\nstring title = 1;\n```\n\n`notes.v1.Note.title` (field, number 1), `notes/v1/notes.proto`\n\nWhat it is called.\n\nshort",
    );
    assert.equal(
      await shown("Color color"),
      "```proto\nenum Color { … }\n```\n\n`notes.v1.Color` (enum), `notes/v1/color.proto`\n\nWhat it looks like.",
    );
    assert.match(await shown("color = 2"), /^```proto\nnotes\.v1\.Color color = 2 \[/);
    assert.match(await shown("Get("), /rpc Get\(notes\.v1\.Note\) returns \(stream notes\.v1\.Note\.Inner\)/);
    assert.match(await shown("Note {"), /A note\. 📝/);
    assert.match(await shown("google/protobuf/timestamp"), /package `google\.protobuf`\n\n`Timestamp`/);
    assert.match(await shown("string title"), /UTF-8 text/);
    assert.equal(await shown("syntax"), "");
  });
});

describe("hawser lsp: completion", () => {
  const at: readonly [what: string, text: string, has: readonly string[], hasNot: readonly string[]][] = [
    ["top level", "|", ["message", "import", "service"], ["rpc", "int32"]],
    ["message", "message A {\n  |\n}", ["repeated", "oneof", "int32", "A", "Note"], ["rpc", "service"]],
    ["a half-typed type", "message A {\n  No|\n  string b = 1;\n}", ["Note"], []],
    ["without the closing brace", "message A {\n  Note n = 1;\n  |", ["Note", "string"], []],
    ["members of a message", "message A {\n  Note.|\n}", ["Inner"], ["Note", "int32"]],
    ["members of a package", "message A {\n  google.protobuf.|\n}", ["Timestamp"], ["Note"]],
    ["map keys", "message A {\n  map<|\n}", ["string", "int32"], ["bytes", "Note"]],
    ["map values", "message A {\n  map<string, |\n}", ["bytes", "Note"], []],
    ["a field's number", "message A {\n  string a = 7;\n  string b = |\n}", ["8"], []],
    ["an enum value's number", "enum E {\n  A = 0;\n  B = |\n}", ["1"], []],
    ["a request", "service S {\n  rpc G(|\n}", ["Note", "stream"], ["Color", "int32"]],
    ["a reply", "service S {\n  rpc G(Note) returns (stream |\n}", ["Note"], ["Color"]],
    ["service", "service S {\n  |\n}", ["rpc", "option"], ["int32"]],
    [
      "field options",
      "message A {\n  string a = 1 [|];\n}",
      ["deprecated", "json_name", "(secret)", "(rule)"],
      ["java_package"],
    ],
    ["behind a comma", "message A {\n  string a = 1 [deprecated = true, |];\n}", ["(secret)"], []],
    ["in parentheses", "message A {\n  string a = 1 [(|)];\n}", ["secret"], ["deprecated"]],
    ["an option's path", "message A {\n  string a = 1 [(rule).|];\n}", ["kind", "depth"], ["deprecated"]],
    ["an enum's values", "message A {\n  string a = 1 [(rule).kind = |];\n}", ["KIND_HARD"], ["true"]],
    ["a bool's values", "message A {\n  string a = 1 [deprecated = |];\n}", ["true", "false"], []],
    ["an aggregate's fields", "message A {\n  string a = 1 [(rule) = { | }];\n}", ["kind", "depth"], []],
    ["values in an aggregate", "message A {\n  string a = 1 [(rule) = { kind: | }];\n}", ["KIND_HARD"], ["depth"]],
    ["file options", "option |", ["java_package", "go_package"], ["idempotency_level"]],
    ["a file option's values", "option optimize_for = |", ["SPEED", "CODE_SIZE"], []],
    ["an import", 'import "|"', ["google/protobuf/any.proto"], ["notes/v1/new.proto"]],
    ["an import that is not closed", 'import "notes/|', ["notes/v1/extra.proto"], ["google/protobuf/any.proto"]],
    ["a comment", "// |", [], ["message"]],
    ["a string", 'option java_package = "|"', [], ["message", "java_package"]],
  ];
  it("offers what can stand there", async () => {
    const extra = 'syntax = "proto3";\npackage other;\nmessage Extra {}\n';
    await using editor = await started({ ...FILES, "proto/notes/v1/extra.proto": extra });
    const { client } = editor;
    const header = NOTES.slice(0, NOTES.indexOf("option java"));
    const imported = header.replace("import", 'import "notes/v1/notes.proto";\nimport');
    let version = 1;
    const path = "proto/notes/v1/new.proto";
    await client.open(path, imported, version);
    for (const [what, body, has, hasNot] of at) {
      const text = imported + body;
      await client.change(path, text.replace("|", ""), ++version);
      const position = client.at(path, text, "|");
      const result = await client.connection.sendRequest(CompletionRequest.type, position);
      const labels = (Array.isArray(result) ? result : (result?.items ?? [])).map(({ label }) => label);
      for (const label of has) assert.ok(labels.includes(label), `${what}: ${label} in ${labels.slice(0, 20)}`);
      for (const label of hasNot) assert.ok(!labels.includes(label), `${what}: no ${label}`);
      assert.equal(new Set(labels).size, labels.length, `${what}: each once`);
    }
    // A type that is not imported brings its import.
    const text = `${imported}message A {\n  Ext|\n}\n`;
    await client.change(path, text.replace("|", ""), ++version);
    const result = await client.connection.sendRequest(CompletionRequest.type, client.at(path, text, "|"));
    const item = (result as CompletionList).items.find(({ label }) => label === "other.Extra")!;
    const edits = [item.textEdit as TextEdit, ...item.additionalTextEdits!];
    const after = applyEdits(text.replace("|", ""), edits);
    assert.match(after, /import "notes\/v1\/extra\.proto";\nimport "notes\/v1\/notes\.proto";/);
    assert.match(after, / {2}other\.Extra\n/);
  });
});

describe("hawser lsp: symbols, folding, formatting", () => {
  it("gives the outline, and finds declarations by some of their letters", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    const textDocument = { uri: client.uri(NOTES_PATH) };
    const outline = await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument });
    assert.deepEqual(
      outline!.map((each) => [each.name, "children" in each ? each.children!.map(({ name }) => name) : []]),
      [
        ["Note", ["title", "color", "at", "by_name", "inner", "Inner", "link"]],
        ["Notes", ["Get"]],
      ],
    );
    const found = await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: "kndhrd" });
    assert.deepEqual(
      found!.map(({ name }) => name),
      ["KIND_HARD"],
    );
    const folds = await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument });
    assert.ok(folds!.some(({ kind }) => kind === "imports"));
    const line = (word: string): number => NOTES.slice(0, NOTES.indexOf(word)).split("\n").length - 1;
    assert.ok(folds!.some(({ startLine, endLine }) => startLine === line("message Inner") && endLine > startLine));
  });

  it("formats as hawser format does, and leaves what cannot be parsed", async () => {
    await using editor = await started();
    const { client } = editor;
    const ugly = COLOR.replace("enum Color {", "enum   Color{").replaceAll("\n", "\r\n");
    await client.open(COLOR_PATH, ugly);
    const params = { textDocument: { uri: client.uri(COLOR_PATH) }, options: { tabSize: 2, insertSpaces: true } };
    const edits = await client.connection.sendRequest(DocumentFormattingRequest.type, params);
    editor.sandbox.write({ "b.proto": ugly.replaceAll("\r", "") });
    const { stdout } = await editor.sandbox.run("format", "b.proto");
    assert.equal(applyEdits(ugly, edits!), stdout.replaceAll("\n", "\r\n"));
    await client.change(COLOR_PATH, "message {", 2);
    assert.deepEqual(await client.connection.sendRequest(DocumentFormattingRequest.type, params), []);
  });
});

describe("hawser lsp: what is not as it should be", () => {
  it("is borne: paths outside, cycles, other URIs, changes out of order, files that are gone", async () => {
    await using editor = await started({
      ...FILES,
      "proto/a.proto": 'syntax = "proto3";\nimport "b.proto";\nmessage A { B b = 1; }\n',
      "proto/b.proto": 'syntax = "proto3";\nimport "a.proto";\nmessage B { A a = 1; }\n',
    });
    const { client } = editor;
    await client.open("proto/a.proto");
    const [cycle] = await client.diagnostics("proto/a.proto");
    assert.equal(cycle?.code, "import-cycle");
    assert.equal(cycle?.range.start.line, 1);
    assert.equal(cycle?.relatedInformation?.[0]?.location.uri, client.uri("proto/b.proto"));
    await client.openUri("untitled:Untitled-1", 'syntax = "proto3";\nmessage U { U u = 1; Missing m = 2; }\n');
    const [found] = await client.diagnosticsOf("untitled:Untitled-1");
    assert.equal(found?.code, "undefined-name");
    const hover = await client.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: "untitled:Untitled-1" },
      position: { line: 1, character: 12 },
    });
    assert.match((hover!.contents as MarkupContent).value, /message U/);
    for (const uri of [
      "http://x/y.proto",
      "file://host/share/a.proto",
      "file:///%zz.proto",
      "",
      "bundled:x",
      "git:/a?{}",
    ]) {
      await client.openUri(uri, 'syntax = "proto3";\nimport "../../../etc/passwd";\nimport "/etc/passwd";\n');
      const codes = (await client.diagnosticsOf(uri)).map(({ code }) => code);
      assert.deepEqual(codes.filter((code) => code === "import-missing").length, 2, uri);
    }
    await client.change("proto/a.proto", "broken {", 1);
    await client.change("proto/never-opened.proto", "x", 7);
    await client.open("proto/gone/nowhere.proto", 'syntax = "proto3";\n');
    assert.deepEqual(await client.diagnostics("proto/gone/nowhere.proto"), []);
    const params = client.at("proto/a.proto", 'syntax = "proto3";\nimport "b.proto";\nmessage A { B b', "B b");
    assert.ok(await client.connection.sendRequest(DefinitionRequest.type, params));
    const out = { ...params, position: { line: 1e6, character: 1e6 } };
    assert.equal(await client.connection.sendRequest(HoverRequest.type, out), null);
    assert.ok(client.logged.some((line) => line.includes("version 1 came after 1")));
    assert.ok(client.logged.some((line) => line.includes("never-opened.proto was changed but is not open")));
    assert.equal(await client.end(), 0);
  });

  it("follows changes of parts of a text, wherever these lie, as the editor does", async () => {
    await using editor = await started();
    const { client } = editor;
    const text = NOTES.replaceAll("\n", "\r\n");
    await client.open(NOTES_PATH, text);
    const { textDocument, position } = client.at(NOTES_PATH, text, "Inner inner");
    const end = { ...position, character: position.character + "Inner".length };
    await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { ...textDocument, version: 2 },
      contentChanges: [
        { range: { start: position, end }, text: "Note /* \u{1F600} */" },
        { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "// first\r\n" },
        {
          range: { start: { line: 1e6, character: 0 }, end: { line: 1e6, character: 9 } },
          text: "message Last { Gone g = 1; }",
        },
      ],
    });
    const found = await client.diagnostics(NOTES_PATH, 2);
    const after = `// first\r\n${text.replace("Inner inner", "Note /* \u{1F600} */ inner")}message Last { Gone g = 1; }`;
    assert.deepEqual(
      found.map(({ code, range }) => [code, textIn(after, range)]),
      [["undefined-name", "Gone"]],
    );
    const shown = await client.connection.sendRequest(HoverRequest.type, client.at(NOTES_PATH, after, "Note /*"));
    assert.match((shown!.contents as MarkupContent).value, /message Note/);
  });

  it("drops requests that are cancelled, and answers the others", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    const params = client.at(NOTES_PATH, NOTES, "Color color");
    const asked = Array.from({ length: 40 }, (_, i) => {
      const source = new CancellationTokenSource();
      const answer = client.connection.sendRequest(HoverRequest.type, params, source.token);
      if (i % 2 === 0) source.cancel();
      return answer.then(
        (found) => (found === null ? "none" : "answered"),
        (error: { code: number }) => (error.code === LSPErrorCodes.RequestCancelled ? "cancelled" : String(error)),
      );
    });
    const ends = await Promise.all(asked);
    // One that was answered before its cancellation came is no fault either.
    for (const [i, end] of ends.entries()) {
      assert.ok(end === "answered" || (i % 2 === 0 && end === "cancelled"), `${i}: ${end}`);
    }
    assert.equal(await client.end(), 0);
  });

  it("answers at every place of a file, whole and cut off anywhere, without a fault", async () => {
    await using editor = await started();
    const { client } = editor;
    await client.open(NOTES_PATH);
    const uri = client.uri(NOTES_PATH);
    let version = 1;
    const askAll = async (text: string, step: number): Promise<void> => {
      const answers: Promise<unknown>[] = [];
      for (const [line, content] of text.split("\n").entries()) {
        for (let character = 0; character <= content.length; character += step) {
          const params = { textDocument: { uri }, position: { line, character } };
          answers.push(client.connection.sendRequest(HoverRequest.type, params));
          answers.push(client.connection.sendRequest(DefinitionRequest.type, params));
          answers.push(client.connection.sendRequest(CompletionRequest.type, params));
        }
      }
      await Promise.all(answers);
    };
    await askAll(NOTES, 1);
    for (let length = 7; length < NOTES.length; length += 29) {
      // Cut off, and with a piece cut out.
      for (const text of [NOTES.slice(0, length), NOTES.slice(0, length) + NOTES.slice(length + 23)]) {
        await client.change(NOTES_PATH, text, ++version);
        await askAll(text, 17);
        for (const request of [DocumentSymbolRequest.type, FoldingRangeRequest.type]) {
          await client.connection.sendRequest(request as typeof DocumentSymbolRequest.type, { textDocument: { uri } });
        }
      }
    }
    assert.deepEqual(
      client.logged.filter((line) => line.includes("fault")),
      [],
    );
    assert.equal(await client.end(), 0);
  });
});
