import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "@hawser/compiler";
import { CliError } from "../../cli-error.js";
import { NOTES_PROTO } from "../../testing/notes-server.js";
import { schemaOf } from "../mock-schema.js";
import { parseScript } from "./parse-script.js";

const FILE = "notes/v1/notes.proto";
const { files } = compile({ files: [FILE], read: (name) => (name === FILE ? NOTES_PROTO : undefined) });
const SCHEMA = schemaOf("proto/", files, new Set([FILE]));

for (const [what, script, message, help] of [
  ["no YAML", "- {method: ", /^mock\.yaml:1:\d+: this is not YAML/, ""],
  ["no rule", "- 5", /^mock\.yaml:1: should have keys and values/, ""],
  ["an unknown key", "- metod: x", /^mock\.yaml:1: metod is not a key/, "known are method, request"],
  [
    "an unknown method",
    "\n- method: Notes/Gone",
    /^mock\.yaml:2: there is no method Notes\/Gone/,
    "there are notes.v1.Notes/Get",
  ],
  [
    "a reply of another type",
    "- {method: Notes/Get, reply: {count: 1}}",
    /^mock\.yaml:1: .*no such field/,
    "has the fields id, text",
  ],
  [
    "a value deep within",
    "- method: Notes/Watch\n  replies:\n    - text: a\n    - labels:\n        a: 1\n",
    /^mock\.yaml:5: .*labels/,
    "",
  ],
  ["a request that cannot be", "- {method: Notes/Get, request: {id: x}}", /^mock\.yaml:1: .*"x" is not an int64/, ""],
  ["a pattern that is none", '- {method: Notes/Get, request: {id: {matches: "("}}}', /no regular expression/, ""],
  [
    "a reply and an error",
    "- {method: Notes/Get, reply: {}, error: {code: ABORTED}}",
    /a reply or an error/,
    "leave one out",
  ],
  ["replies of a unary method", "- {method: Notes/Get, replies: [{}]}", /gives one reply/, "write reply:"],
  ["each of a unary method", "- {method: Notes/Get, each: {}}", /does not answer each request/, "write reply:"],
  ["an unknown code", "- error: {code: NOPE}", /NOPE is no code/, "NOT_FOUND"],
  ["OK as an error", "- error: {code: OK}", /OK is no code of an error/, ""],
  [
    "a detail without a type",
    "- error: {code: ABORTED, details: [{}]}",
    /a detail needs its type/,
    "google.rpc.BadRequest",
  ],
  ["a share above all", "- chance: 500%", /500% is no share/, "write 5%"],
  ["a delay that is none", "- delay: soon", /soon is no duration/, "write 50ms"],
  ["a delay that runs backwards", "- delay: 2s..1s", /no duration/, ""],
  ["metadata of HTTP", '- header: {":path": x}', /metadata key ":path"/, ""],
  [
    "a template of nothing",
    '- {method: Notes/Get, reply: {text: "{{foo}}"}}',
    /\{\{foo\}\} stands for nothing/,
    "{{index}}",
  ],
  [
    "aliases without end",
    `a: &a [x,x,x,x,x,x,x,x,x,x]\nrules:\n - method: Notes/Get\n   reply: {labels: {a: [*a,*a]}}`,
    /a is not a key/,
    "",
  ],
] as const) {
  test(`a bad script: ${what}`, () => {
    assert.throws(
      () => parseScript(script, "mock.yaml", SCHEMA),
      (error) => {
        assert.ok(error instanceof CliError && error.help.includes(help), String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  });
}
