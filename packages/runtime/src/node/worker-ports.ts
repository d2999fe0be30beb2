import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { isPoolMessage, type PoolMessage } from "./pool-messages.js";

/** Where a listener takes connections from that it did not accept itself: a `net.Server`, or a worker's share of a port. */
export interface ConnectionSource {
  readonly listening: boolean;
  address(): { readonly address: string; readonly port: number } | string | null;
  on(event: "connection", listener: (socket: Socket) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  /** When it was closed and its last connection has ended. */
  once(event: "close", listener: () => void): unknown;
  close(): unknown;
}

/** The ports that a worker shares with others: its primary opens them and hands connections over. */
export class WorkerPorts {
  readonly #ports = new Map<string, WorkerPort>();
  /** How often an address was asked for, as each further time means a further port (":0"). */
  readonly #asked = new Map<string, number>();
  #closedCount = 0;

  constructor() {
    process.on("message", (message: unknown, handle: unknown) => {
      if (isPoolMessage(message)) this.#onMessage(message, handle as Socket | undefined);
    });
  }

  /** Asks the primary for a share of a port. @throws Error that names the address and the cause */
  async open(address: string, backlog: number | undefined): Promise<ConnectionSource> {
    const nth = this.#asked.get(address) ?? 0;
    this.#asked.set(address, nth + 1);
    const key = `${address}#${nth}`;
    const port = new WorkerPort(() => {
      this.#ports.delete(key);
      tell({ hawser: "unlisten", key });
    });
    this.#ports.set(key, port);
    tell({ hawser: "listen", key, address, ...(backlog === undefined ? {} : { backlog }) });
    await port.opened;
    // Once the caller has said what is to become of them.
    setImmediate(() => tell({ hawser: "take", key }));
    return port;
  }

  #onMessage(message: PoolMessage, handle: Socket | undefined): void {
    if (message.hawser === "listening") this.#ports.get(message.key)?.onOpened(message.address, message.port);
    else if (message.hawser === "refused") this.#onRefused(message);
    else if (message.hawser === "connection") this.#onConnection(message, handle);
  }

  #onRefused({ key, message, code }: PoolMessage & { hawser: "refused" }): void {
    this.#ports.get(key)?.onRefused(new Error(message, { cause: Object.assign(new Error(message), { code }) }));
    this.#ports.delete(key);
  }

  #onConnection({ key, id }: PoolMessage & { hawser: "connection" }, socket: Socket | undefined): void {
    const port = this.#ports.get(key);
    if (port === undefined || socket === undefined) {
      socket?.destroy();
      tell({ hawser: "returned", id });
      return;
    }
    // Before a byte of it is read: from here on nobody else can take it over.
    tell({ hawser: "accepted", id });
    socket.once("close", () => this.#onClosed());
    port.onConnection(socket);
  }

  /** What closes in one turn is told in one message. */
  #onClosed(): void {
    if (this.#closedCount++ > 0) return;
    setImmediate(() => {
      tell({ hawser: "closed", count: this.#closedCount });
      this.#closedCount = 0;
    });
  }
}

class WorkerPort extends EventEmitter implements ConnectionSource {
  readonly opened: Promise<void>;
  listening = false;
  readonly #onClose: () => void;
  #bound: { readonly address: string; readonly port: number } = { address: "", port: 0 };
  #connections = 0;
  #closed = false;
  #resolve = (): void => {};
  #reject = (_error: Error): void => {};

  constructor(onClose: () => void) {
    super();
    this.#onClose = onClose;
    this.opened = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  address(): { readonly address: string; readonly port: number } {
    return this.#bound;
  }

  onOpened(address: string, port: number): void {
    this.#bound = { address, port };
    this.listening = true;
    this.#resolve();
  }

  onRefused(error: Error): void {
    this.#reject(error);
  }

  onConnection(socket: Socket): void {
    this.#connections++;
    socket.once("close", () => {
      this.#connections--;
      this.#closeIfDone();
    });
    this.emit("connection", socket);
  }

  close(): void {
    if (!this.listening) return;
    this.listening = false;
    this.#onClose();
    setImmediate(() => this.#closeIfDone());
  }

  #closeIfDone(): void {
    if (this.listening || this.#connections > 0 || this.#closed) return;
    this.#closed = true;
    this.emit("close");
  }
}

function tell(message: PoolMessage): void {
  // A primary that is gone is seen by "disconnect".
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
