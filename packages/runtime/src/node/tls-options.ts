import type { ConnectionOptions, TlsOptions } from "node:tls";
import { builtin } from "./builtin.js";
import type { RevocationOptions } from "./revocation.js";
import type { SpiffeOptions } from "./spiffe.js";

/** PEM text or bytes. */
export type Pem = string | Uint8Array;

/** PEM files in the place of PEM text, read anew so that replaced ones are used without a restart. */
export interface TlsFiles {
  /** The certificate chain. */
  readonly certFile?: string;
  /** Its private key. */
  readonly keyFile?: string;
  /** The authorities that are trusted. */
  readonly caFile?: string;
  /**
   * How old what was read may become, files of `spiffe` included. Connections that are there stay; new ones use the new
   * files. Files that can't be read, or don't fit each other, leave the ones before in use. Default 60,000 ms.
   */
  readonly reloadMs?: number;
}

/** How a server proves who it is, and what it asks of clients. */
export interface ServerTls extends TlsFiles {
  /** The server's certificate chain, PEM; here or in `certFile`. */
  readonly cert?: Pem;
  /** Its private key, PEM; here or in `keyFile`. */
  readonly key?: Pem;
  /** The authorities whose certificates clients must show (mutual TLS); none are asked for without it, `caFile` or `spiffe`. */
  readonly ca?: Pem | readonly Pem[];
  /** With authorities: whether a client without a trusted certificate is refused (default) or let in as not authorized. */
  readonly clientCertificate?: "require" | "request";
  /** Clients are known by SPIFFE ids, and trusted by trust domain. Takes the place of `ca`. */
  readonly spiffe?: SpiffeOptions;
  /** Clients' certificates may be revoked. */
  readonly revocation?: RevocationOptions;
}

/** How a client checks its server, and proves who it is. */
export interface ClientTls extends TlsFiles {
  /** The authorities that are trusted, PEM; those that Node brings along without it. */
  readonly ca?: Pem | readonly Pem[];
  /** The client's certificate chain for mutual TLS, PEM. */
  readonly cert?: Pem;
  /** Its private key, PEM. */
  readonly key?: Pem;
  /** The name that the server's certificate must have, if it is not the target's host. */
  readonly serverName?: string;
  /** False lets any certificate pass. For development only: anybody may then sit in between. Default true. */
  readonly rejectUnauthorized?: boolean;
  /** Servers are known by SPIFFE ids in the place of names, and trusted by trust domain. Takes the place of `ca`. */
  readonly spiffe?: SpiffeOptions;
  /** Servers' certificates may be revoked. */
  readonly revocation?: RevocationOptions;
}

/** RFC 7301. Clients offer HTTP/2 alone; servers take HTTP/1.1 too. */
export const ALPN_H2 = "h2";
export const ALPN_HTTP1 = "http/1.1";

/**
 * Node's options for a server. RFC 9113 §9.2 asks for TLS 1.2 at least. A client that has not finished TLS after
 * `handshakeTimeoutMs` must not hold a descriptor any longer (CVE-2021-22883).
 */
export function serverTlsOptions(tls: ServerTls, handshakeTimeoutMs: number): TlsOptions {
  return {
    ...(tls.cert === undefined ? {} : { cert: pem(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: pem(tls.key) }),
    // A resumed session shows no chain that could be held against ids and revocation lists.
    ...(tls.spiffe === undefined && tls.revocation === undefined
      ? {}
      : { secureOptions: builtin.crypto.constants.SSL_OP_NO_TICKET }),
    ALPNProtocols: [ALPN_H2, ALPN_HTTP1],
    minVersion: "TLSv1.2",
    handshakeTimeout: handshakeTimeoutMs,
    ...(tls.ca === undefined
      ? {}
      : { ca: pems(tls.ca), requestCert: true, rejectUnauthorized: tls.clientCertificate !== "request" }),
  };
}

/** Node's options for a client of `host`. */
export function clientTlsOptions(tls: ClientTls, host: string): ConnectionOptions {
  const name = tls.serverName ?? host;
  return {
    ALPNProtocols: [ALPN_H2],
    minVersion: "TLSv1.2",
    rejectUnauthorized: tls.rejectUnauthorized ?? true,
    // An address is no name: RFC 6066 §3 forbids it in SNI, and Node checks the certificate against `host` then.
    ...(isIpAddress(name) ? {} : { servername: name }),
    // The id says who it is, in the place of a name (gRFC A87).
    ...(tls.spiffe === undefined ? {} : { checkServerIdentity: () => undefined }),
    ...(tls.ca === undefined ? {} : { ca: pems(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: pem(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: pem(tls.key) }),
  };
}

function pem(value: Pem): string | Buffer {
  if (typeof value === "string" || value instanceof Uint8Array)
    return typeof value === "string" ? value : Buffer.from(value);
  throw new TypeError(`certificates and keys are PEM text or bytes, not ${typeof value}`);
}

function pems(value: Pem | readonly Pem[]): (string | Buffer)[] {
  return (Array.isArray(value) ? (value as readonly Pem[]) : [value as Pem]).map(pem);
}

function isIpAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}
