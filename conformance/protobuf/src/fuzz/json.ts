import assert from "node:assert/strict";
import { encode, fromJsonString, toJsonString } from "hawser/protobuf";
import { refused } from "./decode.js";
import { generated, typeOf } from "./types.js";

/** Any text: read as ProtoJSON, or refused with a ProtobufError. What was read is written and read again the same. */
export function fuzz(data: Uint8Array): void {
  const type = typeOf(generated, data[0] ?? 0);
  const text = new TextDecoder().decode(Uint8Array.prototype.slice.call(data, 1));
  const options = { registry: generated, ignoreUnknownFields: (data[0] ?? 0) >= 128 };
  const message = refused(() => fromJsonString(type, text, options));
  if (message === undefined) return;
  // What JSON.parse refuses must be refused here, too.
  JSON.parse(text);
  const bytes = refused(() => encode(type, message));
  const json = refused(() => toJsonString(type, message, options));
  if (json === undefined || bytes === undefined) return;
  // JSON.stringify writes minus zero as 0.
  const again = toJsonString(type, fromJsonString(type, json, options), options);
  assert.equal(again, json);
}
