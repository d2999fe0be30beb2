import type { BuildCache } from "./build-cache.js";

/** Certificates as files, for programs that want paths. */
export interface TlsFiles {
  /** The authority. */
  readonly ca: string;
  /** The server's certificate, and its key. */
  readonly certificate: string;
  readonly key: string;
  /** The name in the certificate. */
  readonly serverName: string;
}

/** A program with its arguments. */
export interface Command {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** A run of a peer's client. */
export interface ClientRun extends Command {
  /** One case: the exit code tells. Several: a line "ok CASE" or "failed CASE REASON" for each. */
  readonly cases: readonly string[];
}

/** A peer that was built or installed. */
export interface ReadyPeer {
  readonly version: string;
  /** The certificates that its programs insist on; else those of the run. */
  readonly tls?: TlsFiles;
  /** Its server, which says on a line `listening on PORT`, in its own words, that it is ready. `freePort` is for those that cannot choose. */
  server(tls: TlsFiles | undefined, freePort: number): Command & { readonly ready: RegExp };
  clients(cases: readonly string[], port: number, tls: TlsFiles | undefined): ClientRun[];
}

/** Another implementation of gRPC that has the interop test service. */
export interface Peer {
  readonly name: string;
  /** In which language, for the table. */
  readonly language: string;
  /** Whether client and server are the peer's own programs, or ours on its API. */
  readonly programs: "its own" | "ours on its API";
  /** Whether its server looks at `expect_compressed`. */
  readonly checksCompression: boolean;
  /** Cases that its server has no part in, with the reason. */
  readonly serverLacks: Readonly<Record<string, string>>;
  /** Cases that its client does not have, with the reason. */
  readonly clientLacks: Readonly<Record<string, string>>;
  /** Where a case goes by another name in its client. */
  readonly clientNames?: Readonly<Record<string, string>>;
  /** @throws MissingToolchain if this machine lacks what it takes */
  prepare(cache: BuildCache): Promise<ReadyPeer>;
}

/** This machine does not have what building a peer takes. */
export class MissingToolchain extends Error {
  override readonly name = "MissingToolchain";
}
