import assert from "node:assert/strict";
import { test } from "node:test";
import { BadRequest, Help } from "hawser/google-rpc";
import { create } from "hawser/protobuf";
import { packAny } from "hawser/wkt";
import { All, everything } from "../testing/everything.cases.js";
import {
  type CallMessage,
  CallMessages,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGES,
  messageJson,
  messagePreview,
} from "./call-messages.js";
import { errorDetails, isWebLink, nameInWords } from "./error-details.js";
import { formatBytes, formatMs, parseDuration } from "./format.js";
import { metadataOf, metadataProblem } from "./metadata-rows.js";

const message = (number: number, bytes = 10, value: unknown = {}): CallMessage => ({
  number,
  direction: "in",
  atMs: number,
  bytes,
  type: All,
  value,
});

test("of a stream without end the last messages are kept", () => {
  const messages = new CallMessages();
  const count = 3 * MAX_MESSAGES + 7;
  for (let i = 1; i <= count; i++) messages.push(message(i));
  assert.equal(messages.length, MAX_MESSAGES);
  assert.equal(messages.dropped, count - MAX_MESSAGES);
  assert.equal(messages.at(0)?.number, count - MAX_MESSAGES + 1);
  assert.equal(messages.at(MAX_MESSAGES - 1)?.number, count);
  assert.equal(messages.at(MAX_MESSAGES), undefined);
});

test("of large messages no more are kept than memory is given, and the last always", () => {
  const messages = new CallMessages();
  for (let i = 1; i <= 5; i++) messages.push(message(i, MAX_MESSAGE_BYTES / 2));
  assert.equal(messages.length, 2);
  messages.push(message(6, MAX_MESSAGE_BYTES * 2));
  assert.equal(messages.length, 1);
  assert.equal(messages.at(0)?.number, 6);
});

test("a message is shown in ProtoJSON, with Any unpacked; one of an unknown type says so and shows the rest", () => {
  const { registry } = everything;
  const known = { ...(create(All, { fInt32: 1 }) as object), any: packAny(All, { fString: "<b>" }) };
  assert.deepEqual(JSON.parse(messageJson(message(1, 1, create(All, known)), registry)), {
    fInt32: 1,
    any: { "@type": "type.googleapis.com/all.v1.All", fString: "<b>" },
  });
  const unknown = create(All, { fInt64: 5n, any: { typeUrl: "x/not.Known", value: new Uint8Array([1, 2]) } });
  const shown = JSON.parse(messageJson(message(1, 1, unknown), registry));
  assert.match(shown["not ProtoJSON"], /not\.Known/);
  assert.equal(shown.message.fInt64, "5");
  assert.equal(shown.message.any.value, "AQI=");
  assert.equal(messagePreview(message(1, 1, create(All, { fString: "x".repeat(1000) })), registry).length, 300);
});

test("details of an error are unpacked: those of google.rpc, those of the schema, and bytes of what is neither", () => {
  const details = errorDetails(
    [
      packAny(BadRequest, { fieldViolations: [{ field: "ship", description: "is missing" }] }),
      packAny(All, { fInt32: 7 }),
      { typeUrl: "x/not.Known", value: new Uint8Array([1]) },
      { typeUrl: "type.googleapis.com/google.rpc.Help", value: new Uint8Array([255]) },
    ],
    everything.registry,
  );
  assert.deepEqual(
    details.map(({ typeName, title, json }) => [typeName, title, json]),
    [
      [
        "google.rpc.BadRequest",
        "What was wrong with the request",
        { fieldViolations: [{ field: "ship", description: "is missing" }] },
      ],
      ["all.v1.All", "all.v1.All", { fInt32: 7 }],
      ["not.Known", "not.Known", undefined],
      [Help.typeName, "Help", undefined],
    ],
  );
  assert.equal(details[2]?.raw, "AQ==");
});

test("links are pages of the web and nothing that runs", () => {
  assert.equal(isWebLink("https://example.com/a"), true);
  for (const text of ["javascript:alert(1)", "data:text/html,x", "https://", "//x", "see https://x.y", "vbscript:x"]) {
    assert.equal(isWebLink(text), false, text);
  }
});

test("names, times and sizes in words", () => {
  assert.equal(nameInWords("fieldViolations"), "Field violations");
  assert.equal(nameInWords("old_name"), "Old name");
  assert.deepEqual([0.4219, 12.34, 123.4, 1234, 61_000].map(formatMs), [
    "0.42 ms",
    "12.3 ms",
    "123 ms",
    "1.23 s",
    "1 min 1 s",
  ]);
  assert.deepEqual([5, 1536, 5 * 1024 * 1024].map(formatBytes), ["5 B", "1.5 KiB", "5.0 MiB"]);
  assert.deepEqual(
    ["500", "500ms", "2s", "1.5 s", "2m", "1h"].map(parseDuration),
    [500, 500, 2000, 1500, 120_000, 3_600_000],
  );
  for (const text of ["", "x", "-1", "0", "1d", "1e9", "99999999h"]) assert.equal(parseDuration(text), undefined, text);
});

test("metadata is sent of the rows that are on, with bytes of base64 and variables filled in", () => {
  const row = (name: string, value: string, on = true) => ({ name, value, on });
  const metadata = metadataOf(
    [row("X-Key", "{{a}}"), row("x-off", "1", false), row("", "x"), row("x-bytes-bin", "AQI"), row("x-key", "2")],
    (text) => text.replace("{{a}}", "1"),
  );
  assert.deepEqual(metadata.getAll("x-key"), ["1", "2"]);
  assert.deepEqual(metadata.get("x-bytes-bin"), new Uint8Array([1, 2]));
  assert.equal(metadata.size, 3);
  assert.equal(metadataProblem(row("x-key", "{{ü}}")), undefined);
  assert.equal(metadataProblem(row("", "")), undefined);
  assert.match(metadataProblem(row("", "x")) ?? "", /name is missing/);
  assert.match(metadataProblem(row("x y", "x")) ?? "", /x y/);
  assert.match(metadataProblem(row("x-bin", "?")) ?? "", /not base64/);
  assert.match(metadataProblem(row("x", "\n")) ?? "", /./);
  assert.match(metadataProblem(row("grpc-timeout", "1S")) ?? "", /./);
  assert.equal(metadataProblem(row("x y", "x", false)), undefined);
});
