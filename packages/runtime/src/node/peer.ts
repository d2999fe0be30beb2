import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Http2Connection, Http2Counters } from "../http2/index.js";
import { ConnectionTraffic } from "../rpc/connection-traffic.js";
import type { HttpPeer, HttpPeerTls } from "../rpc/http-types.js";
import { alternativeNames } from "./alternative-names.js";
import { spiffeIdOf } from "./spiffe.js";

/** The other end of a socket. */
export class SocketPeer implements HttpPeer {
  readonly address: string;
  readonly localAddress: string;
  readonly traffic: ConnectionTraffic = new ConnectionTraffic();
  readonly #socket: Socket;
  #tls: HttpPeerTls | undefined;
  /** Once it is there, the connection over the socket. */
  connection: Http2Connection | undefined;

  /** @param unixPath the path if this is a unix socket, which can't tell it itself */
  constructor(socket: Socket, unixPath: string | undefined) {
    this.#socket = socket;
    this.address = unixPath === undefined ? hostPort(socket.remoteAddress, socket.remotePort) : `unix:${unixPath}`;
    this.localAddress = unixPath === undefined ? hostPort(socket.localAddress, socket.localPort) : `unix:${unixPath}`;
  }

  /** What its connection has counted, one that has ended included. */
  get limits(): Record<string, number> {
    return { ...(this.connection?.counters ?? new Http2Counters()) };
  }

  /** Read when it is first looked at: Node parses the certificate anew for each question. */
  get tls(): HttpPeerTls | undefined {
    const socket = this.#socket as TLSSocket;
    if (this.#tls === undefined && socket.encrypted) this.#tls = describeTls(socket);
    return this.#tls;
  }
}

function hostPort(host = "unknown", port = 0): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function describeTls(socket: TLSSocket): HttpPeerTls {
  const certificate = socket.getPeerCertificate();
  const known = certificate.raw !== undefined;
  const names = alternativeNames(certificate.subjectaltname);
  const spiffeId = socket.authorized ? spiffeIdOf(names) : undefined;
  return {
    protocol: socket.getProtocol() ?? "",
    authorized: socket.authorized,
    ...(known ? { certificate: new Uint8Array(certificate.raw), subject: certificate.subject.CN } : {}),
    alternativeNames: names,
    ...(spiffeId === undefined ? {} : { spiffeId }),
  };
}
