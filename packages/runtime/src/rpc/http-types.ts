/**
 * The seam between RPC and HTTP. Client, server and protocols speak these types and know no HTTP version; `node/`
 * joins them to the HTTP/2 engine, whose stream class has this very shape, so that no wrapper stands between the two.
 *
 * Header sections are plain arrays of fields. An array that is sent more than once should be the same array each time:
 * an HPACK encoder keeps the finished block for it.
 */
import type { ByteWriter } from "../base/byte-writer.js";
import type { ConnectionTraffic } from "./connection-traffic.js";

/** One field of a header or trailer section; the name in lower case, pseudo-fields with their colon. */
export interface HttpField {
  readonly name: string;
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
  /**
   * `:protocol` (RFC 8441 §4) of a request by which a connection changes to another protocol, and the `upgrade` field
   * of HTTP/1.1 that means the same; absent from any other. What follows the head, both ways, are that protocol's octets.
   */
  readonly protocol?: string | undefined;
  /** `:status`; 0 unless this is a response. */
  readonly status: number;
  /** The fields without the pseudo-fields, in the order in which they came. */
  readonly fields: HttpFields;
  /**
   * The value of one field by its name in lower case, where that is at hand without {@link HttpHead.fields}; of a field that came
   * more than once the first, or all with commas between (RFC 9110 §5.3).
   */
  value?(name: string): string | undefined;
  /** For the floor above: what it made of this section, so that a repeated block is understood once. */
  derived: unknown;
}

/** Why a stream ended before its time. */
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
 * Takes what a stream brings. Calls come in the order `onHead` (responses may have informational ones skipped),
 * `onData`*, then one of `onTrailers`, an `onData`/`onHead` with `endStream`, or `onFailure`; nothing follows these.
 * A sink must not throw.
 */
export interface HttpSink {
  /** The header section. On a server the engine hands it to the listener instead. */
  onHead(head: HttpHead, endStream: boolean): void;
  /** Bytes of the body: `bytes[start, end)`, valid during the call only. Credit goes back by {@link HttpStream.consume}. */
  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void;
  /** The trailer section; the stream's incoming side has ended. */
  onTrailers(head: HttpHead): void;
  /** The stream was reset, or its connection is gone. */
  onFailure(failure: HttpFailure): void;
  /** There is room again after a send returned false. */
  onWritable(): void;
}

/** One request and its response, as both sides see it. */
export interface HttpStream {
  /** Who takes what comes; the server's listener sets it before it returns. */
  sink: HttpSink;
  /** Whether the bytes given to {@link HttpSink.onData} stay as they are, and may be kept without a copy; default no. */
  readonly lastingData?: boolean;
  /**
   * Sends a header or trailer section: `fields` (the same array each time it repeats), then `extra` (fields of this
   * one call). Once the outgoing side has ended, or the stream was reset, it does nothing.
   */
  sendHead(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean): void;
  /**
   * Begins a piece of body written in place: gives the connection's own writer, positioned where the bytes go. The
   * caller writes and then calls {@link HttpStream.commitData} or {@link HttpStream.abortData}, with no other call
   * on any stream of this connection between.
   */
  beginData(): ByteWriter;
  /** Ends what {@link HttpStream.beginData} began. Returns false when the sender should wait for `onWritable`. */
  commitData(endStream: boolean): boolean;
  /** Drops what {@link HttpStream.beginData} began. */
  abortData(): void;
  /**
   * Sends a whole response, head and body, for transports that take text as it is: the body goes as UTF-8, and its
   * length is added to `fields`, which have no `content-length`. Absent where bytes are what is sent.
   */
  readonly sendText?: ((fields: HttpFields, text: string) => void) | undefined;
  /** Sends bytes by reference; they must not change afterwards. Returns false as {@link HttpStream.commitData} does. */
  sendData(bytes: Uint8Array, endStream: boolean): boolean;
  /**
   * Ends both directions with an error code of RFC 9113 §7. The sink hears nothing more. After the outgoing side was
   * ended, NO_ERROR lets what waits go out first (RFC 9113 §8.1). Harmless on a closed stream.
   */
  reset(code: number): void;
  /** Gives `count` received body bytes back to the peer as window. */
  consume(count: number): void;
  /**
   * Asks for window for `count` received bytes that are kept and not read yet, because a message is longer than what
   * has come of it; they are consumed with the message. Absent where the transport knows no windows.
   */
  prefetch?(count: number): void;
  /**
   * Called on a server instead of answering that nobody has this path: true if somebody else answers the request, who
   * finds it untouched. Absent where there is nobody else.
   */
  pass?(): boolean;
  /**
   * Says that work on the stream goes on, so that it counts as one of those that the peer may have at once until
   * {@link HttpStream.release}, even if the peer resets it before: a peer that opens and resets streams in a loop must
   * not have any number of handlers running.
   */
  hold(): void;
  /** Ends {@link HttpStream.hold}. */
  release(): void;
}

/** The other end of a connection. */
export interface HttpPeer {
  /** `ip:port`, `[ip6]:port` or `unix:path`. */
  readonly address: string;
  /** What TLS established; absent on cleartext. */
  readonly tls?: HttpPeerTls | undefined;
  /** This side's end of the connection, as `address`; absent where nobody can tell. */
  readonly localAddress?: string | undefined;
  /** On a server, what has gone over the connection so far. */
  readonly traffic?: ConnectionTraffic | undefined;
  /** On a server, how often each limit of the connection was met, by name; absent where nobody counts. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
}

/** The facts of a TLS connection that an application may decide on. */
export interface HttpPeerTls {
  /** As `TLSv1.3`. */
  readonly protocol: string;
  /** True if the peer showed a certificate that a trusted authority signed. */
  readonly authorized: boolean;
  /** The peer's certificate in DER, if it showed one. */
  readonly certificate?: Uint8Array;
  /** The subject's common name, if there is one. */
  readonly subject?: string;
  /** Subject alternative names, as `DNS:example.org`; one with a comma or a quote in it is quoted behind the colon. */
  readonly alternativeNames: readonly string[];
  /**
   * The peer's SPIFFE id, as `spiffe://example.org/notes`: the only URI among the names of a certificate that a trusted
   * authority signed. Whether that authority may speak for the trust domain is for the option `spiffe` to check (gRFC A87).
   */
  readonly spiffeId?: string;
}

/** A client's connection to one address. */
export interface HttpConnection {
  readonly peer: HttpPeer;
  /** True while a stream may be opened now: not closing, and under the peer's limit of concurrent streams. */
  readonly available: boolean;
  /** Whether requests of protocols that don't count on it may be streams here: WebSockets, and `fetch` in some places. */
  readonly carriesRequestStreams?: boolean;
  /** Streams that are open now; absent where nobody counts them. */
  readonly openStreams?: number;
  /** Of these, how many the client has for itself: they keep neither process nor channel awake. Set by who opens them. */
  backgroundStreams?: number;
  /** Opens a stream. Only while {@link HttpConnection.available}. */
  open(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean, sink: HttpSink): HttpStream;
  /** Says GOAWAY, lets open streams finish, then closes. */
  close(): void;
  /** Closes at once; open streams fail. */
  destroy(): void;
}

/** What a connection tells the channel that made it. */
export interface HttpConnectionEvents {
  /** The peer's SETTINGS arrived: streams may be opened. */
  onReady(connection: HttpConnection): void;
  /** {@link HttpConnection.available} turned true again. */
  onAvailable(): void;
  /**
   * No further streams may be opened (GOAWAY, or the stream ids are used up); open ones go on. `goAway` is the name of
   * the error code that the peer's GOAWAY had, if it was that.
   */
  onDraining(goAway?: string): void;
  /** The end, once: the connection failed to come up, broke, or was closed. */
  onClosed(failure: HttpFailure): void;
}

/** A connection on its way. */
export interface HttpConnecting {
  /** Gives up; `onClosed` is not called. */
  cancel(): void;
}
