import { readFileSync } from "node:fs";
import { HEADERS, type LintCase, of, type Syntax } from "./lint-case.js";

const VALIDATE = "buf/validate/validate.proto";

function rules(name: string, body: string, syntax: Syntax = "proto3", more: string = ""): LintCase {
  return of("PROTOVALIDATE", name, {
    [VALIDATE]: readFileSync(new URL(`../../../validate/proto/${VALIDATE}`, import.meta.url), "utf8"),
    "p/v1/a.proto": `${HEADERS[syntax]}\npackage p.v1;\nimport "${VALIDATE}";\n${more}${body}\n`,
  });
}

/** A field with rules in a message of its own: `field` is its type and, perhaps, what stands in front of it. */
function field(name: string, type: string, options: string, imports: readonly string[] = []): LintCase {
  const imported = imports.map((each) => `import "google/protobuf/${each}.proto";\n`).join("");
  const text = options.startsWith("{") ? `(buf.validate.field) = ${options}` : `(buf.validate.field)${options}`;
  return rules(name, `message M {\n  ${type} f = 1 [${text}];\n}`, "proto3", imported);
}

/** The rule PROTOVALIDATE: rules of fields and messages that make no sense. */
export function protovalidateCases(): LintCase[] {
  return [
    ...typeCases(),
    ...flagCases(),
    ...stringCases(),
    ...numberCases(),
    ...timeCases(),
    ...collectionCases(),
    ...exampleCases(),
    ...messageCases(),
    ...predefinedCases(),
    ...expressionCases(),
    rules(
      "ignored by comments",
      `message M {\n  // buf:lint:ignore PROTOVALIDATE\n  string f = 1 [(buf.validate.field).int32.gt = 1];\n  string g = 2 [(buf.validate.field).int32.gt = 1];\n}`,
    ),
  ];
}

function typeCases(): LintCase[] {
  const scalars = "float double int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64".split(" ");
  const wrappers = ["FloatValue", "DoubleValue", "Int32Value", "Int64Value", "UInt32Value", "UInt64Value"];
  return [
    ...scalars.map((type) => field(`${type} rules of a string`, "string", `.${type}.gt = 1`)),
    ...scalars.map((type) => field(`${type} rules of ${type}`, type, `.${type}.gt = 1`)),
    ...wrappers.map((type) =>
      field(`rules of ${type}`, `google.protobuf.${type}`, `.${type.slice(0, -5).toLowerCase()}.gt = 1`, ["wrappers"]),
    ),
    field("int32 rules of sint32", "sint32", ".int32.gt = 1"),
    field("sint32 rules of a wrapper", "google.protobuf.Int32Value", ".sint32.gt = 1", ["wrappers"]),
    field("bool rules of bytes", "bytes", ".bool.const = true"),
    field("string rules of bytes", "bytes", ".string.min_len = 1"),
    field("bytes rules of a string", "string", "{bytes: {min_len: 1}}"),
    field("enum rules of an int32", "int32", ".enum.defined_only = true"),
    rules(
      "enum rules of an enum",
      "enum E { A = 0; }\nmessage M {\n  E e = 1 [(buf.validate.field).enum.defined_only = true];\n  E g = 2 [(buf.validate.field).int32.gt = 1];\n}",
    ),
    field("any rules of a string", "string", '.any.in = "x"'),
    field("any rules of an any", "google.protobuf.Any", '.any.in = "x"', ["any"]),
    field("duration rules of a timestamp", "google.protobuf.Timestamp", ".duration.gt = {seconds: 1}", ["timestamp"]),
    field("timestamp rules of a message", "M", ".timestamp.gt_now = true"),
    field("field mask rules of a string", "string", '.field_mask.in = "a"'),
    field("string rules of a repeated field", "repeated string", ".string.min_len = 1"),
    field("string rules of a map", "map<string, int32>", ".string.min_len = 1"),
    field("message rules", "M", ".required = true"),
    rules("groups", "message M {\n  optional group G = 1 [(buf.validate.field).string.min_len = 1] {}\n}", "proto2"),
    rules(
      "oneofs",
      "message M {\n  oneof o {\n    option (buf.validate.oneof).required = true;\n    string a = 1 [(buf.validate.field).int32.gt = 1];\n  }\n}",
    ),
  ];
}

function flagCases(): LintCase[] {
  return [
    field("ignore always and nothing else", "string", ".ignore = IGNORE_ALWAYS"),
    field("ignore always beside rules", "string", "{ignore: IGNORE_ALWAYS, string: {min_len: 1}}"),
    field("required and ignored if zero", "string", "{required: true, ignore: IGNORE_IF_ZERO_VALUE}"),
    field("ignored if zero without presence", "string", "{ignore: IGNORE_IF_ZERO_VALUE, string: {min_len: 1}}"),
    field("ignored if zero with presence", "optional string", ".ignore = IGNORE_IF_ZERO_VALUE"),
    field("ignored if zero, a message", "M", ".ignore = IGNORE_IF_ZERO_VALUE"),
    field("ignored if zero, a list", "repeated M", ".ignore = IGNORE_IF_ZERO_VALUE"),
    field("ignored if zero, items", "repeated M", ".repeated.items.ignore = IGNORE_IF_ZERO_VALUE"),
    field(
      "ignored if zero, map values",
      "map<string, M>",
      "{map: {keys: {ignore: IGNORE_IF_ZERO_VALUE}, values: {ignore: IGNORE_IF_ZERO_VALUE}}}",
    ),
    rules(
      "ignored if zero in proto2",
      "message M {\n  optional string f = 1 [(buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];\n}",
      "proto2",
    ),
    rules(
      "ignored if zero in editions",
      "message M {\n  string f = 1 [(buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];\n  string g = 2 [features.field_presence = IMPLICIT, (buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE];\n}",
      "edition2023",
    ),
    rules(
      "required in a oneof",
      "message M {\n  oneof o {\n    string a = 1 [(buf.validate.field).required = true];\n    string b = 2;\n  }\n  optional string c = 3 [(buf.validate.field).required = true];\n}",
    ),
    rules(
      "extensions",
      "message M {\n  extensions 100 to max;\n}\nextend M {\n  optional string e = 100 [(buf.validate.field).required = true];\n  optional string g = 101 [(buf.validate.field) = {ignore: IGNORE_IF_ZERO_VALUE, string: {min_len: 2, max_len: 1}}];\n}",
      "proto2",
    ),
  ];
}

function stringCases(): LintCase[] {
  const all: [name: string, rules: string][] = [
    ["const alone", '{const: "a"}'],
    ["const beside others", '{const: "a", min_len: 1}'],
    ["bounds that fit", "{min_len: 1, max_len: 2}"],
    ["bounds that cross", "{min_len: 3, max_len: 2}"],
    ["bounds that are equal", "{min_len: 2, max_len: 2}"],
    ["len beside bounds", "{len: 2, min_len: 1, max_len: 3}"],
    ["bytes that cross", "{min_bytes: 3, max_bytes: 2}"],
    ["bytes that are equal", "{min_bytes: 3, max_bytes: 3}"],
    ["len_bytes beside bounds", "{len_bytes: 2, min_bytes: 2}"],
    ["more characters than bytes", "{min_len: 3, max_bytes: 2}"],
    ["more bytes than characters have", "{max_len: 2, min_bytes: 9}"],
    ["as many bytes as characters have", "{max_len: 2, min_bytes: 8}"],
    ["a prefix that is too long", '{max_len: 2, prefix: "h\\u00e4\\u00df"}'],
    ["a prefix of too many bytes", '{max_bytes: 4, prefix: "h\\u00e4\\u00df"}'],
    ["parts that must not be there", '{prefix: "abc", suffix: "b", contains: "xbx", not_contains: "b"}'],
    ["parts that fit", '{max_len: 3, prefix: "abc", suffix: "c", not_contains: "d"}'],
    ["strict without a regex", "{strict: false}"],
    ["strict with a regex", "{strict: false, well_known_regex: KNOWN_REGEX_HTTP_HEADER_NAME}"],
    ["strict as it is anyway", "{strict: true}"],
  ];
  const patterns = [
    "^a+$",
    "(",
    "a**",
    "[z-a]",
    "(?=a)",
    "\\\\p{Foo}",
    "a{1001}",
    "a)",
    "\\\\8",
    "x{2,1}",
    "*",
    "[a",
    "(?P<n>a)(?P<n>b)",
    "\\\\",
  ];
  const bytes: [name: string, rules: string][] = [
    ["const beside others", '{const: "a", min_len: 1}'],
    ["bounds that cross", "{min_len: 3, max_len: 2}"],
    ["len beside a bound", "{len: 3, max_len: 4}"],
    ["parts that are too long", '{max_len: 1, prefix: "a\\"", suffix: "\\x01\\\\", contains: "a"}'],
    ["a bad pattern", '{pattern: "("}'],
  ];
  return [
    ...all.map(([name, text]) => field(`string, ${name}`, "string", `{string: ${text}}`)),
    ...patterns.map((pattern) => field(`string, the pattern ${pattern}`, "string", `.string.pattern = "${pattern}"`)),
    ...bytes.map(([name, text]) => field(`bytes, ${name}`, "bytes", `{bytes: ${text}}`)),
    rules(
      "string, set field by field",
      "message M {\n  string f = 1 [(buf.validate.field).string.min_len = 3, (buf.validate.field).string.max_len = 2];\n  string g = 2 [(buf.validate.field).string = {min_len: 2 max_len: 2}];\n}",
    ),
  ];
}

function numberCases(): LintCase[] {
  const all: [name: string, rules: string][] = [
    ["const alone", "{const: 1}"],
    ["const beside others", "{const: 1, gt: 0}"],
    ["a range", "{gt: 0, lt: 5}"],
    ["what is outside a range", "{gt: 5, lt: 0}"],
    ["equal and inclusive", "{gte: 1, lte: 1}"],
    ["equal and exclusive", "{gt: 1, lt: 1}"],
    ["equal and half open", "{gte: 1, lt: 1}"],
    ["equal and open at the other end", "{gt: 1, lte: 1}"],
    ["const and equal bounds", "{const: 1, gte: 1, lte: 1}"],
  ];
  return [
    ...["int32", "uint64", "double"].flatMap((type) =>
      all.map(([name, text]) => field(`${type}, ${name}`, type, `{${type}: ${text}}`)),
    ),
    field("float, NaN", "float", "{float: {const: nan}}"),
    field("double, NaN in bounds", "double", "{double: {gt: nan, lte: nan}}"),
    field("double, NaN in lists", "double", "{double: {in: [1, nan], not_in: nan}}"),
    field("double, finite", "double", "{double: {finite: true}}"),
    rules(
      "enum, const beside others",
      "enum E { A = 0; }\nmessage M {\n  E f = 1 [(buf.validate.field).enum = {const: 0, defined_only: true}];\n}",
    ),
  ];
}

function timeCases(): LintCase[] {
  const durations: [name: string, rules: string][] = [
    ["const beside others", "{const: {seconds: 1}, gt: {}}"],
    ["equal bounds", "{gte: {seconds: 1}, lte: {seconds: 1}}"],
    ["equal and exclusive", "{gt: {seconds: 1, nanos: 5}, lt: {seconds: 1, nanos: 5}}"],
    ["nanos out of range", "{gt: {nanos: 1000000000}}"],
    ["different signs", "{gt: {seconds: 1, nanos: -1}}"],
    ["too long", "{lt: {seconds: 9223372037}}"],
    ["bounds that fit", "{gt: {seconds: 1}, lt: {seconds: 2}}"],
  ];
  const timestamps: [name: string, rules: string][] = [
    ["before its time", "{gt: {seconds: -62135596801}}"],
    ["after its time", "{lt: {seconds: 253402300800}}"],
    ["nanos out of range", "{const: {nanos: -1}}"],
    ["equal bounds", "{gte: {seconds: 1}, lte: {seconds: 1}}"],
    ["before and after now", "{lt_now: true, gt_now: false}"],
    ["within nothing", "{within: {}}"],
    ["within less than nothing", "{within: {seconds: -5}}"],
    ["within a bad duration", "{within: {seconds: 1, nanos: -1}}"],
    ["within an hour", "{within: {seconds: 3600}}"],
  ];
  return [
    ...durations.map(([name, text]) =>
      field(`duration, ${name}`, "google.protobuf.Duration", `{duration: ${text}}`, ["duration"]),
    ),
    ...timestamps.map(([name, text]) =>
      field(`timestamp, ${name}`, "google.protobuf.Timestamp", `{timestamp: ${text}}`, ["timestamp"]),
    ),
    field(
      "field mask, paths wanted and unwanted",
      "google.protobuf.FieldMask",
      '{field_mask: {in: ["a", "b"], not_in: ["b"]}}',
      ["field_mask"],
    ),
    field("field mask, const", "google.protobuf.FieldMask", '{field_mask: {const: {paths: "a"}, in: "a"}}', [
      "field_mask",
    ]),
  ];
}

function collectionCases(): LintCase[] {
  return [
    field("repeated rules of a string", "string", ".repeated.min_items = 1"),
    field("repeated rules of a map", "map<string, string>", ".repeated.min_items = 1"),
    field("map rules of a list", "repeated string", ".map.min_pairs = 1"),
    field("items, more than there may be", "repeated string", "{repeated: {min_items: 2, max_items: 1}}"),
    field("items, as many as there may be", "repeated string", "{repeated: {min_items: 2, max_items: 2}}"),
    field("unique messages", "repeated M", ".repeated.unique = true"),
    field("unique wrappers", "repeated google.protobuf.Int32Value", ".repeated.unique = true", ["wrappers"]),
    field("unique values", "repeated google.protobuf.Value", ".repeated.unique = true", ["struct"]),
    field("required items", "repeated string", ".repeated.items.required = true"),
    field("items of another type", "repeated string", ".repeated.items.int32.gt = 1"),
    field("bounds of items", "repeated string", "{repeated: {items: {string: {min_len: 3, max_len: 2}}}}"),
    field("items of items", "repeated string", ".repeated.items.repeated.min_items = 1"),
    field("pairs, more than there may be", "map<string, int32>", "{map: {min_pairs: 2, max_pairs: 1}}"),
    field(
      "keys and values of another type",
      "map<string, int32>",
      "{map: {keys: {int32: {gt: 1}}, values: {string: {min_len: 1}}}}",
    ),
    field(
      "bounds of keys and values",
      "map<string, int32>",
      "{map: {keys: {string: {min_len: 3, max_len: 2}}, values: {int32: {gte: 1, lte: 1}}}}",
    ),
    field(
      "required keys and values",
      "map<string, int32>",
      "{map: {keys: {required: true}, values: {required: true}}}",
    ),
    field(
      "map rules that fit",
      "map<string, int32>",
      "{map: {min_pairs: 1, keys: {string: {min_len: 1}}, values: {int32: {gt: 1}}}}",
    ),
  ];
}

function exampleCases(): LintCase[] {
  return [
    field("examples without rules", "string", '{string: {example: "a"}}'),
    field("examples that fit", "string", '{string: {min_len: 1, example: ["a", "b"]}}'),
    field("examples that do not fit", "string", '{string: {min_len: 2, example: ["a", "bc"]}}'),
    field("examples, each its own", "string", '{string: {min_len: 2, example: "a", example: ""}}'),
    field("examples and required", "string", '{required: true, string: {min_len: 1, example: ""}}'),
    field("examples, const", "int32", "{int32: {const: 3, example: [3, 4]}}"),
    field("examples, int64", "int64", "{int64: {gt: 3, example: [3, 4]}}"),
    field("examples, double", "double", "{double: {gt: 3, example: [2.5, 1e30]}}"),
    field("examples, float", "float", "{float: {lt: 0.05, example: 0.1}}"),
    field("examples, bool", "bool", "{bool: {const: true, example: false}}"),
    field("examples, bytes", "bytes", '{bytes: {min_len: 3, example: "ab"}}'),
    field("examples, email", "string", '{string: {email: true, example: ["a@b.c", "a"]}}'),
    field(
      "examples, CEL",
      "string",
      '{cel: {id: "a", message: "no", expression: "this != \'b\'"}, string: {example: "b"}}',
    ),
    field("examples, a bad expression", "string", '{cel: {id: "a", expression: "this > 1"}, string: {example: "b"}}'),
    field("examples, items", "repeated string", '{repeated: {items: {string: {min_len: 2, example: "a"}}}}'),
    field(
      "examples, keys and values",
      "map<string, int32>",
      '{map: {keys: {string: {min_len: 2, example: "a"}}, values: {int32: {gt: 2, example: 1}}}}',
    ),
    field("examples, a wrapper", "google.protobuf.Int32Value", "{int32: {gt: 2, example: 1}}", ["wrappers"]),
    field("examples, a duration", "google.protobuf.Duration", "{duration: {gt: {seconds: 5}, example: {seconds: 1}}}", [
      "duration",
    ]),
    field(
      "examples, a timestamp",
      "google.protobuf.Timestamp",
      "{timestamp: {lt: {seconds: 5}, example: {seconds: 9, nanos: 3}}}",
      ["timestamp"],
    ),
    rules(
      "examples, an enum",
      "enum E { A = 0; B = 1; }\nmessage M {\n  E f = 1 [(buf.validate.field).enum = {defined_only: true, example: [1, 7]}];\n}",
    ),
    rules(
      "examples, rules of others",
      'message M {\n  string f = 1 [(buf.validate.field).string = {min_len: 1, example: "x"}];\n  string g = 2 [(buf.validate.field).required = true];\n}',
    ),
    rules(
      "examples, in a oneof",
      'message M {\n  oneof o {\n    string f = 1 [(buf.validate.field).string = {min_len: 2, example: "x"}];\n  }\n}',
    ),
  ];
}

function messageCases(): LintCase[] {
  const message = (name: string, options: string): LintCase =>
    rules(name, `message M {\n${options}\n  string a = 1;\n  string b = 2;\n  repeated int32 c = 3;\n}`);
  return [
    message("oneof of fields", '  option (buf.validate.message).oneof = {fields: ["a", "b"]};'),
    message("oneof of none", "  option (buf.validate.message).oneof = {};"),
    message("oneof of one twice", '  option (buf.validate.message).oneof = {fields: ["a", "a"]};'),
    message("oneof of what is not there", '  option (buf.validate.message).oneof = {fields: ["a", "x"]};'),
    message(
      "oneofs that share",
      '  option (buf.validate.message).oneof = {fields: ["a", "b"]};\n  option (buf.validate.message).oneof = {fields: ["b", "c"]};',
    ),
    message(
      "cel that holds",
      '  option (buf.validate.message).cel = {id: "x", message: "y", expression: "this.a != this.b"};',
    ),
    message("cel with a bad id", '  option (buf.validate.message).cel = {id: "a b", expression: "true"};'),
    message(
      "cel with one id twice",
      '  option (buf.validate.message).cel = {id: "a", expression: "true"};\n  option (buf.validate.message).cel = {id: "a", expression: "false"};',
    ),
    message("cel without an expression", '  option (buf.validate.message).cel = {id: "a", expression: " "};'),
    message(
      "cel with a message too many",
      `  option (buf.validate.message).cel = {id: "a", message: "m", expression: "this.a == '' ? 'x' : ''"};`,
    ),
    message("cel that is a number", '  option (buf.validate.message).cel = {id: "a", expression: "this.c.size()"};'),
    message("cel with an unknown field", '  option (buf.validate.message).cel = {id: "a", expression: "this.x == 1"};'),
    message(
      "cel expressions",
      '  option (buf.validate.message).cel_expression = "this.a == this.c";\n  option (buf.validate.message).cel_expression = "this.a == \'\'";\n  option (buf.validate.message).cel_expression = "";',
    ),
    message(
      "cel in one option",
      '  option (buf.validate.message) = {\n    cel: {id: "a", expression: "this.x"}\n    cel: {id: "b", expression: "1"}\n  };',
    ),
  ];
}

function predefinedCases(): LintCase[] {
  const extend = (name: string, type: string, rule: string, expression: string): LintCase =>
    rules(
      name,
      `extend buf.validate.${type} {\n  optional ${rule} mine = 50000 [(buf.validate.predefined).cel = {\n    id: "mine"\n    expression: "${expression}"\n  }];\n}`,
      "proto2",
    );
  return [
    extend("predefined that holds", "StringRules", "int32", "size(this) < rule"),
    extend("predefined of another type", "StringRules", "int32", "this < rule"),
    extend("predefined with other rules", "Int32Rules", "int32", "this < rule && rules.gt < 5"),
    extend("predefined with an unknown rule", "Int32Rules", "int32", "rules.nothing"),
    extend("predefined for lists", "RepeatedRules", "bool", "this.all(x, x > 1)"),
    extend("predefined for maps", "MapRules", "bool", "this.all(k, this[k] == 1 && rule)"),
    extend("predefined for times", "TimestampRules", "int32", "this < now && rule > 1"),
    extend("predefined for unsigned numbers", "UInt32Rules", "uint32", "this + rule"),
    rules(
      "predefined, used with examples",
      'extend buf.validate.StringRules {\n  optional int32 most = 50001 [(buf.validate.predefined).cel = {\n    id: "most"\n    message: "too long"\n    expression: "size(this) <= rule"\n  }];\n}\nmessage M {\n  optional string f = 1 [(buf.validate.field).string = {[p.v1.most]: 2, example: ["ab", "abc"]}];\n  optional string g = 2 [(buf.validate.field).string = {const: "ab", [p.v1.most]: 2, example: "ab"}];\n  optional string h = 3 [(buf.validate.field).string = {const: "ab", [p.v1.most]: 2}];\n}',
      "proto2",
    ),
  ];
}

function expressionCases(): LintCase[] {
  const expressions: [type: string, expression: string][] = [
    ["string", "this.size() > 3"],
    ["string", "this > 3"],
    ["string", "this.startsWith(1)"],
    ["string", "this.startsWith('a') && this.endsWith('b') || this.contains('c')"],
    ["string", "this.matches('a') ? '' : 1"],
    ["string", "[this, 1].exists(x, x == 'a')"],
    ["string", "{'a': 1}[this] > 0"],
    ["string", "this.isEmail() && this.isHostname() && this.isIp(4) && this.isUri() && !this.isHostAndPort(true)"],
    ["string", "this.isIp('4')"],
    ["string", "nothing(this)"],
    ["string", "this.nothing()"],
    ["string", "thing"],
    ["string", "thing.other"],
    ["string", "this.thing"],
    ["string", "this"],
    ["string", "null"],
    ["string", "this == null"],
    ["string", "!this"],
    ["string", "-this"],
    ["string", "this in ['a', 'b']"],
    ["string", "this in [1, 2]"],
    ["string", "this in {'a': 1}"],
    ["string", "type(this) == string"],
    ["string", "int(this) < 4 && double(this) < 3.5 && uint(this) < 2u"],
    ["string", "duration(this) < duration('1h') && timestamp(this) > now"],
    ["string", "this.split(',').map(x, int(x)).all(y, y > 1)"],
    ["string", "this.split(',').map(x, x.size() > 1, x + 'a').join('-') == this.lowerAscii().trim()"],
    ["string", "this.split(',').exists_one(x, x)"],
    ["string", "dyn(this) == 1"],
    ["string", "getField(this, 'a') == 1"],
    ["string", "p.v1.E.A == 0"],
    ["string", "p.v1.N{s: 1}.s == this"],
    ["string", "p.v1.N{s: this}.s == this"],
    ["string", "p.v1.X{}"],
    ["string", "p.v1.N{nothing: 1} == p.v1.N{}"],
    ["string", "b'a' + bytes(this) == b'ab'"],
    ["string", "'%s'.format([this]) == ''"],
    ["string", "strings.quote(this) == this.reverse()"],
    ["int32", "this > 1 && this < 2u && this <= 1.5"],
    ["int32", "this + 1u == 2u"],
    ["int32", "this % 2 == 0"],
    ["int32", "this % 2"],
    ["int32", "this.all(x, x)"],
    ["int32", "1 ? true : false"],
    ["int32", "this && true"],
    ["int32", "this == 'a' || 1 == true"],
    ["uint64", "this > 1"],
    ["double", "this.isNan() || this.isInf(1)"],
    ["bytes", "this.size() == 1 && this[0] == 1"],
    ["bytes", "this.startsWith(b'a')"],
    ["bool", "this"],
    ["repeated int32", "this.all(x, x > 1) && this.unique()"],
    ["repeated int32", "this.all(x, x.startsWith('a'))"],
    ["repeated int32", "this[0] + this['a']"],
    ["repeated int32", "this + ['a'] == []"],
    ["repeated N", "this.unique()"],
    ["repeated N", "this.filter(n, has(n.s)).map(n, n.s) == ['a']"],
    ["repeated N", "this.map(n, n.x)"],
    ["map<string, int32>", "this.all(k, this[k] > 1)"],
    ["map<string, int32>", "this.all(k, k > 1)"],
    ["map<string, int32>", "this.a > 1 && has(this.b)"],
    ["map<string, N>", "this['a'].s == 1"],
    ["N", "this.s == '' && this.n.n.s == 'x' && this.list.size() > 1"],
    ["N", "has(this.s) && has(this.nothing)"],
    ["N", "this.w > 1 && this.w == null"],
    ["N", "this.w.value > 1"],
    ["N", "this.t > now && this.d < duration('1s')"],
    ["N", "this.t - this.t > this.d && this.t.getFullYear() == 2000"],
    ["N", "this.t - this.d == this.d"],
    ["N", "this.any == this.n"],
    ["N", "this.struct.a.b == 1 && this.value.c[0] == 'x' && this.values[0] == 1"],
    ["N", "this.e == p.v1.E.A && this.e == 'A'"],
    ["N", "this.dict['a'].startsWith('x') && this.dict[1] == ''"],
    ["N", "this"],
    ["google.protobuf.Int32Value", "this > 1"],
    ["google.protobuf.Int32Value", "this + 'a' == ''"],
    ["google.protobuf.Timestamp", "this < now"],
    ["google.protobuf.Any", "this == 1"],
  ];
  const broken = [
    "this +",
    "x y",
    "(this",
    "this.",
    "'a",
    "1 = 2",
    "this ? true",
    "a.?b",
    "this.all(1, true)",
    "has(this)",
    "@",
    "[1, 2",
    "{1}",
  ];
  const imports = ["any", "duration", "struct", "timestamp", "wrappers"];
  const types = `enum E { A = 0; }
message N {
  string s = 1;
  N n = 2;
  repeated N list = 3;
  google.protobuf.UInt32Value w = 4;
  google.protobuf.Timestamp t = 5;
  google.protobuf.Duration d = 6;
  google.protobuf.Any any = 7;
  google.protobuf.Struct struct = 8;
  google.protobuf.Value value = 9;
  google.protobuf.ListValue values = 10;
  E e = 11;
  map<string, string> dict = 12;
}
`;
  const one = (name: string, type: string, expression: string): LintCase =>
    rules(
      name,
      `${types}message M {\n  ${type} f = 1 [(buf.validate.field).cel = {id: "a", expression: "${expression.replaceAll("\\", "\\\\")}"}];\n}`,
      "proto3",
      imports.map((each) => `import "google/protobuf/${each}.proto";\n`).join(""),
    );
  return [
    ...expressions.map(([type, expression]) => one(`${type}: ${expression}`, type, expression)),
    ...broken.map((expression) => one(`broken: ${expression}`, "string", expression)),
    field("cel_expression", "string", '.cel_expression = "this > 1"'),
    field(
      "cel of a list and its items",
      "repeated string",
      '{cel: {id: "a", expression: "this > 1"}, repeated: {items: {cel: {id: "b", expression: "this > 1"}}}}',
    ),
    field(
      "cel of keys and values",
      "map<string, int32>",
      '{map: {keys: {cel: {id: "a", expression: "this > 1"}}, values: {cel: {id: "b", expression: "this > \'\'"}}}}',
    ),
  ];
}
