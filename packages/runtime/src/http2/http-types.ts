/**
 * The shapes that the engine shares with the floor above. They repeat those of the RPC floor's `http-types` under the
 * same member names, so that nothing has to wrap a stream, a sink or a head on its way between the two floors.
 */

/** One field of a header or trailer section; the name in lower case, pseudo-fields with their colon. */
export interface HttpField {
  readonly name: string;
  /** One character for each octet (ISO 8859-1), as HTTP knows no other encoding of field values. */
  readonly value: string;
}

/** A section as it is sent: pseudo-fields first (RFC 9113 §8.3). */
export type HttpFields = readonly HttpField[];

/** A section as it came. Immutable, and shared: a block that repeats gives the same object again. */
export interface HttpHead {
  /** `:method`; empty unless this is a request. */
  readonly method: string;
  /** `:scheme`; empty unless this is a request. */
  readonly scheme: string;
  /** `:authority`, else the `host` field; empty unless this is a request. */
  readonly authority: string;
  /** `:path`; empty unless this is a request. */
  readonly path: string;
  /** `:status`; 0 unless this is a response. */
  readonly status: number;
  /** The fields without the pseudo-fields, in the order in which they came. */
  readonly fields: HttpFields;
  /** For the floor above: what it made of this section, so that a repeated block is understood once. */
  derived: unknown;
}

/** Why a stream or a connection ended before its time. */
export interface HttpFailure {
  /** The error code of RFC 9113 §7, as 0x8 for CANCEL. */
  readonly code: number;
  /** What happened, in words, for the message of the error that the caller sees. */
  readonly message: string;
  /** Who ended it: the peer by RST_STREAM, this side, or the loss of the connection. */
  readonly origin: "peer" | "local" | "connection";
  /** True if the peer has certainly not worked on the stream (RFC 9113 §8.7), so that it may be tried elsewhere. */
  readonly unprocessed: boolean;
  /** What lies beneath, as a socket's error. */
  readonly cause?: unknown;
}

/**
 * Takes what a stream brings. The order is `onHead` (clients only; informational ones are skipped), `onData`*, then
 * `onTrailers` or a call with `endStream`. `onFailure` comes at most once, in place of what is missing; on a server
 * also after the request has ended, for as long as the response has not. A sink must not throw: an exception ends the
 * connection.
 */
export interface HttpSink {
  /** The header section. On a server the engine hands it to the connection's handler instead. */
  onHead(head: HttpHead, endStream: boolean): void;
  /** Bytes of the body: `bytes[start, end)`, valid during the call only. Credit goes back by the stream's `consume`. */
  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void;
  /** The trailer section; the stream's incoming side has ended. */
  onTrailers(head: HttpHead): void;
  /** The stream was reset, or its connection is gone. */
  onFailure(failure: HttpFailure): void;
  /** There is room again after a send returned false. */
  onWritable(): void;
}
