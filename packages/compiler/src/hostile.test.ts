import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compile, type Diagnostic, formatDiagnostic } from "./index.js";

function errorsOf(text: string): readonly Diagnostic[] {
  const result = compile({
    files: ["x.proto"],
    read: (path) => (path === "x.proto" ? text : undefined),
    sourceInfo: true,
  });
  for (const diagnostic of result.diagnostics) formatDiagnostic(diagnostic, { color: true });
  return result.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
}

const DEEP = 1_000_000;
const PROTO3 = 'syntax = "proto3";\n';

describe("hostile input ends in an error, in linear time", () => {
  const refused: Record<string, string> = {
    "messages nested a million times": PROTO3 + "message A {".repeat(DEEP),
    "groups nested a million times": "message A { ".concat("optional group G = 1 { ".repeat(DEEP)),
    "braces nested a million times": PROTO3 + "{".repeat(DEEP),
    "closing braces a million times": PROTO3 + "}".repeat(DEEP),
    "an aggregate nested a million times": `${PROTO3}option (a) = ${"{ a ".repeat(DEEP)}${"}".repeat(DEEP)};`,
    "an interpreted aggregate nested a hundred thousand times": `${PROTO3}import "google/protobuf/descriptor.proto";
      message M { M m = 1; } extend google.protobuf.FileOptions { M o = 50000; }
      option (o) = ${"{ m ".repeat(100_000)}{}${"}".repeat(100_000)};`,
    "an unterminated string of a million characters": `${PROTO3}option java_package = "${"a".repeat(DEEP)}`,
    "a million unterminated strings": `${PROTO3}${'"\n'.repeat(DEEP)}`,
    "an unterminated comment": `${PROTO3}/*${"*".repeat(DEEP)}`,
    "an unterminated comment after a declaration": `${PROTO3}message A {} /* a`,
    "nested comment starts": `${PROTO3}${"/*".repeat(DEEP)}`,
    "NUL characters": `${PROTO3}message \0A {}\0\0`,
    "control characters": `${PROTO3}\u0001\u0002message A {}`,
    "a number of a million digits": `${PROTO3}message A { string a = ${"9".repeat(DEEP)}; }`,
    "an octal default of a million digits": `message A { optional int32 a = 1 [default = ${"0".repeat(DEEP)}8]; }`,
    "a million dots": `${PROTO3}package ${"a.".repeat(DEEP)}a;`,
    "a type name of a million parts": `${PROTO3}message A { ${"a.".repeat(DEEP)}a x = 1; }`,
    "an option name of a million parts": `${PROTO3}option ${"a.".repeat(DEEP)}a = 1;`,
    "a million fields of one number": `${PROTO3}message A {${"string a = 1;".repeat(100_000)}}`,
    "replacement characters": `${PROTO3}message \uFFFD {}`,
    "a file of garbage": "@#$%^&*".repeat(100_000),
    "an unknown escape at the end": `${PROTO3}option java_package = "\\`,
  };
  for (const [name, text] of Object.entries(refused)) {
    test(name, () => assert.ok(errorsOf(text).length > 0));
  }

  test("many reserved ranges, fields, oneofs and comments", () => {
    const count = 20_000;
    let text = PROTO3;
    text += `message R { reserved ${Array.from({ length: count }, (_, i) => i * 2 + 1).join(", ")}; }\n`;
    text += `message F { ${Array.from({ length: count }, (_, i) => `/* c */ string f${i} = ${i < 18_000 ? i + 1 : i + 2000}; // t\n`).join("")} }\n`;
    text += `message O { ${Array.from({ length: 5000 }, (_, i) => `optional string f${i} = ${i + 1};`).join("")} }\n`;
    text += `enum E { ${Array.from({ length: count }, (_, i) => `E${i} = ${i};`).join("")} }\n`;
    assert.deepEqual(errorsOf(text), []);
  });

  test("a byte order mark is skipped", () => assert.deepEqual(errorsOf(`\uFEFF${PROTO3}message A {}`), []));

  test("a chain of ten thousand imports", () => {
    const read = (path: string): string | undefined => {
      const number = Number(/^f(\d+)\.proto$/.exec(path)?.[1]);
      if (Number.isNaN(number) || number >= 10_000) return undefined;
      return `${PROTO3}${number < 9_999 ? `import public "f${number + 1}.proto";` : ""} message M${number} {}`;
    };
    const result = compile({ files: ["f9000.proto", "f0.proto"], read });
    assert.equal(result.ok, true);
    assert.equal(result.files.length, 10_000);
  });

  test("names of object prototypes are names like any other", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
    const fields = names.map((name, i) => `string ${name} = ${i + 1};`).join(" ");
    const messages = names.map((name) => `message ${name} { ${fields} }`).join("\n");
    assert.deepEqual(errorsOf(`${PROTO3}package __proto__.constructor;\n${messages}`), []);
    const unknown = names.map((name) => `option ${name} = 1; option (${name}) = 1;`).join("\n");
    assert.equal(errorsOf(`${PROTO3}${unknown}`).length, names.length * 2);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });
});
