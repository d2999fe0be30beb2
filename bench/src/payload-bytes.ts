import type { Payload } from "./echo.js";

/** The bytes of a payload as protobuf has them, for the stacks that send bytes. All fields must be set but the body. */
export function payloadBytes({ id, name, text, body }: Payload): Buffer {
  const parts = [Buffer.from([0x08, ...varint(id)]), field(2, Buffer.from(name)), field(3, Buffer.from(text))];
  if (body !== undefined) parts.push(field(4, body));
  return Buffer.concat(parts);
}

function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  bytes.push(value);
  return bytes;
}
