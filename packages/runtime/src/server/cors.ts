import { fieldValue } from "../rpc/field-value.js";
import type { HttpField, HttpHead, HttpStream } from "../rpc/http-types.js";

/**
 * Which pages of other origins may call: `development` lets those of any origin, without cookies. In production name
 * them.
 */
export type Cors = "development" | CorsOptions;

/** Cross-origin resource sharing (fetch.spec.whatwg.org, "CORS protocol"). */
export interface CorsOptions {
  /** As `https://app.example.com`: scheme, host and port, without a path. */
  readonly origins: readonly string[];
  /** Whether requests may carry cookies. Default: no. */
  readonly credentials?: boolean;
  /** For how long a browser may remember what it was told, in seconds. Default 7,200, the most that Chromium takes. */
  readonly maxAgeSeconds?: number;
}

/** What a server says to pages of other origins. */
export class CorsPolicy {
  readonly #origins: ReadonlySet<string> | undefined;
  readonly #credentials: boolean;
  readonly #maxAgeSeconds: number;

  /** @throws TypeError if an origin is none */
  constructor(cors: Cors) {
    const options: Partial<CorsOptions> = cors === "development" ? {} : cors;
    if (cors !== "development") for (const origin of cors.origins) checkOrigin(origin);
    this.#origins = options.origins === undefined ? undefined : new Set(options.origins);
    this.#credentials = options.credentials ?? false;
    this.#maxAgeSeconds = options.maxAgeSeconds ?? MAX_AGE_SECONDS;
  }

  /** Whether pages of `origin` may call. */
  allows(origin: string): boolean {
    return this.#origins === undefined || this.#origins.has(origin);
  }

  /** What a response to a page of `origin` says beside its own fields; `exposed` are the names of those. */
  responseFields(origin: string, exposed: readonly string[]): HttpField[] {
    return [...this.#allowed(origin), { name: "access-control-expose-headers", value: exposed.join(", ") }];
  }

  /** Answers a preflight request. */
  answerPreflight(stream: HttpStream, head: HttpHead, origin: string): void {
    const requested = fieldValue(head, "access-control-request-headers");
    const fields: HttpField[] = [
      { name: ":status", value: "204" },
      ...this.#allowed(origin),
      { name: "access-control-allow-methods", value: "GET, POST, PUT, PATCH, DELETE" },
      { name: "access-control-max-age", value: String(this.#maxAgeSeconds) },
    ];
    if (requested !== undefined) fields.push({ name: "access-control-allow-headers", value: requested });
    stream.sendHead(fields, undefined, true);
  }

  #allowed(origin: string): HttpField[] {
    const fields: HttpField[] = [
      { name: "access-control-allow-origin", value: origin },
      { name: "vary", value: "origin" },
    ];
    if (this.#credentials) fields.push({ name: "access-control-allow-credentials", value: "true" });
    return fields;
  }
}

/**
 * Whether a request may be answered that a page of `origin` makes: the page is the server's own, or the policy names it.
 * Browsers send many requests without asking first, and open WebSockets so, with the user's cookies: to keep the
 * response from the page would come too late.
 *
 * What `sec-fetch-site` says no page can forge, and it holds also where a proxy changes the host (W3C Fetch Metadata
 * Request Headers §2.3); before it, and over cleartext, the host is compared.
 */
export function mayCall(cors: CorsPolicy | undefined, head: HttpHead, origin: string): boolean {
  if (cors?.allows(origin)) return true;
  const site = fieldValue(head, "sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  return origin.slice(origin.indexOf("://") + 3) === head.authority.toLowerCase();
}

/** True for the question that browsers ask before a request that is not simple. */
export function isPreflight(head: HttpHead): boolean {
  return head.method === "OPTIONS" && fieldValue(head, "access-control-request-method") !== undefined;
}

function checkOrigin(origin: string): void {
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new TypeError(`cors.origins takes origins as "https://app.example.com", not ${JSON.stringify(origin)}`);
  }
}

const MAX_AGE_SECONDS = 7_200;
