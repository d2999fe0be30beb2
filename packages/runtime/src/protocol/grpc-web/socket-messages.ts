/**
 * gRPC-Web over a WebSocket: one call on each, to the URL of its method.
 *
 * The first message of the client is the head of its request, as lines of `name: value`; each further one begins with an
 * octet that says what it is. The server's messages, one after the other, are a body of gRPC-Web that begins with the
 * response's head, as an envelope of trailers. This is `grpc-websockets`, which @improbable-eng/grpc-web made known.
 */
import type { HttpField, HttpFields } from "../../rpc/http-types.js";

/** The subprotocol that other clients and servers speak. */
export const GRPC_WEBSOCKETS = "grpc-websockets";

/**
 * The same with flow control, which pages can't do otherwise: a server sends {@link INITIAL_CREDIT} octets, then waits
 * for a message {@link SocketMessage.CREDIT}.
 */
export const GRPC_WEBSOCKETS_CREDIT = "grpc-websockets.credit.v1";

/** What the first octet of a client's message says. */
export const SocketMessage = {
  /** Envelopes follow, or a piece of one. */
  DATA: 0,
  /** The requests have ended; nothing follows. */
  END: 1,
  /** Four octets follow, most significant first: so many more the server may send. */
  CREDIT: 2,
} as const;

/** 256 KiB, the window of a stream of our HTTP/2 engine. */
export const INITIAL_CREDIT: number = 256 * 1024;

/** The head of a request as the client's first message. */
export function formatHead(fields: HttpFields, extra: HttpFields | undefined): string {
  let text = "";
  for (const { name, value } of extra === undefined ? fields : [...fields, ...extra]) {
    if (!name.startsWith(":")) text += `${name}: ${value}\r\n`;
  }
  return text;
}

/** Reads the client's first message; undefined if a line of it is no field (RFC 9110 §5.1 and §5.5). */
export function parseHead(text: string): HttpField[] | undefined {
  const fields: HttpField[] = [];
  for (const line of text.split("\r\n")) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (!FIELD_NAME.test(name) || !FIELD_VALUE.test(value)) return undefined;
    fields.push({ name, value });
  }
  return fields;
}

const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
