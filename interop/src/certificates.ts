import { generate } from "selfsigned";

/** A certificate with its key, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** An authority, and what it has signed. Made anew for each run: nothing secret is kept in the repository. */
export interface Certificates {
  readonly ca: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: Identity;
  readonly client: Identity;
  /** For `elsewhere.test`, by the same authority. */
  readonly otherName: Identity;
  /** A client that nobody trusts. */
  readonly stranger: Identity;
}

export async function makeCertificates(): Promise<Certificates> {
  const authority = await make("Test Authority", [], true, undefined);
  const local = [
    { type: 2 as const, value: "localhost" },
    { type: 7 as const, ip: "127.0.0.1" },
  ];
  return {
    ca: authority.cert,
    server: await make("localhost", local, false, authority),
    client: await make("client-one", [{ type: 2, value: "client-one" }], false, authority),
    otherName: await make("elsewhere.test", [{ type: 2, value: "elsewhere.test" }], false, authority),
    stranger: await make("stranger", [{ type: 2, value: "stranger" }], false, undefined),
  };
}

/** An authority that trusts nobody but itself. */
export function makeAuthority(name: string): Promise<Identity> {
  return make(name, [], true, undefined);
}

/** A certificate with alternative names as `DNS:localhost` and `URI:spiffe://x/y`. */
export function makeIdentity(
  name: string,
  { names, authority }: { readonly names: readonly string[]; readonly authority: Identity },
): Promise<Identity> {
  const altNames = names.map((each) => ({
    type: each.startsWith("URI:") ? (6 as const) : (2 as const),
    value: each.slice(4),
  }));
  return make(name, altNames, false, authority);
}

type AlternativeName = { type: 1 | 2 | 6 | 7; value?: string; ip?: string };

async function make(
  name: string,
  altNames: AlternativeName[],
  cA: boolean,
  ca: Identity | undefined,
): Promise<Identity> {
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA, critical: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: cA, critical: true },
      ...(altNames.length === 0 ? [] : [{ name: "subjectAltName" as const, altNames }]),
    ],
    ...(ca === undefined ? {} : { ca }),
  });
  return { cert: made.cert, key: made.private };
}
