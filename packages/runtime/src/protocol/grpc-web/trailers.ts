import { ENVELOPE_BYTES, writeEnvelopePrefix } from "../../rpc/envelope.js";
import type { HttpField, HttpFields } from "../../rpc/http-types.js";

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

/** The envelope of trailers. */
export function trailersEnvelope(fields: HttpFields, extra: HttpFields | undefined): Uint8Array {
  let text = "";
  for (const { name, value } of extra === undefined ? fields : [...fields, ...extra]) text += `${name}: ${value}\r\n`;
  const bytes = new Uint8Array(ENVELOPE_BYTES + text.length);
  writeEnvelopePrefix(bytes, 0, TRAILERS, text.length);
  // Statuses are percent-encoded and metadata is printable ASCII: a character is an octet.
  for (let i = 0; i < text.length; i++) bytes[ENVELOPE_BYTES + i] = text.charCodeAt(i);
  return bytes;
}

/** Field values are octets; a decoder of Latin-1 never fails. */
const decoder = new TextDecoder("latin1");
