import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileSchema } from "../testing/compile-schema.js";
import { listRows, splitName } from "./search.js";

const schema = compileSchema(
  `syntax = "proto3";
package notes.v1;
// Keeps notes.
service Notes {
  // Finds one.
  rpc Get(Note) returns (Note);
  rpc Watch(Note) returns (stream Note) { option deprecated = true; }
}
service Archive { rpc GetOld(Note) returns (Note); }
message Note {
  // Its number.
  int64 id = 1;
  string old = 2 [deprecated = true];
}`,
  ["notes.v1.Notes", "notes.v1.Archive", "notes.v1.Missing"],
);

test("a schema has services in the order that the server gave, with comments; one without a descriptor is left out", () => {
  assert.deepEqual(
    schema.services.map(({ name, comment }) => [name, comment]),
    [
      ["notes.v1.Notes", "Keeps notes."],
      ["notes.v1.Archive", ""],
    ],
  );
  const get = schema.methods.get("notes.v1.Notes/Get");
  assert.equal(get?.comment, "Finds one.");
  assert.equal(get?.kind, "unary");
  assert.equal(get?.deprecated, false);
  assert.equal(schema.methods.get("notes.v1.Notes/Watch")?.deprecated, true);
  assert.equal(schema.comments.get("notes.v1.Note.id"), "Its number.");
  assert.deepEqual([...schema.deprecated], ["notes.v1.Notes.Watch", "notes.v1.Note.old"]);
});

const names = (query: string, folded: string[] = []): string[] =>
  listRows(schema.services, query, new Set(folded)).map((row) =>
    row.kind === "service" ? row.service.name : row.method.name,
  );

test("the list shows services and their methods, or those that have every word of the query", () => {
  assert.deepEqual(names(""), ["notes.v1.Notes", "Get", "Watch", "notes.v1.Archive", "GetOld"]);
  assert.deepEqual(names("", ["notes.v1.Notes"]), ["notes.v1.Notes", "notes.v1.Archive", "GetOld"]);
  assert.deepEqual(names("GET", ["notes.v1.Notes"]), ["notes.v1.Notes", "Get", "notes.v1.Archive", "GetOld"]);
  assert.deepEqual(names("archive get"), ["notes.v1.Archive", "GetOld"]);
  assert.deepEqual(names("Notes/Wa"), ["notes.v1.Notes", "Watch"]);
  assert.deepEqual(names("nothing"), []);
});

test("a full name is split at its last dot", () => {
  assert.deepEqual(splitName("notes.v1.Notes"), ["notes.v1", "Notes"]);
  assert.deepEqual(splitName("Notes"), ["", "Notes"]);
});

test("the page speaks to the console's service as the server does: the generated code of both is the same", () => {
  const [own, theirs] = [
    "../../src/schema/console.pb.ts",
    "../../../cli/src/console/gen/hawser/console/v1/console.pb.ts",
  ].map((path) => readFileSync(new URL(path, import.meta.url), "utf8"));
  assert.equal(own, theirs, "copy the server's console.pb.ts to packages/console/src/schema");
});
