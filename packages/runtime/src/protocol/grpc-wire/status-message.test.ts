import { ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { decodeStatusMessage, encodeStatusMessage } from "./status-message.js";

test("the examples of gRPC over HTTP2", () => {
  strictEqual(encodeStatusMessage("plain ~ text"), "plain ~ text");
  strictEqual(encodeStatusMessage("100%"), "100%25");
  strictEqual(encodeStatusMessage("\t\nwhitespace\r\n"), "%09%0Awhitespace%0D%0A");
  strictEqual(encodeStatusMessage("é"), "%C3%A9");
  strictEqual(encodeStatusMessage("🚢"), "%F0%9F%9A%A2");
  strictEqual(encodeStatusMessage("\u007f"), "%7F");
});

test("every text survives, and goes as printable ASCII", () => {
  for (let code = 0; code < 0x11_0000; code += code < 0x300 ? 1 : 997) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const text = `a${String.fromCodePoint(code)}%b`;
    const encoded = encodeStatusMessage(text);
    ok(/^[\x20-\x7e]*$/.test(encoded));
    strictEqual(decodeStatusMessage(encoded), text);
  }
});

test("a lone surrogate becomes U+FFFD", () => {
  strictEqual(decodeStatusMessage(encodeStatusMessage("a\ud800b")), "a\ufffdb");
});

test("decoding never fails: what is no escape stands for itself", () => {
  for (const [text, expected] of [
    ["%", "%"],
    ["%4", "%4"],
    ["%zz", "%zz"],
    ["100%, %2", "100%, %2"],
    ["%41%4a%4A", "AJJ"],
    ["%ff%fe", "\ufffd\ufffd"],
    ["%C3", "\ufffd"],
    ["%%41", "%A"],
    ["é%41", "éA"],
    ["", ""],
  ] as const) {
    strictEqual(decodeStatusMessage(text), expected);
  }
});
