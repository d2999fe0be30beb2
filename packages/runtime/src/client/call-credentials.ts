import { Code } from "../rpc/code.js";
import type { MetadataInit } from "../rpc/metadata.js";
import { RpcError } from "../rpc/rpc-error.js";

/** What credentials may look at. */
export interface CredentialsContext {
  /** As `https://notes.example:8080/notes.v1.Notes`: what a token may be made for. */
  readonly serviceUrl: string;
  /** As `Get`. */
  readonly methodName: string;
}

/**
 * Gives the metadata that proves who is calling, for each call anew: `authorization`, as a rule. Fails with an
 * RpcError to choose the status; with anything else the call fails with UNAUTHENTICATED. Never asked over cleartext.
 */
export type CallCredentials = (context: CredentialsContext) => MetadataInit | Promise<MetadataInit>;

/** A token and when it expires, as OAuth 2 servers give it (`expires_in` from now). */
export interface ExpiringToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * Credentials that are an OAuth 2 bearer token (RFC 6750 §2.1): the token, or what supplies it. One that is supplied with
 * its expiry is used until 30 s before that, and fetched anew in the background from 60 s before on; one that is supplied
 * as text is asked for again by each call. Calls that need one at the same time share one fetch, and its failure.
 */
export function bearerToken(
  token: string | (() => string | ExpiringToken | Promise<string | ExpiringToken>),
): CallCredentials {
  if (typeof token === "string") {
    const metadata = { authorization: `Bearer ${token}` };
    return () => metadata;
  }
  const shared = new SharedToken(token);
  return () => shared.metadata();
}

class SharedToken {
  readonly #supply: () => string | ExpiringToken | Promise<string | ExpiringToken>;
  #kept: { readonly metadata: { readonly authorization: string }; readonly expiresMs: number } | undefined;
  #fetching: Promise<{ readonly authorization: string }> | undefined;

  constructor(supply: () => string | ExpiringToken | Promise<string | ExpiringToken>) {
    this.#supply = supply;
  }

  metadata(): { readonly authorization: string } | Promise<{ readonly authorization: string }> {
    const kept = this.#kept;
    const leftMs = kept === undefined ? 0 : kept.expiresMs - Date.now();
    if (kept === undefined || leftMs <= UNUSABLE_MS) return this.#fetch();
    // Whoever needs the next one hears of a failure; here the one that there is still does.
    if (leftMs <= REFRESH_MS) this.#fetch().catch(() => {});
    return kept.metadata;
  }

  #fetch(): Promise<{ readonly authorization: string }> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<{ readonly authorization: string }> {
    const supplied = await this.#supply();
    if (typeof supplied === "string") return { authorization: `Bearer ${supplied}` };
    const metadata = { authorization: `Bearer ${supplied.token}` };
    this.#kept = { metadata, expiresMs: supplied.expiresAt.getTime() };
    return metadata;
  }
}

/** As gRFC A97 has it for tokens in files. */
const UNUSABLE_MS = 30_000;
const REFRESH_MS = 60_000;

/** The error of credentials that can't be had. */
export function credentialsFailed(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError(Code.Unauthenticated, `the call's credentials can't be had: ${message}`, { cause: error });
}
