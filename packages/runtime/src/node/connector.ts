import { connect as connectTcp, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Address, addressText } from "../client/address.js";
import type { ChannelWatch } from "../client/call-trace.js";
import type { Connector } from "../client/connector.js";
import { isIpLiteral, splitHostPort } from "../client/target.js";
import { errorCodeName, type Http2Connection, type Http2Counter, type Http2Options } from "../http2/index.js";
import type {
  HttpConnecting,
  HttpConnection,
  HttpConnectionEvents,
  HttpFailure,
  HttpFields,
  HttpPeer,
  HttpSink,
  HttpStream,
} from "../rpc/http-types.js";
import { builtin } from "./builtin.js";
import { requestTunnel } from "./http-connect.js";
import { Http2Socket, type Http2SocketEvents } from "./http2-socket.js";
import { SocketPeer } from "./peer.js";
import type { LimitEvent } from "./port-counters.js";
import type { HttpProxy } from "./proxy-choice.js";
import { ALPN_H2, type ClientTls, clientTlsOptions } from "./tls-options.js";
import type { TlsSource } from "./tls-source.js";

/** What a connector needs to know. */
export interface ConnectorOptions {
  /** Absent for cleartext. */
  readonly tls: ClientTls | undefined;
  /** Asked before each connection, if what is in `tls` changes or asks for more than Node checks. */
  readonly tlsSource?: TlsSource<ClientTls> | undefined;
  readonly connectTimeoutMs: number;
  /** Asked for a tunnel to each address; absent to connect directly. */
  readonly proxy?: HttpProxy | undefined;
  readonly http2: Http2Options;
  /** Told of limits and faults of connections. */
  readonly onLimit?: ((event: LimitEvent) => void) | undefined;
  /** Told of GOAWAY, and of limits as well. */
  readonly watch?: ChannelWatch | undefined;
}

/** Makes HTTP/2 connections over TCP, TLS and unix sockets. */
export class NodeConnector implements Connector {
  #options: ConnectorOptions;

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  connect(address: Address, authority: string, events: HttpConnectionEvents): HttpConnecting {
    return new Connecting(this.#options, address, authority, {
      onReady: (connection) => events.onReady(connection),
      onAvailable: () => events.onAvailable(),
      onDraining: (goAway) => events.onDraining(goAway),
      onClosed: (failure) => {
        if (failure.code === ENHANCE_YOUR_CALM && failure.message.includes("too_many_pings")) this.#calmDown();
        events.onClosed(failure);
      },
    });
  }

  /** A server finds our PINGs too many: later connections ask half as often (gRFC A8). */
  #calmDown(): void {
    const { http2 } = this.#options;
    if (!http2.keepaliveIntervalMs) return;
    this.#options = { ...this.#options, http2: { ...http2, keepaliveIntervalMs: http2.keepaliveIntervalMs * 2 } };
  }
}

/**
 * Where all connections without TLS read to: nobody keeps what it is given of a read (`HttpSink.onData`). Else Node makes
 * a buffer of this size for each read, and collects it (docs/performance.md).
 */
const READS: Uint8Array = new Uint8Array(64 * 1024);

/** One attempt, up to the peer's SETTINGS. */
class Connecting implements HttpConnecting, Http2SocketEvents {
  readonly #options: ConnectorOptions;
  readonly #address: Address;
  readonly #authority: string;
  readonly #events: HttpConnectionEvents;
  /** Absent until the certificates are there. */
  #socket: Socket | undefined;
  #tls: ClientTls | undefined;
  #refuse: ((socket: TLSSocket) => string | undefined) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #http2: Http2Socket | undefined;
  /** What the attempt is waiting for, for the message when time runs out. */
  #waitingFor: string;
  #over = false;
  /** The name of the error code of the peer's GOAWAY. */
  #goAway: string | undefined;

  constructor(options: ConnectorOptions, address: Address, authority: string, events: HttpConnectionEvents) {
    this.#options = options;
    this.#address = address;
    this.#authority = authority;
    this.#events = events;
    this.#waitingFor =
      address.kind === "unix" ? "the socket" : `the TCP connection${options.proxy ? " to the proxy" : ""}`;
    this.#tls = options.tls;
    if (options.tlsSource === undefined) this.#socket = this.#open();
    else this.#openWith(options.tlsSource);
    this.#timer = setTimeout(
      () =>
        this.#fail(
          `no connection after ${options.connectTimeoutMs} ms: still waiting for ${this.#waitingFor}`,
          undefined,
        ),
      options.connectTimeoutMs,
    );
  }

  /** Also lets go of it: this object lives as long as the connection. */
  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#end();
  }

  onStream(stream: HttpStream): void {
    // The engine answers a server that opens streams with an error: push is off.
    stream.reset(REFUSED_STREAM);
  }

  onReady(): void {
    if (this.#over) return;
    this.#stopTimer();
    const address = this.#address;
    const peer = new SocketPeer(this.#socket as Socket, address.kind === "unix" ? address.path : undefined);
    this.#events.onReady(new NodeConnection(this.#http2 as Http2Socket, peer));
  }

  onAvailable(): void {
    this.#events.onAvailable();
  }

  onDraining(): void {
    this.#events.onDraining(this.#goAway);
  }

  onGoAway(direction: "sent" | "received", number: number, debug: string): void {
    const code = errorCodeName(number);
    if (direction === "received") this.#goAway = code;
    const { watch } = this.#options;
    const peer = addressText(this.#address);
    watch?.observer.onEvent?.({
      type: `goaway_${direction}`,
      side: "client",
      target: watch.target,
      peer,
      code,
      debug,
    });
  }

  onLimit(limit: Http2Counter): void {
    const { onLimit, watch } = this.#options;
    const peer = addressText(this.#address);
    onLimit?.({ limit, peer });
    watch?.observer.onEvent?.({ type: "limit_hit", side: "client", limit, peer });
  }

  onClosed(failure: HttpFailure): void {
    this.#stopTimer();
    if (this.#over) return;
    this.#over = true;
    this.#events.onClosed(this.#withAddress(failure));
  }

  #openWith(source: TlsSource<ClientTls>): void {
    const waitingFor = this.#waitingFor;
    this.#waitingFor = "the certificates";
    source.current().then(
      ({ tls, refuse }) => {
        if (this.#over) return;
        this.#waitingFor = waitingFor;
        this.#tls = tls;
        this.#refuse = refuse;
        try {
          this.#socket = this.#open();
        } catch (error) {
          this.#onError(error as Error);
        }
      },
      (error: Error) => this.#onError(error),
    );
  }

  #open(): Socket {
    const { proxy } = this.#options;
    const tls = this.#tls;
    const address = this.#address;
    if (proxy !== undefined && address.kind === "tcp") return this.#openTunnel(proxy, address);
    const where = address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port };
    if (tls === undefined) {
      const onread = { buffer: READS, callback: (count: number) => this.#onRead(count) };
      const socket = connectTcp({ ...where, onread });
      return socket.once("connect", () => this.#speak(socket)).once("error", this.#onError);
    }
    const host = serverNameOf(this.#authority, address);
    const socket = builtin.tls.connect({ ...where, ...clientTlsOptions(tls, host) });
    socket.once("connect", () => {
      this.#waitingFor = "the TLS handshake";
    });
    return socket.once("secureConnect", () => this.#speakTls(socket)).once("error", this.#onError);
  }

  /** What was read lies in {@link READS}, until this returns. */
  #onRead(count: number): true {
    this.#http2?.receive(READS.subarray(0, count));
    return true;
  }

  /** TCP to the proxy, CONNECT, and then the same as without it (gRFC A1). */
  #openTunnel(proxy: HttpProxy, address: Address): Socket {
    const socket = connectTcp({ host: proxy.host, port: proxy.port });
    socket.once("error", this.#onError);
    socket.once("connect", () => {
      this.#waitingFor = "the proxy's answer to CONNECT";
      const onTunnel = () => {
        if (!this.#over) this.#throughTunnel(socket);
      };
      requestTunnel(socket, proxy, addressText(address), onTunnel, (message) => this.#fail(message, undefined));
    });
    return socket;
  }

  #throughTunnel(socket: Socket): void {
    const tls = this.#tls;
    if (tls === undefined) {
      this.#speak(socket);
      socket.resume();
      return;
    }
    this.#waitingFor = "the TLS handshake";
    const host = serverNameOf(this.#authority, this.#address);
    // Else Node would hold the certificate of an address against the name of the proxy.
    const secure = builtin.tls.connect({ socket, host, ...clientTlsOptions(tls, host) });
    this.#socket = secure;
    secure.once("secureConnect", () => this.#speakTls(secure)).once("error", this.#onError);
  }

  #speakTls(socket: TLSSocket): void {
    const refusal = this.#refuse?.(socket);
    if (refusal !== undefined) {
      this.#fail(refusal, undefined);
      return;
    }
    if (socket.alpnProtocol === ALPN_H2) {
      this.#speak(socket);
      return;
    }
    const chosen =
      socket.alpnProtocol === false || socket.alpnProtocol === null ? "nothing" : `"${socket.alpnProtocol}"`;
    this.#fail(`the server does not offer HTTP/2 over TLS: of "${ALPN_H2}" it chose ${chosen} (ALPN)`, undefined);
  }

  #speak(socket: Socket): void {
    if (this.#over) return;
    this.#waitingFor = "the server's HTTP/2 SETTINGS";
    socket.removeListener("error", this.#onError);
    // The attempt has its own time limit, which ends with the handshake.
    this.#http2 = new Http2Socket(socket, "client", { ...this.#options.http2, handshakeTimeoutMs: 0 }, this);
  }

  readonly #onError = (error: Error): void => this.#fail(describeSocketError(error), error);

  #fail(message: string, cause: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#end();
    const failure: HttpFailure = { code: CONNECT_ERROR, message, origin: "connection", unprocessed: true, cause };
    this.#events.onClosed(this.#withAddress(failure));
  }

  #end(): void {
    this.#stopTimer();
    this.#http2?.connection.destroy();
    this.#socket?.on("error", ignore);
    this.#socket?.destroy();
  }

  #withAddress(failure: HttpFailure): HttpFailure {
    const { proxy } = this.#options;
    const through =
      proxy === undefined
        ? ""
        : ` through the proxy ${addressText({ kind: "tcp", host: proxy.host, port: proxy.port })} of ${proxy.source}`;
    return { ...failure, message: `${failure.message} (connecting to ${addressText(this.#address)}${through})` };
  }
}

/** An HTTP/2 connection as channels see it. */
class NodeConnection implements HttpConnection {
  readonly peer: HttpPeer;
  readonly #socket: Http2Socket;
  readonly #engine: Http2Connection;

  constructor(socket: Http2Socket, peer: HttpPeer) {
    this.#socket = socket;
    this.#engine = socket.connection;
    this.peer = peer;
  }

  get available(): boolean {
    return this.#engine.available;
  }

  get openStreams(): number {
    return this.#engine.openStreams;
  }

  get backgroundStreams(): number {
    return this.#socket.backgroundStreams;
  }

  set backgroundStreams(count: number) {
    this.#socket.backgroundStreams = count;
  }

  open(fields: HttpFields, extra: HttpFields | undefined, endStream: boolean, sink: HttpSink): HttpStream {
    this.#socket.wake();
    return this.#engine.open(fields, extra, endStream, sink);
  }

  close(): void {
    this.#engine.close();
  }

  destroy(): void {
    this.#engine.destroy();
  }
}

/** The name that the certificate must have: that under which calls go out, not the address that it has led to. */
function serverNameOf(authority: string, address: Address): string {
  const { host } = splitHostPort(authority, authority);
  return isIpLiteral(host) && address.kind === "tcp" ? address.host : host;
}

/** Node wraps the errors of several addresses in one without a text of its own. */
function describeSocketError(error: Error): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join("; ");
  }
  return error.message;
}

function ignore(): void {}

/** RFC 9113 §7. */
const REFUSED_STREAM = 0x7;
const CONNECT_ERROR = 0xa;
const ENHANCE_YOUR_CALM = 0xb;
