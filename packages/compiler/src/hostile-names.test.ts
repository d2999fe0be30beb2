import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decode, encode } from "hawser/protobuf";
import { CodeGeneratorRequest, CodeGeneratorResponse } from "hawser/wkt";
import { compile, encodePluginRequest, formatDiagnostic, generateAsPlugin, generateFiles } from "./index.js";

const NAMES = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "then", "default"];

/** The generated code of one file that must compile. */
function generated(text: string): string {
  const result = compile({
    files: ["x.proto"],
    read: (path) => (path === "x.proto" ? text : undefined),
    sourceInfo: true,
  });
  assert.equal(result.ok, true, result.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join("\n"));
  encodePluginRequest({ files: result.files, toGenerate: ["x.proto"] });
  return generateFiles(result.files, { toGenerate: ["x.proto"], importExtension: "js", typesOnly: false })[0]!.content;
}

/** Code without its comments and strings, by the rules of JavaScript. */
function withoutText(code: string): string {
  let out = "";
  for (let at = 0; at < code.length; ) {
    const char = code[at]!;
    if (code.startsWith("//", at)) {
      while (at < code.length && !"\n\r\u2028\u2029".includes(code[at]!)) at++;
    } else if (code.startsWith("/*", at)) {
      const end = code.indexOf("*/", at + 2);
      at = end < 0 ? code.length : end + 2;
    } else if (char === '"' || char === "'" || char === "`") {
      for (at++; at < code.length && code[at] !== char; at++) {
        if (code[at] === "\\") at++;
        else if (char !== "`" && "\n\r".includes(code[at]!)) throw new Error("a string breaks its line");
        else if (char === "`" && code.startsWith("${", at)) break;
      }
      at++;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

describe("names of object prototypes are names like any other", () => {
  for (const name of NAMES) {
    test(`${name} as everything that has a name`, () => {
      const code = generated(`syntax = "proto2"; package ${name}.a;
        import "google/protobuf/descriptor.proto";
        message ${name} {
          optional string ${name} = 1 [default = "x"];
          oneof choice_${name} { string a = 2; int32 b = 3; }
          map<string, ${name}> map_of = 4;
          extensions 100 to 200;
          message Inner { optional Inner ${name} = 1; }
          message Held { enum E { ${name} = 0; } }
          optional Inner inner = 5;
        }
        message O { oneof ${name} { string x = 1; } map<string, string> m = 2; }
        enum Values { Z = 0; VALUES_${name} = 1; }
        service ${name}Service { rpc ${name} (O) returns (stream .${name}.a.${name}); }
        extend google.protobuf.MessageOptions { optional ${name} opt_${name} = 50000; }
        message WithOption { option (opt_${name}) = { ${name}: "y" map_of { key: "${name}" value { a: "z" } } }; }`);
      assert.match(code, /export /);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
      assert.deepEqual(Object.keys(Object.prototype), []);
    });
  }
});

describe("nothing of a file leaves the comments and strings of its code", () => {
  const BREAKS = [
    "*/ BREAKOUT(); /*",
    "\u2028BREAKOUT();",
    "\u2029BREAKOUT();",
    "*\\/ BREAKOUT();",
    "`${BREAKOUT()}`",
    "</script><script>BREAKOUT()</script>",
    "--> BREAKOUT()",
    "\\u002a/ BREAKOUT()",
    "* / */BREAKOUT()",
    "**/BREAKOUT()",
  ];
  for (const text of BREAKS) {
    test(JSON.stringify(text), () => {
      const escaped = [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
      const code = generated(`syntax = "proto2";
        // ${text}
        package p;
        // ${text}
        message A {
          // ${text}
          optional string s = 1 [default = "${escaped}\\n\\r\\"'\`", json_name = "j${escaped}"];
          optional bytes b = 2 [default = "${escaped}", deprecated = true]; // ${text}
          // ${text}
          oneof o { string x = 3 [json_name = "k${escaped}\\n"]; } // ${text}
        }
        // ${text}
        enum E { // ${text}
          Z = 0; // ${text}
        }
        // ${text}
        service S { // ${text}
          rpc M(A) returns (A); // ${text}
        }`);
      assert.doesNotMatch(withoutText(code), /BREAKOUT/);
    });
  }

  test("a path of a file", () => {
    for (const name of [
      'a";BREAKOUT();".proto',
      "a*/BREAKOUT()/*.proto",
      "a\nBREAKOUT();//.proto",
      "a`${BREAKOUT()}`.proto",
    ]) {
      const result = compile({
        files: [name],
        read: (path) => (path === name ? 'syntax = "proto3"; message A { string a = 1; }' : undefined),
        sourceInfo: true,
      });
      const files = generateFiles(result.files, { toGenerate: [name], importExtension: "js", typesOnly: false });
      // The name of the descriptor's variable has what is left of it; a call it is not.
      assert.doesNotMatch(withoutText(files[0]!.content), /BREAKOUT\s*\(/);
    }
  });

  test("a request of no compiler", () => {
    const name = "A {} BREAKOUT(); interface B";
    const request = encode(CodeGeneratorRequest, {
      fileToGenerate: ["x.proto"],
      protoFile: [{ name: "x.proto", messageType: [{ name }] }],
    });
    const response = decode(CodeGeneratorResponse, generateAsPlugin(request));
    assert.match(response.error ?? "", /is not a name/);
    assert.deepEqual(response.file, []);
    assert.match(decode(CodeGeneratorResponse, generateAsPlugin(Uint8Array.of(255))).error ?? "", /cannot be read/);
  });
});

describe("many of everything, in time that grows with their number", () => {
  const many = (count: number, each: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => each(i)).join("\n");
  const texts: Record<string, string> = {
    "names that are not defined": `syntax = "proto3"; message A { ${many(5_000, (i) => `Nope${i} f${i} = ${i + 1};`)} }`,
    "options that do not exist": `syntax = "proto3"; ${many(20_000, (i) => `option nope${i} = 1;`)}`,
    "messages of one name": `syntax = "proto3"; ${many(10_000, () => "message A {}")}`,
    "values of one number": `syntax = "proto3"; enum E { Z = 0; ${many(20_000, (i) => `V${i} = 0;`)} }`,
    "missing imports": `syntax = "proto3"; ${many(20_000, (i) => `import "nope${i}.proto";`)}`,
    "ranges that overlap": `syntax = "proto2"; message A { ${many(20_000, (i) => `extensions ${i + 1} to ${i + 30_000};`)} }`,
    "JSON names that conflict": `syntax = "proto3"; message A { ${many(15_000, (i) => `string a${"_".repeat(i % 50)}b${i >> 1} = ${i + 1};`)} }`,
    "unclosed brackets": `syntax = "proto3"; message A { ${"string a = 1 [".repeat(50_000)}`,
    "comments without end": `syntax = "proto3"; ${"/* ".repeat(300_000)}`,
    slashes: `syntax = "proto3"; ${"/ ".repeat(100_000)}`,
    "strings side by side": `syntax = "proto3"; option java_package = ${'"a" '.repeat(300_000)}`,
    "an option set again and again": `syntax = "proto3"; ${many(20_000, () => 'option java_package = "a";')}`,
  };
  for (const [name, text] of Object.entries(texts)) {
    test(name, () => {
      const result = compile({
        files: ["x.proto"],
        read: (path) => (path === "x.proto" ? text : undefined),
        sourceInfo: true,
      });
      assert.equal(result.ok, false);
      assert.ok(result.diagnostics.length <= 21_000);
    });
  }
});
