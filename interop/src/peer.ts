/** What a client and a server of either implementation look like to the cases: the same words for both. */
import type { Identity } from "./certificates.js";

export type Kind = "unary" | "serverStream" | "clientStream" | "bidiStream";

export const KINDS: readonly Kind[] = ["unary", "serverStream", "clientStream", "bidiStream"];

export type Compression = "identity" | "gzip" | "deflate";

/** A request or a reply. */
export interface Message {
  readonly id: bigint;
  readonly payload: Uint8Array;
}

/** Metadata in order; bytes for `-bin` keys. */
export type Pairs = readonly (readonly [key: string, value: string | Uint8Array])[];

/** How a call ended, as its client tells. */
export interface Outcome {
  readonly code: number;
  readonly message: string;
  readonly trailer: Pairs;
}

export interface CallSettings {
  readonly metadata?: Pairs;
  readonly timeoutMs?: number;
  /** Call what no server has. */
  readonly missing?: "method" | "service";
}

/** A call that runs. */
export interface Run {
  /** The replies; ends, never fails, when the call does. Leaving the loop does not cancel. */
  readonly replies: AsyncIterable<Message>;
  readonly header: Promise<Pairs>;
  readonly outcome: Promise<Outcome>;
  cancel(): void;
}

export interface ClientPeer {
  readonly name: string;
  /** The kinds of calls that it has. Default: all. */
  readonly kinds?: readonly Kind[];
  /** True if the header of a unary call comes with its reply, as in Connect. */
  readonly unaryHeaderIsLate?: boolean;
  /** `requests`: the methods that take one take the first. */
  call(kind: Kind, requests: readonly Message[] | AsyncIterable<Message>, settings?: CallSettings): Run;
  close(): Promise<void>;
}

export interface ClientSettings {
  /** `127.0.0.1:port`, `localhost:port` or `unix:path`. */
  readonly target: string;
  readonly tls?: { readonly ca: string; readonly identity?: Identity };
  readonly compression?: Compression;
  readonly maxReceiveBytes?: number;
}

export interface ServerPeer {
  readonly name: string;
  /** The port; 0 on a unix socket. */
  readonly port: number;
  close(): Promise<void>;
}

export interface ServerSettings {
  /** `127.0.0.1:0` unless it is given. */
  readonly address?: string;
  readonly tls?: { readonly identity: Identity; readonly clientCa?: string };
  /** How replies are compressed, where the implementation can. */
  readonly compression?: Compression;
  readonly maxReceiveBytes?: number;
}

/** Who makes them. */
export interface Implementation {
  readonly name: string;
  /** Whether its server can compress replies. */
  readonly compressesReplies: boolean;
  connect(settings: ClientSettings): ClientPeer;
  serve(settings: ServerSettings): Promise<ServerPeer>;
}
