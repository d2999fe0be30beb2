/** A file for `format`. */
export interface FormatCase {
  readonly name: string;
  readonly text: string;
}

const P2 = 'syntax = "proto2";\n';
const P3 = 'syntax = "proto3";\n';
const E23 = 'edition = "2023";\n';

/** Layouts and places of comments; `npm run conformance` formats the files of the other cases too. */
export const FORMAT_CASES: readonly FormatCase[] = Object.entries({
  empty: "",
  "only blanks": "\n\n   \n",
  "only comments": "// One.\n\n/* Two. */\n// Three.\n",
  "no blanks":
    'syntax="proto3";package a.b;import"x.proto";option java_package="j";message M{int32 a=1;}enum E{Z=0;}service S{rpc A(M)returns(M);}',
  "many blanks": `${P3}\n\n\n\npackage   a . b ;\n\n\n\nmessage   M   {\n\n\n  int32   a   =   1   ;\n\n\n\n  int32 b = 2;\n\n\n}\n\n\n\n`,
  tabs: `${P3}\tmessage M {\n\t\tint32 a = 1;\t// a\n\t}\n`,
  "carriage returns": `${P3}\r\n// c\r\nmessage M {\r\n  int32 a = 1; // a\r\n}\r\n`.replaceAll(";\n", ";\r\n"),
  "sections in another order": `message M {}\nimport "b.proto";\noption java_package = "j";\npackage p;\nimport "a.proto";\noption (x).y = 1;\noption go_package = "g";\nenum E {\n  Z = 0;\n}\nimport public "c.proto";\n`,
  "imports with comments": `${P3}\n// B.\nimport "b.proto"; // b\n// A.\nimport "a.proto"; // a\n\n// Not of C.\n\nimport "c.proto";\n`,
  "options with comments": `${P3}package p;\n\n// Zed.\noption ruby_package = "z"; // z\n\noption go_package = "g";\n// Ext.\noption (my.ext) = {\n  a: 1\n};\noption cc_enable_arenas = true;\n`,
  "license and package comment": `// License.\n// More.\n\n// Syntax.\n${P3}\n// Package.\npackage p; // behind\n\n\n// Detached.\n\n// M.\nmessage M {} // behind M\n// end\n`,
  "comments in a body": `${P3}message M { // open\n  // first\n\n  // a\n  int32 a = 1; // behind a\n  // after a\n\n  /* b */\n  int32 b = 2; /* behind b */\n\n  // last\n}\n`,
  "comments alone in a body": `${P3}message M { // open\n}\nmessage N {\n  // one\n}\nmessage O { /* one */ }\nmessage P {\n\n  // one\n\n  // two\n\n}\n`,
  "comments at the end of a body": `${P3}message M {\n  int32 a = 1;\n\n  // one\n\n  // two\n}\nenum E { Z = 0; /* block */ }\n`,
  "comments within a statement": `${P3}message M {\n  /* 1 */ int32 /* 2 */ a /* 3 */ = /* 4 */ 1 /* 5 */ ; /* 6 */\n  int32 // type\n    b // name\n    = 2;\n}\n`,
  "comments in a method": `${P3}message M {}\nservice S {\n  rpc /* 1 */ A /* 2 */ ( /* 3 */ M /* 4 */ ) /* 5 */ returns /* 6 */ ( /* 7 */ stream /* 8 */ M /* 9 */ ) /* 10 */ ;\n  rpc B(M) returns (M) { // open\n    // inner\n    option deprecated = true; // behind\n    // last\n  } // close\n}\n`,
  "block comments over lines": `${P3}/*\n * A box\n *   of stars.\n */\nmessage M {\n    /*\n     Plain text\n       indented.\n     */\n  int32 a = 1;\n  /* One\n     two */\n  int32 b = 2;\n  /**\n  * doc\n\n  * more */\n  int32 c = 3;\n  /*\n  # mark\n  # mark\n  */\n  int32 d = 4;\n}\n`,
  "one option in brackets": `${P3}message M {\n  int32 a = 1 [ deprecated=true ];\n  int32 b = 2 [(x).y . z = "s"];\n  int32 c = 3 [(x) = {a:1}];\n  int32 d = 4 [(x) = {a:1, b:2}];\n  int32 e = 5 [(x) = {a: {b: {c: 1}}}];\n  int32 f = 6 [(x) = "a" "b"];\n  int32 g = 7 [(x) = -1];\n}\n`,
  "options in brackets": `${P3}message M {\n  int32 a = 1 [deprecated = true, (x) = 2, (y).z = { a: 1 b: 2; c: [1,2], d <e: 1>, }];\n  int32 b = 2 [ // open\n    deprecated = true, // comma\n    // leading\n    (x) = 2 // last\n  ];\n  int32 c = 3 [\n    deprecated = true, /* block */\n\n    (x) = 2 /* last */\n    // close\n  ]; // end\n}\n`,
  "one option with comments": `${P3}message M {\n  int32 a = 1 [deprecated = true /* block */];\n  int32 b = 2 [deprecated = true // line\n  ];\n  int32 c = 3 [\n    // leading\n    deprecated = true];\n  int32 d = 4 [/* before */ deprecated = true];\n}\n`,
  "message literals": `${P3}option (x) = {};\noption (a) = { a: 1 };\noption (b) = { a: 1, b: "s" "t"; c { d: 1 } e: [] f: [1] g: [{a: 1}] h: [{a: 1, b: 2}, {}] };\noption (c) = { [my.ext]: 1, [type.googleapis.com/my.Type] { a: 1 } };\noption (d) = { a: -inf b: -1.5 c: TRUE };\noption (e) = {\n  // first\n  a: 1 // a\n\n  // b\n  b: 2, // comma\n  c: { // open\n    d: 1\n  } // close\n  // last\n};\n`,
  "lists in literals": `${P3}option (x) = {\n  a: [ // open\n    1, // one\n    // two\n    2 // last\n  ]\n  b: [\n    /* paired */\n    1,\n\n    2\n    /* end */\n  ]\n  c: ["a" "b", "c"]\n};\n`,
  strings: `${P3}option (x) = "a";\noption (y) = 'a'  "b"\n  'c';\noption (z) =\n  // one\n  "a" // behind one\n  // two\n  "b";\n`,
  ranges: `${P2}message M {\n  reserved 1,2,  5 to 9,100 to max;\n  reserved "a","b";\n  extensions 200 to 300,400;\n  extensions 500 to 600 [verification=UNVERIFIED, declaration={number:500, full_name:".a", type:".b"}];\n  extensions 700 [(x) = 1];\n}\nenum E {\n  Z = 0;\n  N = - 1;\n  reserved -10 to -5, - 3;\n}\n`,
  "reserved names of editions": `${E23}message M {\n  reserved a,b , c;\n  reserved 5;\n}\n`,
  "fields of all kinds": `${P2}message M {\n  optional .a.b.C c=1;\n  repeated  a . b . D d = 2 ;\n  required int32 e=3[default=-5];\n  map < string , .a.B > f = 4;\n  map<int32,bytes>g=5;\n  optional group G=6{optional int32 a=1;}\n  repeated group H = 7 [deprecated=true] { }\n  oneof o{int32 x=8;option (y)=1;}\n  optional string s = 9 [default = "a\\tb"];\n  optional float inf = 10 [default = -inf];\n}\nextend .a.M{optional int32 z=100;}\n`,
  "names that are keywords": `${P3}message message {\n  .message message = 1;\n  string optional = 2;\n  repeated string repeated = 3;\n  map<string, string> map = 4;\n  oneof oneof {\n    bool option = 5;\n  }\n}\nenum enum {\n  reserved_ = 0;\n}\nservice service {\n  rpc rpc(stream message) returns (stream .message);\n}\n`,
  "editions 2024":
    'edition = "2024";\nimport option "o.proto";\nimport "a.proto";\nlocal message M {\n}\nexport enum E {\n  option features.enum_type=CLOSED;\n  E_ZERO=0;\n}\n',
  "empty bodies": `${P3}message M {\n}\nmessage N {  }\nenum E { option allow_alias = true; A = 0; B = 0; }\nservice S {\n\n}\nservice T {\n  rpc A(M) returns (M) {\n  }\n  rpc B(M) returns (M);\n}\n`,
  "semicolons too many": `${P3};\nmessage M {;\n  int32 a = 1;;\n  ;\n  int32 b = 2;\n};\n;\nenum E {\n  Z = 0;\n};\n`,
  "comments of semicolons too many": `${P3}message M {\n  int32 a = 1; ; // of nothing\n  int32 b = 2;\n};  // M ends\n\nmessage N {}\n`,
  "block comments with empty lines": `${P3}/**\n * doc\n\n * more\n */\nmessage M {}\n/* a\n * b */\nmessage N {}\n/*\n * c\n */ message O {}\n`,
  "literals in literals": `${P3}option (a) = {a: {}};\noption (b) = {a: []};\noption (c) = {a: [[1]]};\noption (d) = {a: {b: 1}};\noption (e) = {a: [{}]};\noption (f) = {a: "x" "y"};\noption (g) = {a: <b: 1>};\n`,
  "comments between strings": `${P3}option (a) = "a" // 1\n  "b" // 2\n  "c"; // 3\noption (b) = "a" /* 1 */ "b" /* 2 */ "c" /* 3 */;\nmessage M {\n  string e = 1 [(x) = "a" // 1\n    "b" // 2\n  ];\n}\n`,
  "a comment in front of a comma": `${P3}option (a) = {\n  a: 1 /* comma */, // behind\n  b: 2\n};\n`,
  "end without a line break": `${P3}message M {} // end`,
  "unicode and long lines": `${P3}// Grüße, 世界 🌍\nmessage M {\n  string a_very_long_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on_and_on = 1 [deprecated = true];\n  string b = 2 [json_name = "ключ"];\n}\n`,
}).map(([name, text]) => ({ name, text }));
