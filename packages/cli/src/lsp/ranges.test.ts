import assert from "node:assert/strict";
import { test } from "node:test";
import { indexFile } from "./index-file.js";
import { documentOf, tokenRange } from "./ranges.js";

test("ranges of tokens are those that the library for documents finds, whatever ends the lines", () => {
  const text = [
    'syntax = "proto3";',
    "message \u00dcM {\r\n  string\ta = 1; /* \ud83d\ude00 */ string b = 2;\r// c\r\r\n\n",
    "  int32 c = 3; 'unclosed",
    '\n "a\\\nb" `$ \u2028 "',
  ].join("\n");
  for (const each of [text, text.replaceAll("\n", "\r"), text.replaceAll("\n", "\r\n"), "", "\n", "a"]) {
    const file = indexFile("a.proto", "/a.proto", each);
    const { starts, ends, count } = file.tokens;
    const document = documentOf(file);
    for (let first = 0; first < count; first++) {
      for (const last of [first, count - 1]) {
        assert.deepEqual(tokenRange(file, first, last), {
          start: document.positionAt(starts[first]!),
          end: document.positionAt(ends[last]!),
        });
      }
    }
  }
});
