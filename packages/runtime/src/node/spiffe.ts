import type { X509Certificate } from "node:crypto";
import { alternativeNames } from "./alternative-names.js";
import { builtin } from "./builtin.js";

/** Peers that are known by SPIFFE ids instead of host names (gRFC A87). */
export interface SpiffeOptions {
  /**
   * A SPIFFE trust bundle map, JSON: `{ "trust_domains": { "example.org": { "keys": [{ "kty": "EC", "use": "x509-svid",
   * "x5c": ["…"] }] } } }`. A peer's certificate must be signed by an authority of the trust domain that its id names.
   */
  readonly bundleMapFile: string;
  /** The ids that are let in, or what decides it. Default: every id of the trust domains in the map. */
  readonly ids?: readonly string[] | ((id: string) => boolean);
}

/** The authorities of each trust domain. */
export type TrustBundles = ReadonlyMap<string, readonly X509Certificate[]>;

/** Reads a trust bundle map; one mistake and none of it is used (gRFC A87). @throws Error that says where */
export function parseTrustBundles(text: string): TrustBundles {
  const map: unknown = JSON.parse(text);
  const domains = (map as { trust_domains?: unknown } | null)?.trust_domains;
  if (typeof domains !== "object" || domains === null) throw new Error("it has no trust_domains");
  const bundles = new Map<string, X509Certificate[]>();
  for (const [domain, bundle] of Object.entries(domains as Record<string, unknown>)) {
    if (!TRUST_DOMAIN.test(domain)) throw new Error(`${JSON.stringify(domain)} is no trust domain`);
    const keys = (bundle as { keys?: unknown } | null)?.keys;
    if (!Array.isArray(keys)) throw new Error(`the trust domain ${domain} has no keys`);
    bundles.set(
      domain,
      keys.map((key, index) => authorityOf(key as KeyJson | null, `${domain}, key ${index}`)),
    );
  }
  return bundles;
}

interface KeyJson {
  readonly kty?: unknown;
  readonly use?: unknown;
  readonly x5c?: unknown;
}

function authorityOf(key: KeyJson | null, where: string): X509Certificate {
  if (key?.kty !== "RSA" && key?.kty !== "EC") throw new Error(`${where}: kty must be RSA or EC`);
  if (key.use !== "x509-svid") throw new Error(`${where}: use must be x509-svid`);
  const { x5c } = key;
  if (!Array.isArray(x5c) || x5c.length !== 1 || typeof x5c[0] !== "string") {
    throw new Error(`${where}: x5c must hold one certificate`);
  }
  try {
    return new builtin.crypto.X509Certificate(Buffer.from(x5c[0], "base64"));
  } catch (error) {
    throw new Error(`${where}: x5c is no certificate: ${(error as Error).message}`);
  }
}

/**
 * Why the peer with `chain` (its own certificate first, verified against all authorities together) is not let in; undefined
 * if it is.
 */
export function refuseBySpiffe(
  chain: readonly X509Certificate[],
  bundles: TrustBundles,
  ids: SpiffeOptions["ids"],
): string | undefined {
  const id = spiffeIdOf(alternativeNames(chain[0]?.subjectAltName));
  if (id === undefined) return "the peer's certificate has not one URI that is a SPIFFE id";
  const domain = id.slice("spiffe://".length).split("/", 1)[0] ?? "";
  const authorities = bundles.get(domain);
  if (authorities === undefined) return `the trust domain of ${id} is not in the trust bundle map`;
  if (!leadsTo(chain, authorities)) return `the certificate of ${id} is not signed by an authority of ${domain}`;
  const accepted = ids === undefined || (typeof ids === "function" ? ids(id) : ids.includes(id));
  return accepted ? undefined : `${id} is not among the ids that are let in`;
}

/** True if one of `authorities` has signed a certificate of the chain, which up to there is one. */
function leadsTo(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): boolean {
  const nowMs = Date.now();
  for (const [index, certificate] of chain.entries()) {
    for (const authority of authorities) {
      const valid = Date.parse(authority.validFrom) <= nowMs && nowMs < Date.parse(authority.validTo);
      if (valid && authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey))
        return true;
    }
    const next = chain[index + 1];
    if (next === undefined || !next.ca || !certificate.checkIssued(next) || !certificate.verify(next.publicKey))
      return false;
  }
  return false;
}

/** The SPIFFE id among a certificate's alternative names: their only URI (X509-SVID §2). */
export function spiffeIdOf(names: readonly string[]): string | undefined {
  const uris = names.filter((name) => name.startsWith("URI:"));
  const id = uris.length === 1 ? (uris[0] as string).slice("URI:".length) : "";
  return id.length <= MAX_ID_LENGTH && SPIFFE_ID.test(id) ? id : undefined;
}

/** SPIFFE-ID §2.1 and §2.2: lower case; segments neither empty nor dots alone; nothing behind them. */
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;
const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]{1,255}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/;

/** SPIFFE-ID §2.3. */
const MAX_ID_LENGTH = 2_048;
