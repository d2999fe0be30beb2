import type { BuildCache } from "../grpc/build-cache.js";
import type { TlsFiles } from "../grpc/peer.js";

/** What a proxy is started with. */
export interface ProxySetting {
  /** An empty folder for its files. */
  readonly folder: string;
  /** The port of the server behind it, in cleartext. */
  readonly origin: number;
  readonly tls: TlsFiles;
  /** Ports that are free: for cleartext, for TLS, and one to spare. */
  readonly ports: readonly [cleartext: number, tls: number, spare: number];
}

/** A proxy that runs, and listens on both of its ports. */
export interface RunningProxy {
  /** Has it take its configuration anew, as an operator would; resolves when it has been told. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** A proxy that can stand between client and server. */
export interface ForeignProxy {
  readonly name: string;
  /** How an operator has it take a new configuration. */
  readonly reloadedBy: string;
  /** Cases that it does not let through, with the reason. */
  readonly lacks: Readonly<Record<string, string>>;
  /** Its version. @throws MissingToolchain if this machine does not have it */
  prepare(cache: BuildCache): Promise<string>;
  start(setting: ProxySetting): Promise<RunningProxy>;
}
