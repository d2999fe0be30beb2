import type { HttpField } from "../../rpc/http-types.js";

/** The flag of the envelope that holds the trailers (PROTOCOL-WEB.md, "Message framing"). */
export const TRAILERS = 0x80;

/**
 * Reads trailers: lines of `name: value`, separated by CR LF, as HTTP/1 has them. A line that is none is passed over:
 * the status stands in another, or is found missing.
 */
export function parseTrailers(bytes: Uint8Array, start: number, end: number): HttpField[] {
  const fields: HttpField[] = [];
  for (const line of decoder.decode(bytes.subarray(start, end)).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0)
      fields.push({ name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() });
  }
  return fields;
}

/** Field values are octets; a decoder of Latin-1 never fails. */
const decoder = new TextDecoder("latin1");
