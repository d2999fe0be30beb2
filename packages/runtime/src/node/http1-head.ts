import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { HttpField, HttpFields, HttpHead } from "../rpc/http-types.js";

/** What a request is taken for, if not for what its request line says. */
export interface Http1Protocol {
  readonly method: string;
  readonly protocol: string;
}

/**
 * The head of a request of HTTP/1.1. Its fields become an array only for who reads all of them: a call whose handler looks at no
 * metadata is asked for single ones, which Node has by their names.
 */
export class Http1Head implements HttpHead {
  readonly method: string;
  readonly scheme: string;
  readonly path: string;
  readonly protocol: string | undefined;
  readonly status = 0;
  derived: unknown = undefined;
  private readonly request: IncomingMessage;
  private all: HttpFields | undefined = undefined;

  constructor(request: IncomingMessage, as?: Http1Protocol) {
    const { method = "", url = "" } = request;
    this.method = as === undefined ? method : as.method;
    this.scheme = (request.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http";
    // The absolute form is for proxies (RFC 9112 §3.2.2), but every server must take it.
    this.path = url.charCodeAt(0) === SLASH ? url : url.replace(/^https?:\/\/[^/?#]*/i, "");
    this.protocol = as?.protocol;
    this.request = request;
  }

  get authority(): string {
    const { rawHeaders } = this.request;
    for (let i = rawHeaders.length - 2; i >= 0; i -= 2) {
      if (rawHeaders[i].length === HOST.length && rawHeaders[i].toLowerCase() === HOST) return rawHeaders[i + 1];
    }
    return "";
  }

  /** Fields that came more than once are there more than once, as in HTTP/2. */
  get fields(): HttpFields {
    if (this.all === undefined) {
      const { rawHeaders } = this.request;
      const fields: HttpField[] = [];
      for (let i = 0; i < rawHeaders.length; i += 2) {
        const name = rawHeaders[i].toLowerCase();
        if (!CONNECTION_FIELDS.has(name)) fields.push({ name, value: rawHeaders[i + 1] });
      }
      this.all = fields;
    }
    return this.all;
  }

  value(name: string): string | undefined {
    // Of most fields that came twice Node makes one with a comma, which RFC 9110 §5.3 allows; "set-cookie" is an array.
    return this.request.headers[name] as string | undefined;
  }
}

const SLASH = 0x2f;

const HOST = "host";

/** Fields of the connection, not of the request (RFC 9110 §7.6.1), and the host: HTTP/2 has none of them. */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  HOST,
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);
