import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy in which a test can let the network fail. */
export class TcpProxy {
  readonly port: number;
  /** Connections that were ever made. */
  connections = 0;
  /** Bytes from clients to the server, and back. */
  sent = 0;
  received = 0;
  /** Cuts every connection, with RST, once this many bytes have come from the server. */
  cutAfter: number = Infinity;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #frozen = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const proxy = new TcpProxy(server);
    server.on("connection", (socket) =>
      proxy.#join(socket, connect({ port: targetPort, host: "127.0.0.1", noDelay: true })),
    );
    return proxy;
  }

  /** The peer vanishes: nothing is forwarded any more, and nobody is told. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** The network is back for connections that come; what was frozen is lost. */
  thaw(): void {
    this.#frozen = false;
  }

  /** Breaks every connection with RST. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    this.connections++;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (chunk) => {
        if (this.#frozen) return;
        if (from === client) this.sent += chunk.length;
        else this.received += chunk.length;
        if (this.received > this.cutAfter) return this.cut();
        if (!to.write(chunk)) {
          from.pause();
          to.once("drain", () => {
            if (!this.#frozen) from.resume();
          });
        }
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        if (!this.#frozen) to.destroy();
      });
    }
    if (this.#frozen) this.freeze();
  }
}
