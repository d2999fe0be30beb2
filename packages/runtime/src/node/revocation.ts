import type { KeyObject, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { builtin } from "./builtin.js";
import { DER_BIT_STRING, DER_BOOLEAN, DER_INTEGER, DER_OID, DER_SEQUENCE, derTimeMs, onlyDer, readDer } from "./der.js";

/** Certificate revocation lists that peers' certificates are held against (gRFC A69). */
export interface RevocationOptions {
  /** A folder of CRLs, PEM or DER, under any names. Replace files by renaming. */
  readonly directory: string;
  /** How old what was read may become. Default 3,600,000 ms. */
  readonly reloadMs?: number;
  /**
   * What becomes of a certificate of which nothing is known: its authority has no CRL here, or one that is out of date or
   * signed by somebody else. `refuse` fails closed, `allow` open.
   */
  readonly whenUnknown: "allow" | "refuse";
}

/** A CRL (RFC 5280 §5), as far as it matters. */
interface RevocationList {
  readonly signed: Uint8Array;
  readonly algorithm: string;
  readonly signature: Uint8Array;
  readonly nextUpdateMs: number;
  readonly thisUpdateMs: number;
  /** Serial numbers in hexadecimal. */
  readonly revoked: ReadonlySet<string>;
}

/** CRLs by the file they came from, so that one that can't be read any more stays what it was. */
export class RevocationLists {
  readonly #byIssuer = new Map<string, RevocationList[]>();

  constructor(files: Iterable<readonly { readonly issuer: string; readonly list: RevocationList }[]>) {
    for (const file of files) {
      for (const { issuer, list } of file) {
        const known = this.#byIssuer.get(issuer);
        if (known === undefined) this.#byIssuer.set(issuer, [list]);
        else known.push(list);
      }
    }
  }

  /** Whether `certificate`, which `issuer` has signed, is revoked. */
  status(certificate: X509Certificate, issuer: X509Certificate): "revoked" | "good" | "unknown" {
    const { serial, issuerName } = identityOf(certificate);
    const nowMs = Date.now();
    let status: "good" | "unknown" = "unknown";
    for (const list of this.#byIssuer.get(issuerName) ?? []) {
      if (!isSignedBy(list, issuer.publicKey)) continue;
      if (list.revoked.has(serial)) return "revoked";
      if (list.thisUpdateMs <= nowMs && nowMs < list.nextUpdateMs) status = "good";
    }
    return status;
  }
}

type ReadFile = readonly { readonly issuer: string; readonly list: RevocationList }[];

/**
 * Reads the folder again and again. A file that can't be read, or is no CRL, leaves what it held before and is told of; what
 * is gone is dropped when all others could be read (gRFC A69, "Directory Provider").
 */
export class RevocationDirectory {
  readonly #directory: string;
  readonly #onBad: (message: string, cause: unknown) => void;
  #files = new Map<string, ReadFile>();

  constructor(directory: string, onBad: (message: string, cause: unknown) => void) {
    this.#directory = directory;
    this.#onBad = onBad;
  }

  /** Never rejects: what can't be read is unknown. */
  async read(): Promise<RevocationLists> {
    const bad: string[] = [];
    let cause: unknown;
    const found = new Map<string, ReadFile>();
    try {
      for (const entry of await builtin.files.readdir(this.#directory, { withFileTypes: true })) {
        if (entry.isDirectory()) continue;
        try {
          found.set(entry.name, parseRevocationLists(await builtin.files.readFile(join(this.#directory, entry.name))));
        } catch (error) {
          bad.push(`${entry.name}: ${(error as Error).message}`);
          cause = error;
        }
      }
    } catch (error) {
      bad.push((error as Error).message);
      cause = error;
    }
    if (bad.length === 0) this.#files = found;
    else {
      for (const [name, file] of found) this.#files.set(name, file);
      this.#onBad(`revocation lists in ${this.#directory} can't be read: ${bad.join("; ")}`, cause);
    }
    return new RevocationLists(this.#files.values());
  }
}

/** Reads the CRLs of a file. @throws Error */
export function parseRevocationLists(bytes: Uint8Array): ReadFile {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.includes("-----BEGIN")) return [parseRevocationList(bytes)];
  const blocks = [...text.matchAll(/-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g)];
  if (blocks.length === 0) throw new Error("there is no X509 CRL in it");
  return blocks.map((block) => parseRevocationList(Buffer.from(block[1] ?? "", "base64")));
}

function parseRevocationList(bytes: Uint8Array): ReadFile[number] {
  const [signed, algorithm, signature] = readDer(onlyDer(bytes, DER_SEQUENCE).contents);
  if (signed?.tag !== DER_SEQUENCE || algorithm === undefined || signature?.tag !== DER_BIT_STRING) {
    throw new Error("it is no CRL");
  }
  const fields = readDer(signed.contents);
  // Version, which may be absent, the algorithm again, issuer, thisUpdate.
  if (fields[0]?.tag === DER_INTEGER) fields.shift();
  fields.shift();
  const [issuer, thisUpdate] = fields.splice(0, 2);
  if (issuer === undefined || thisUpdate === undefined) throw new Error("it is no CRL");
  const next = fields[0] !== undefined && fields[0].tag !== DER_SEQUENCE && fields[0].tag !== EXTENSIONS;
  const nextUpdateMs = next ? derTimeMs(fields.shift() as (typeof fields)[number]) : Number.POSITIVE_INFINITY;
  const revoked = new Set<string>();
  if (fields[0]?.tag === DER_SEQUENCE) {
    for (const entry of readDer((fields.shift() as (typeof fields)[number]).contents)) {
      const [serial, , extensions] = readDer(entry.contents);
      if (serial?.tag !== DER_INTEGER) throw new Error("it is no CRL");
      if (extensions !== undefined) refuseCritical(extensions.contents);
      revoked.add(hex(serial.contents));
    }
  }
  for (const extra of fields)
    if (extra.tag === EXTENSIONS) refuseCritical(onlyDer(extra.contents, DER_SEQUENCE).contents);
  return {
    issuer: hex(issuer.whole),
    list: {
      signed: signed.whole,
      algorithm: algorithmOf(algorithm.contents),
      signature: signature.contents.subarray(1),
      thisUpdateMs: derTimeMs(thisUpdate),
      nextUpdateMs,
      revoked,
    },
  };
}

/** Delta, indirect and partitioned CRLs say so in critical extensions (RFC 5280 §5.2, §5.3); they would be misread. */
function refuseCritical(extensions: Uint8Array): void {
  for (const extension of readDer(extensions)) {
    if (readDer(extension.contents)[1]?.tag === DER_BOOLEAN)
      throw new Error("it has critical extensions (RFC 5280 §5.2)");
  }
}

function algorithmOf(identifier: Uint8Array): string {
  const [oid] = readDer(identifier);
  return oid?.tag === DER_OID ? hex(oid.contents) : "";
}

function isSignedBy({ algorithm, signed, signature }: RevocationList, key: KeyObject): boolean {
  const hash = HASHES[algorithm];
  try {
    return hash !== undefined && builtin.crypto.verify(hash === "" ? null : hash, signed, key, signature);
  } catch {
    // A key of another kind.
    return false;
  }
}

/** Serial number, and the issuer's name as it stands there, of a certificate (RFC 5280 §4.1). */
function identityOf({ raw }: X509Certificate): { readonly serial: string; readonly issuerName: string } {
  const [signed] = readDer(onlyDer(raw, DER_SEQUENCE).contents);
  const fields = readDer(signed?.contents ?? new Uint8Array(0));
  if (fields[0]?.tag === VERSION) fields.shift();
  const [serial, , issuer] = fields;
  return { serial: hex(serial?.contents ?? raw), issuerName: hex(issuer?.whole ?? raw) };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** The object identifiers of signatures (RFC 4055, RFC 5758, RFC 8410), and the hashes they stand for. */
const HASHES: Readonly<Record<string, string>> = {
  "2a864886f70d01010b": "sha256",
  "2a864886f70d01010c": "sha384",
  "2a864886f70d01010d": "sha512",
  "2a8648ce3d040302": "sha256",
  "2a8648ce3d040303": "sha384",
  "2a8648ce3d040304": "sha512",
  "2b6570": "",
};

/** `[0] EXPLICIT`, in a CRL its extensions and in a certificate its version. */
const EXTENSIONS = 0xa0;
const VERSION = 0xa0;
