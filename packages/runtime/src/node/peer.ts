import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { HttpPeer, HttpPeerTls } from "../rpc/http-types.js";

/** The other end of a socket. */
export class SocketPeer implements HttpPeer {
  readonly address: string;
  readonly #socket: Socket;
  #tls: HttpPeerTls | undefined;

  /** @param unixPath the path if this is a unix socket, which can't tell it itself */
  constructor(socket: Socket, unixPath: string | undefined) {
    this.#socket = socket;
    this.address = unixPath === undefined ? socketAddress(socket) : `unix:${unixPath}`;
  }

  /** Read when it is first looked at: Node parses the certificate anew for each question. */
  get tls(): HttpPeerTls | undefined {
    if (this.#tls === undefined && this.#socket instanceof TLSSocket) this.#tls = describeTls(this.#socket);
    return this.#tls;
  }
}

function socketAddress(socket: Socket): string {
  const { remoteAddress = "unknown", remotePort = 0 } = socket;
  return remoteAddress.includes(":") ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}

function describeTls(socket: TLSSocket): HttpPeerTls {
  const certificate = socket.getPeerCertificate();
  const known = certificate.raw !== undefined;
  return {
    protocol: socket.getProtocol() ?? "",
    authorized: socket.authorized,
    ...(known ? { certificate: new Uint8Array(certificate.raw), subject: certificate.subject.CN } : {}),
    alternativeNames: certificate.subjectaltname?.split(", ") ?? [],
  };
}
