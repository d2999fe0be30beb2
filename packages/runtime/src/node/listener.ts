import { createServer as createTcpServer, type Server as NetServer, type Socket } from "node:net";
import type { TLSSocket, Server as TlsServer } from "node:tls";
import { Warner } from "../client/warner.js";
import { errorCodeName, HANDSHAKE_TIMEOUT_MS, type Http2Options } from "../http2/index.js";
import type { OnEvent } from "../rpc/event.js";
import { INTERNAL_ERROR, NO_ERROR } from "../rpc/http-code.js";
import type { HttpFailure, HttpHead, HttpPeer, HttpStream } from "../rpc/http-types.js";
import type { Listener, StreamHandler } from "../server/server.js";
import { builtin } from "./builtin.js";
import { type ConnectionAgeOptions, ConnectionAges } from "./connection-ages.js";
import { type Http1Options, Http1Server } from "./http1-server.js";
import { Http2Socket } from "./http2-socket.js";
import { boundAddress, openPort, unixPath } from "./open-port.js";
import { SocketPeer } from "./peer.js";
import { type LimitEvent, type PortCounter, PortCounters } from "./port-counters.js";
import { awaitPreface } from "./preface.js";
import { ALPN_H2, type ServerTls, serverTlsOptions } from "./tls-options.js";
import { type CurrentTls, DEFAULT_RELOAD_MS, needsSource, TlsSource } from "./tls-source.js";
import type { ConnectionSource, WorkerPorts } from "./worker-ports.js";

/** How a port is opened. */
export interface ListenOptions {
  /** Speak TLS; cleartext without it. */
  readonly tls?: ServerTls;
  /** Hears of certificates that can't be read anew. Default: it is printed with `console.warn`. */
  readonly onWarning?: (message: string, cause: unknown) => void;
  /** Limits of each connection of HTTP/2. */
  readonly http2?: Http2Options;
  /** Limits of each connection of HTTP/1.1. */
  readonly http1?: Http1Options;
  /** Connections that the system holds until they are accepted. Default 511, as Node has it. */
  readonly backlog?: number;
  /** Connections at once; those beyond are closed as they come. Default {@link MAX_CONNECTIONS}. */
  readonly maxConnections?: number;
  /**
   * Told when a connection meets one of its limits, or makes a fault, for the first time. How often that was is in
   * `server.ports`, and in channelz. Must not throw.
   */
  readonly onLimit?: (event: LimitEvent) => void;
  /** When connections are closed that are neither broken nor left by their clients. Default: never. */
  readonly connectionAge?: ConnectionAgeOptions;
  /** PINGs to clients that have gone silent, and how many of theirs are taken. */
  readonly keepalive?: ServerKeepaliveOptions;
  /**
   * Listens already, perhaps handed over by another process; connections are taken from it and no port is opened.
   * The server closes it when it shuts down.
   */
  readonly server?: NetServer;
}

/** Keepalive as a server does it (gRFC A8). */
export interface ServerKeepaliveOptions {
  /** After so long without a word from the client, ask. Default: never. */
  readonly timeMs?: number;
  /** Without an answer for so long the connection is given up. Default 20,000. */
  readonly timeoutMs?: number;
  /** A client whose PINGs come more often than this, by more than a tenth, is told "too_many_pings". Default 10,000. */
  readonly minPeerIntervalMs?: number;
}

/**
 * 10,000: what one process serves well; beyond it descriptors and memory of the connections that are there would be at
 * stake. How many of them one address may have is for what stands in front of the server to say.
 */
export const MAX_CONNECTIONS = 10_000;

/** In a worker of `serve`: its primary opens the ports. */
let workerPorts: WorkerPorts | undefined;

/** From now on the ports of this process are those that its primary shares with it. */
export function listenThrough(ports: WorkerPorts): void {
  workerPorts = ports;
}

/**
 * 1 s for a connection that is new when the server drains: its client is told to go elsewhere, and has not failed to
 * connect.
 */
const DRAIN_HANDSHAKE_MS = 1_000;

/** Opens a port and serves HTTP/2 and HTTP/1.1 on it. @throws Error that names the address and the cause */
export async function listen(
  address: string,
  options: ListenOptions,
  onStream: StreamHandler,
  onEvent?: OnEvent,
): Promise<Listener> {
  const { tls } = options;
  if (tls !== undefined && needsSource(tls)) {
    const warner = new Warner(address, options.onWarning);
    const source = new TlsSource<ServerTls>(tls, (message, cause) => warner.warn(message, cause));
    const current = await source.current().catch((error: Error) => {
      throw new Error(`can't listen on ${address}: ${error.message}`, { cause: error });
    });
    const listener = new NodeListener({ ...options, tls: current.tls }, onStream, onEvent);
    listener.follow(source, current);
    await listener.open(address, options);
    return listener;
  }
  const listener = new NodeListener(options, onStream, onEvent);
  await listener.open(address, options);
  return listener;
}

class NodeListener implements Listener {
  readonly closed: Promise<void>;
  readonly #server: NetServer;
  readonly #http2: Http2Options;
  /** From a connection's first packet to its TLS, and again to its first HTTP/2. */
  readonly #handshakeTimeoutMs: number;
  readonly #onStream: StreamHandler;
  readonly #onEvent: OnEvent | undefined;
  /** Every socket beneath, those included that are in the middle of a TLS handshake. */
  readonly #accepted = new Set<Socket>();
  /** Sockets that have not said what they speak, and connections that have. */
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Map<Http2Socket, SocketPeer>();
  readonly #http1Options: Http1Options;
  /** Made when the first client comes that speaks it. */
  #http1: Http1Server | undefined;
  readonly #ages: ConnectionAges;
  readonly #counters = new PortCounters();
  readonly #onLimit: (event: LimitEvent) => void;
  /** A server that was handed in, or a worker's share of a port, in place of our own. */
  #source: ConnectionSource | undefined;
  #unixPath: string | undefined;
  #draining = false;
  /** Looks at peers after their handshake. */
  #refuse: ((socket: TLSSocket) => string | undefined) | undefined;
  #reloading: NodeJS.Timeout | undefined;
  #resolveClosed = (): void => {};

  constructor(options: ListenOptions, onStream: StreamHandler, onEvent: OnEvent | undefined) {
    this.#onEvent = onEvent;
    this.#http2 = http2Of(options);
    this.#ages = new ConnectionAges(options.connectionAge ?? {});
    this.#onStream = onStream;
    this.#http1Options = options.http1 ?? {};
    this.#onLimit = (event) => {
      options.onLimit?.(event);
      onEvent?.({ type: "limit_hit", side: "server", ...event });
    };
    this.#handshakeTimeoutMs = options.http2?.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
    this.#server =
      options.tls === undefined
        ? createTcpServer({ noDelay: true }, (socket) => this.#onSocket(socket))
        : builtin.tls.createServer(
            { ...serverTlsOptions(options.tls, this.#handshakeTimeoutMs), noDelay: true },
            (socket: TLSSocket) => this.#onTlsSocket(socket),
          );
    this.#server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
    // Failed handshakes are the client's to hear of; they must never end the listener (CVE-2024-47609, CVE-2023-4785).
    this.#server.on("tlsClientError", (error, socket: TLSSocket) => this.#onTlsFailed(error.message, socket));
    this.#server.on("drop", () => this.#count("maxConnections", undefined));
    this.#server.on("connection", (socket: Socket) => {
      this.#accepted.add(socket);
      socket.once("close", () => this.#accepted.delete(socket));
    });
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#server.once("close", () => this.#onServerClosed());
  }

  get address(): string {
    return this.#bound().address;
  }

  get port(): number {
    return this.#bound().port;
  }

  get peers(): HttpPeer[] {
    return [...this.#connections.values(), ...(this.#http1?.peers ?? [])];
  }

  get limits(): Readonly<Record<string, number>> {
    return this.#counters.sum(Array.from(this.#connections.keys(), ({ connection }) => connection.counters));
  }

  /** Takes over what `source` has to say, now and later; the context of TLS is one for all new connections. */
  follow(source: TlsSource<ServerTls>, current: CurrentTls<ServerTls>): void {
    this.#refuse = current.refuse;
    const { cert, key, ca, reloadMs = DEFAULT_RELOAD_MS, revocation } = current.tls;
    const periodMs = Math.min(reloadMs, revocation?.reloadMs ?? reloadMs);
    let last = [cert, key, ca].join();
    this.#reloading = setInterval(
      () => {
        source.current().then(({ tls, refuse }) => {
          this.#refuse = refuse;
          const next = [tls.cert, tls.key, tls.ca].join();
          if (next === last) return;
          last = next;
          (this.#server as TlsServer).setSecureContext(serverTlsOptions(tls, this.#handshakeTimeoutMs));
        }, ignore);
      },
      Math.max(periodMs, MIN_RELOAD_MS),
    );
    this.#reloading.unref();
  }

  async open(address: string, { backlog, server }: ListenOptions): Promise<void> {
    this.#unixPath = unixPath(address);
    if (server !== undefined) {
      if (!server.listening) throw new Error(`the server handed in for ${address} does not listen`);
      this.#takeFrom(server);
    } else if (workerPorts !== undefined) {
      this.#takeFrom(await workerPorts.open(address, backlog));
    } else {
      await openPort(this.#server, address, backlog);
      // Too many descriptors and the like: one connection is lost, the listener goes on.
      this.#server.on("error", () => this.#count("acceptErrors", undefined));
    }
  }

  drain(): void {
    this.#stopAccepting();
    for (const { connection } of this.#connections.keys()) connection.close();
    this.#http1?.drain();
    // Those that are about to say what they speak are told to go elsewhere as politely; a mute one is not waited for.
    setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, DRAIN_HANDSHAKE_MS).unref();
  }

  destroy(): void {
    this.#stopAccepting();
    for (const { connection } of this.#connections.keys()) connection.destroy();
    this.#http1?.destroy();
    // After a turn in which the connections say goodbye.
    setImmediate(() => {
      for (const socket of this.#accepted) socket.destroy();
    });
  }

  #takeFrom(source: ConnectionSource): void {
    this.#source = source;
    const { maxConnections } = this.#server;
    source.on("connection", (socket: Socket) => {
      if (this.#accepted.size < maxConnections) {
        this.#server.emit("connection", socket);
        return;
      }
      this.#count("maxConnections", socket);
      socket.destroy();
    });
    source.on("error", () => this.#count("acceptErrors", undefined));
    source.once("close", () => this.#onServerClosed());
  }

  #bound(): { readonly address: string; readonly port: number } {
    return boundAddress(this.#source ?? this.#server, this.#unixPath);
  }

  #stopAccepting(): void {
    if (this.#draining) return;
    this.#draining = true;
    (this.#source ?? this.#server).close();
  }

  #count(limit: PortCounter, socket: Socket | undefined): void {
    this.#counters.count(limit);
    this.#onLimit({ limit, peer: socket === undefined ? "unknown" : new SocketPeer(socket, this.#unixPath).address });
  }

  #onTlsFailed(reason: string, socket: TLSSocket): void {
    this.#onEvent?.({
      type: "tls_failed",
      target: new SocketPeer(socket, this.#unixPath).localAddress,
      address: new SocketPeer(socket, this.#unixPath).address,
      reason,
    });
    this.#count("tlsErrors", socket);
    socket.on("error", ignore);
    socket.destroy();
  }

  #onServerClosed(): void {
    clearInterval(this.#reloading);
    this.#ages.stop();
    this.#resolveClosed();
  }

  #onSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    awaitPreface(socket, this.#handshakeTimeoutMs, {
      onKnown: (version, first) => {
        if (version === "h2") this.#speak(socket, first);
        else this.#speakHttp1(socket, first);
      },
      onTimeout: () => this.#count("prefaceTimeouts", socket),
    });
  }

  #onTlsSocket(socket: TLSSocket): void {
    const refusal = this.#refuse?.(socket);
    if (refusal !== undefined) {
      this.#onTlsFailed(refusal, socket);
      return;
    }
    if (socket.alpnProtocol === ALPN_H2) {
      this.#speak(socket, undefined);
    } else {
      // No ALPN: a client that has prior knowledge, or one that speaks HTTP/1.1.
      this.#onSocket(socket);
    }
  }

  #speakHttp1(socket: Socket, first: Uint8Array | undefined): void {
    this.#sockets.delete(socket);
    if (this.#draining) {
      socket.destroy();
      return;
    }
    this.#http1 ??= new Http1Server(this.#http1Options, this.#onStream);
    const peer = new SocketPeer(socket, this.#unixPath);
    if (this.#onEvent !== undefined) this.#tellHttp1(this.#onEvent, socket, peer);
    this.#http1.accept(socket, first, peer);
  }

  #tellHttp1(onEvent: OnEvent, socket: Socket, peer: SocketPeer): void {
    const { localAddress: target, traffic } = peer;
    let error: Error | undefined;
    let ended = false;
    socket.once("error", (cause) => {
      error = cause;
    });
    socket.once("end", () => {
      ended = true;
    });
    socket.once("close", () => {
      const reason = error?.message ?? (ended ? "the client closed the connection" : "the connection was closed");
      const origin = error !== undefined ? "connection" : ended ? "peer" : "local";
      // HTTP/1.1 has no codes; those of HTTP/2 that mean the same.
      const code = error === undefined ? NO_ERROR : INTERNAL_ERROR;
      onEvent({ type: "connection_closed", side: "server", target, peer, reason, code, origin, traffic });
    });
    onEvent({ type: "connection_opened", side: "server", target, peer });
  }

  #speak(socket: Socket, first: Uint8Array | undefined): void {
    this.#sockets.delete(socket);
    const peer = new SocketPeer(socket, this.#unixPath);
    const http2 = new Http2Socket(socket, "server", this.#http2, {
      onStream: (stream: HttpStream, head: HttpHead, endStream: boolean) =>
        this.#onStream(stream, head, endStream, peer),
      onReady() {},
      onAvailable() {},
      onDraining() {},
      onLimit: (limit) => this.#onLimit({ limit, peer: peer.address }),
      onGoAway: (direction, number, debug) => {
        const code = errorCodeName(number);
        const { localAddress: target, address } = peer;
        this.#onEvent?.({ type: `goaway_${direction}`, side: "server", target, peer: address, code, debug });
      },
      onClosed: ({ message: reason, code, origin }: HttpFailure) => {
        const { localAddress: target, traffic } = peer;
        this.#counters.keep(http2.connection.counters);
        this.#onEvent?.({ type: "connection_closed", side: "server", target, peer, reason, code, origin, traffic });
        this.#connections.delete(http2);
        this.#ages.forget(http2.connection);
      },
    });
    peer.connection = http2.connection;
    this.#connections.set(http2, peer);
    this.#onEvent?.({ type: "connection_opened", side: "server", target: peer.localAddress, peer });
    this.#ages.watch(http2.connection, peer.traffic);
    if (first !== undefined) http2.connection.receive(first);
    if (this.#draining) http2.connection.close();
  }
}

function http2Of({ http2, keepalive }: ListenOptions): Http2Options {
  return {
    ...(keepalive?.timeMs === undefined
      ? {}
      : { keepaliveIntervalMs: keepalive.timeMs, keepaliveWithoutStreams: true }),
    ...(keepalive?.timeoutMs === undefined ? {} : { keepaliveTimeoutMs: keepalive.timeoutMs }),
    ...(keepalive?.minPeerIntervalMs === undefined ? {} : { minPingIntervalMs: keepalive.minPeerIntervalMs }),
    ...http2,
  };
}

function ignore(): void {}

/** 10 ms: the clock must not be all that a server listens to. */
const MIN_RELOAD_MS = 10;
