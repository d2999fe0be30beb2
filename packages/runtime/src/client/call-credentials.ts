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

/** Credentials that are an OAuth 2 bearer token (RFC 6750 §2.1): the token, or what supplies it for each call. */
export function bearerToken(token: string | (() => string | Promise<string>)): CallCredentials {
  if (typeof token === "string") {
    const metadata = { authorization: `Bearer ${token}` };
    return () => metadata;
  }
  return async () => ({ authorization: `Bearer ${await token()}` });
}

/** The error of credentials that can't be had. */
export function credentialsFailed(error: unknown): RpcError {
  if (RpcError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError(Code.Unauthenticated, `the call's credentials can't be had: ${message}`, { cause: error });
}
