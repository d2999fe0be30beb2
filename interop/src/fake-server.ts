import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A TCP server that does what it is told: hostile, broken or no gRPC at all. */
export class FakeServer {
  readonly port: number;
  readonly target: string;
  /** Connections that were made. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.target = `127.0.0.1:${this.port}`;
  }

  /** @param serve what becomes of each connection; its number counts from 1 */
  static async start(serve: (socket: Socket, number: number) => void, port = 0): Promise<FakeServer> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const fake = new FakeServer(server);
    server.on("connection", (socket) => {
      fake.#sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => fake.#sockets.delete(socket));
      serve(socket, ++fake.connections);
    });
    return fake;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
