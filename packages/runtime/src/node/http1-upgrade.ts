import type { IncomingMessage } from "node:http";
import type { HttpField, HttpFields } from "../rpc/http-types.js";

/** What becomes of a request that has an `upgrade` field. */
export type Upgrade =
  /** A WebSocket is opened if the server agrees; its answer has these fields. */
  | { readonly type: "websocket"; readonly acceptFields: HttpFields }
  /** Malformed. */
  | { readonly type: "refused"; readonly status: number; readonly message: string }
  /** Something that is not spoken here: "a server MAY ignore a received Upgrade" (RFC 9110 §7.8). */
  | { readonly type: "ignored" };

/** Judges the request by RFC 6455 §4.2.1. */
export function judgeUpgrade({ method, httpVersionMinor, headers, rawHeaders }: IncomingMessage): Upgrade {
  const protocols = (headers.upgrade ?? "").split(",").map((each) => each.trim().toLowerCase());
  if (!protocols.includes("websocket")) return { type: "ignored" };
  if (method !== "GET" || httpVersionMinor < 1) return refused("a WebSocket is opened by GET of HTTP/1.1");
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0) {
    return refused("a request for a WebSocket has no body");
  }
  if (headers["sec-websocket-version"] !== "13") {
    return { type: "refused", status: 426, message: "the version of WebSockets here is 13" };
  }
  const keys = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "sec-websocket-key").length;
  const key = headers["sec-websocket-key"] ?? "";
  if (keys !== 1 || !KEY.test(key)) return refused("sec-websocket-key is not 16 octets in base64");
  return { type: "websocket", acceptFields: acceptFields(key) };
}

function refused(message: string): Upgrade {
  return { type: "refused", status: 400, message };
}

function acceptFields(key: string): HttpField[] {
  // Not imported: a program without WebSockets starts without loading it.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return [
    { name: "upgrade", value: "websocket" },
    { name: "connection", value: "Upgrade" },
    {
      name: "sec-websocket-accept",
      value: createHash("sha1")
        .update(key + GUID)
        .digest("base64"),
    },
  ];
}

/** The request again, without what asks for a change of protocol. */
export function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i].toLowerCase();
    if (name === "upgrade" || name === "http2-settings") continue;
    const value = name === "connection" ? withoutTokens(rawHeaders[i + 1]) : rawHeaders[i + 1];
    if (name !== "connection" || value !== "") text += `${rawHeaders[i]}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, "latin1");
}

function withoutTokens(connection: string): string {
  return connection
    .split(",")
    .map((each) => each.trim())
    .filter((each) => !/^(?:upgrade|http2-settings)$/i.test(each))
    .join(", ");
}

/** 16 octets: 22 characters, the last of which has four bits, and padding. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

/** RFC 6455 §1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
