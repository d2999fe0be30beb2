import assert from "node:assert/strict";
import { decode, encode, equals, fromText, toText } from "hawser/protobuf";
import { refused } from "./decode.js";
import { generated, typeOf } from "./types.js";

/** Any text: read in the text format, or refused with a ProtobufError. What was read is written and read again. */
export function fuzz(data: Uint8Array): void {
  const type = typeOf(generated, data[0] ?? 0);
  const text = new TextDecoder().decode(Uint8Array.prototype.slice.call(data, 1));
  const options = { registry: generated };
  const message = refused(() => fromText(type, text, options));
  if (message === undefined) return;
  const bytes = refused(() => encode(type, message));
  const written = refused(() => toText(type, message, options));
  if (bytes === undefined || written === undefined) return;
  assert.ok(equals(type, fromText(type, written, options), decode(type, bytes)));
}
