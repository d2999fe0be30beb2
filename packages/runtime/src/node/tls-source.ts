import type { X509Certificate } from "node:crypto";
import type { PeerCertificate, SecureContextOptions, TLSSocket } from "node:tls";
import { builtin } from "./builtin.js";
import { Fresh } from "./fresh.js";
import { RevocationDirectory, type RevocationLists } from "./revocation.js";
import { parseTrustBundles, refuseBySpiffe, type TrustBundles } from "./spiffe.js";
import type { ClientTls, Pem, ServerTls, TlsFiles } from "./tls-options.js";

/** TLS as it is at the moment. */
export interface CurrentTls<T> {
  /** What stood in files stands in it as PEM. */
  readonly tls: T;
  /** Why the peer at the other end of a handshake that went well is not let in after all; undefined if it is. */
  refuse(socket: TLSSocket): string | undefined;
}

/** Reads what of `tls` is in files, and reads it again when it has become too old. */
export class TlsSource<T extends ClientTls | ServerTls> {
  readonly #tls: T;
  readonly #identity: Fresh<Pick<ClientTls, "cert" | "key" | "ca">>;
  readonly #bundles: Fresh<TrustBundles> | undefined;
  readonly #lists: Fresh<RevocationLists> | undefined;

  /** @param onWarning hears of files that can't be read any more, or don't fit each other */
  constructor(tls: T, onWarning: (message: string, cause: unknown) => void) {
    this.#tls = tls;
    const { spiffe, revocation } = tls;
    const reloadMs = tls.reloadMs ?? DEFAULT_RELOAD_MS;
    const onStale = (error: Error) => onWarning(`the files read before stay in use: ${error.message}`, error);
    this.#identity = new Fresh(() => readIdentity(tls), reloadMs, onStale);
    if (spiffe !== undefined) {
      this.#bundles = new Fresh(() => readBundles(spiffe.bundleMapFile), reloadMs, onStale);
    }
    if (revocation !== undefined) {
      const directory = new RevocationDirectory(revocation.directory, onWarning);
      this.#lists = new Fresh(() => directory.read(), revocation.reloadMs ?? DEFAULT_CRL_RELOAD_MS, onStale);
    }
  }

  /** Rejects with an Error that names the file if one can't be used and has not been before. */
  async current(): Promise<CurrentTls<T>> {
    const { spiffe, revocation } = this.#tls;
    const [identity, bundles, lists] = await Promise.all([
      this.#identity.current(),
      this.#bundles?.current(),
      this.#lists?.current(),
    ]);
    // All authorities together for the handshake; which of them may speak for the peer is looked at after it.
    const ca = bundles === undefined ? identity.ca : [...bundles.values()].flat().map((each) => each.toString());
    return {
      tls: { ...this.#tls, ...identity, ...(ca === undefined ? {} : { ca }) },
      refuse(socket) {
        if (bundles === undefined && lists === undefined) return undefined;
        // A server that only asks for certificates has let this one in without.
        if (!socket.authorized) return undefined;
        const chain = chainOf(socket.getPeerCertificate(true));
        if (bundles !== undefined) {
          const refusal = refuseBySpiffe(chain, bundles, spiffe?.ids);
          if (refusal !== undefined) return refusal;
        }
        return lists === undefined ? undefined : refuseRevoked(chain, lists, revocation?.whenUnknown !== "allow");
      },
    };
  }
}

/** True if `tls` needs more than a look at what it says. */
export function needsSource(tls: TlsFiles & Pick<ClientTls, "spiffe" | "revocation">): boolean {
  const { certFile, keyFile, caFile, spiffe, revocation } = tls;
  return [certFile, keyFile, caFile, spiffe, revocation].some((each) => each !== undefined);
}

/** Certificate, key and authorities, which must fit each other: a half replaced pair is not taken. */
async function readIdentity(tls: ClientTls | ServerTls): Promise<Pick<ClientTls, "cert" | "key" | "ca">> {
  const [cert, key, ca] = await Promise.all([
    readPem(tls.certFile, tls.cert),
    readPem(tls.keyFile, tls.key),
    readPem(tls.caFile, tls.ca),
  ]);
  const identity = {
    ...(cert === undefined ? {} : { cert: cert as Pem }),
    ...(key === undefined ? {} : { key: key as Pem }),
    ...(ca === undefined ? {} : { ca }),
  };
  try {
    builtin.tls.createSecureContext(identity as SecureContextOptions);
  } catch (error) {
    const files = [tls.certFile, tls.keyFile, tls.caFile].filter((each) => each !== undefined).join(", ");
    throw new Error(`${files || "certificate and key"} can't be used for TLS: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return identity;
}

async function readPem(
  path: string | undefined,
  given: Pem | readonly Pem[] | undefined,
): Promise<Pem | readonly Pem[] | undefined> {
  return path === undefined ? given : builtin.files.readFile(path, "utf8");
}

async function readBundles(path: string): Promise<TrustBundles> {
  try {
    return parseTrustBundles(await builtin.files.readFile(path, "utf8"));
  } catch (error) {
    throw new Error(`the SPIFFE trust bundle map ${path} can't be used: ${(error as Error).message}`, { cause: error });
  }
}

/** The peer's certificate, and after it the issuer of each up to the root, as far as they are known. */
function chainOf(peer: PeerCertificate & { readonly issuerCertificate?: PeerCertificate }): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let each: (PeerCertificate & { readonly issuerCertificate?: PeerCertificate }) | undefined = peer;
  while (each?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(new builtin.crypto.X509Certificate(each.raw));
    // A root is its own issuer.
    each = each.issuerCertificate === each ? undefined : each.issuerCertificate;
  }
  return chain;
}

/** Every certificate but the root, which nobody can revoke but who stops trusting it. */
function refuseRevoked(
  chain: readonly X509Certificate[],
  lists: RevocationLists,
  refuseUnknown: boolean,
): string | undefined {
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1];
    if (issuer === undefined && index > 0) return undefined;
    const status = issuer === undefined ? "unknown" : lists.status(certificate, issuer);
    const name = certificate.subject.replaceAll("\n", ", ") || certificate.serialNumber;
    if (status === "revoked") return `the certificate of ${name} is revoked`;
    if (status === "unknown" && refuseUnknown) return `whether the certificate of ${name} is revoked is not known`;
  }
  return undefined;
}

/** 60 s: what replaces certificates does so long before they expire. */
export const DEFAULT_RELOAD_MS = 60_000;

/** An hour, as gRPC has it. */
const DEFAULT_CRL_RELOAD_MS = 3_600_000;

/** Chains are verified by then; OpenSSL takes no longer ones than 100. */
const MAX_CHAIN = 100;
