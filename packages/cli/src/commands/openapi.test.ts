import assert from "node:assert/strict";
import { test } from "node:test";
import { Sandbox } from "../testing/sandbox.js";

const NOTES = `syntax = "proto3";
package notes.v1;
import "google/api/annotations.proto";
import "google/api/field_behavior.proto";
// Keeps notes.
service Notes {
  // Gives one note. Others are not given.
  rpc Get(GetRequest) returns (Note) { option (google.api.http).get = "/v1/notes/{id}"; }
  rpc Put(Note) returns (Note) { option (google.api.http) = { put: "/v1/notes/{id}" body: "*" }; }
  rpc Talk(stream Note) returns (stream Note) { option (google.api.http) = { post: "/v1/talk" body: "*" }; }
  rpc Hidden(Note) returns (Note);
}
message GetRequest { int64 id = 1; bool whole = 2; }
message Note {
  int64 id = 1 [(google.api.field_behavior) = OUTPUT_ONLY];
  // What it says.
  string text = 2 [(google.api.field_behavior) = REQUIRED];
  map<string, Note> kin = 3;
  oneof place { string url = 4; Color color = 5; }
}
enum Color { COLOR_UNSPECIFIED = 0; COLOR_RED = 1; }
`;

function project(files: Readonly<Record<string, string>>): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write(files);
  return sandbox;
}

test("describes what can be called over REST, on stdout", async () => {
  using sandbox = project({ "proto/notes.proto": NOTES });
  const { code, stdout, stderr } = await sandbox.run("openapi");
  assert.deepEqual([code, stderr], [0, ""]);
  const { info, paths, components } = JSON.parse(stdout);
  assert.deepEqual(info, { title: "notes.v1.Notes", version: "v1" });
  assert.deepEqual(Object.keys(paths), ["/v1/notes/{id}"]);
  const { get, put } = paths["/v1/notes/{id}"];
  assert.deepEqual([get.summary, get.description], ["Gives one note", "Gives one note. Others are not given."]);
  assert.deepEqual(
    get.parameters.map(({ name, schema }: { name: string; schema: object }) => [name, schema]),
    [
      ["id", { type: "string" }],
      ["whole", { type: "boolean" }],
    ],
  );
  // What is in the path is not in the body.
  const body = put.requestBody.content["application/json"].schema;
  assert.deepEqual(Object.keys(body.properties), ["text", "kin", "url", "color"]);
  assert.deepEqual(body.required, ["text"]);
  const note = components.schemas["notes.v1.Note"];
  assert.equal(note.properties.id.readOnly, true);
  assert.equal(note.properties.text.description, "What it says.");
  assert.match(note.description, /At most one of `url`, `color`\./);
  assert.deepEqual(note.properties.kin.additionalProperties, { $ref: "#/components/schemas/notes.v1.Note" });
  assert.deepEqual(components.schemas["notes.v1.Color"].enum, ["COLOR_UNSPECIFIED", "COLOR_RED"]);
});

test("--format yaml, --out, --title, --api-version, --server", async () => {
  using sandbox = project({ "api/notes.proto": NOTES });
  const args = ["--title", "My notes", "--api-version", "7", "--server", "https://a.test", "--server", "/"];
  const { code, stdout } = await sandbox.run("openapi", "api", "--format", "yaml", "--out", "api.yaml", ...args);
  assert.deepEqual([code, stdout], [0, ""]);
  assert.match(
    sandbox.read("api.yaml"),
    /^openapi: 3\.1\.1\ninfo:\n {2}title: My notes\n {2}version: "7"\nservers:\n {2}- url: https:\/\/a\.test\n {2}- url: \/\n/,
  );
});

test("--service names what is described", async () => {
  using sandbox = project({ "proto/notes.proto": NOTES });
  const whole = JSON.parse((await sandbox.run("openapi", "--service", "notes.v1.Notes")).stdout);
  assert.equal(whole.tags[0].description, "Keeps notes.");
});

const MISTAKES: [what: string, files: Record<string, string>, args: string[], code: number, says: RegExp][] = [
  [
    "no rule at all",
    { "proto/a.proto": 'syntax = "proto3"; service A {}' },
    [],
    1,
    /no method has a rule .*\nhelp: import/,
  ],
  [
    "a template that can't be read",
    { "proto/a.proto": NOTES.replace("{id}", "{id") },
    [],
    1,
    /Notes\/Get: the path template/,
  ],
  ["a broken file", { "proto/a.proto": "syntax = 3;" }, [], 1, /^proto\/a\.proto:1:10: error/],
  [
    "a service that is not there",
    { "proto/a.proto": NOTES },
    ["--service", "X"],
    1,
    /no service X\nhelp: there are: notes/,
  ],
  ["an input that is not there", {}, ["nowhere"], 1, /nowhere does not exist/],
  ["an output that can't be", { "proto/a.proto": NOTES }, ["-o", "no/where.json"], 1, /cannot write no\/where\.json/],
  ["another format", { "proto/a.proto": NOTES }, ["--format", "xml"], 2, /json, yaml/],
];

for (const [what, files, args, wanted, says] of MISTAKES) {
  test(`${what} is an error that says what to do`, async () => {
    using sandbox = project(files);
    const { code, stdout, stderr } = await sandbox.run("openapi", ...args);
    assert.deepEqual([code, stdout], [wanted, ""]);
    assert.match(stderr, says);
  });
}
