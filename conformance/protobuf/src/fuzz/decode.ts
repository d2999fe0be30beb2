import assert from "node:assert/strict";
import { clone, decode, diff, encode, equals, merge, ProtobufError, toJson, toText } from "hawser/protobuf";
import { dynamic, generated, typeOf } from "./types.js";

/**
 * Any bytes: decoded, or refused with a ProtobufError; alike by generated code and by dynamic types; what was decoded
 * is encoded, decoded, compared, merged and written without any other error.
 */
export function fuzz(data: Uint8Array): void {
  const byte = data[0] ?? 0;
  const bytes = Uint8Array.prototype.slice.call(data, 1);
  const type = typeOf(generated, byte);
  const other = typeOf(dynamic, byte);
  const message = refused(() => decode(type, bytes));
  const twin = refused(() => decode(other, bytes));
  assert.equal(message === undefined, twin === undefined, "generated code and dynamic types differ");
  if (message === undefined) return;
  // Compared as messages, for JavaScript leaves it open which of its many bit patterns a NaN has.
  const encoded = encode(type, message);
  const again = decode(type, encoded);
  assert.ok(equals(type, again, clone(type, again)));
  assert.ok(equals(type, again, decode(type, encode(other, twin))));
  assert.ok(equals(type, again, decode(type, encode(type, again))));
  assert.deepEqual(diff(type, again, clone(type, again)), []);
  merge(type, clone(type, again), again);
  refused(() => toJson(type, message, { registry: generated }));
  refused(() => toText(type, message, { registry: generated, unknownFields: true }));
}

/** The result, or `undefined` if a ProtobufError was thrown. */
export function refused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ProtobufError) return undefined;
    throw error;
  }
}
