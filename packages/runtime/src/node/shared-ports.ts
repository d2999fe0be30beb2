import type { Worker } from "node:cluster";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import { boundAddress, openPort, unixPath } from "./open-port.js";
import { isPoolMessage, type PoolMessage } from "./pool-messages.js";

/** A port that the primary holds for its workers. */
interface SharedPort {
  readonly server: NetServer;
  readonly address: string;
  /** Connections that no worker could take yet. */
  readonly waiting: Socket[];
  readonly opened: Promise<void>;
}

/** A worker as one that takes connections. */
interface Taker {
  readonly worker: Worker;
  readonly keys: Set<string>;
  /** Connections that it has accepted and not said to be closed. */
  open: number;
  /** Given to it and not yet accepted, by id. */
  readonly sent: Map<number, { readonly key: string; readonly socket: Socket }>;
  /** When the last of these was given. */
  sentAtMs: number;
}

/**
 * The ports of a pool of workers. The primary listens and gives each connection to the worker that has the fewest. It
 * keeps its own hold on the connection until the worker says that it has it, so that one that dies in between costs
 * nothing: the connection, of which nobody has read a byte yet, goes to another. If there is no other it waits.
 */
export class SharedPorts {
  readonly #ports = new Map<string, SharedPort>();
  readonly #takers = new Map<Worker, Taker>();
  #lastId = 0;
  #closed = false;

  /** Listens to what a worker says. */
  watch(worker: Worker): void {
    worker.on("message", (message: unknown) => {
      if (!isPoolMessage(message)) return;
      if (message.hawser === "listen") void this.#onListen(worker, message);
      else if (message.hawser === "take") this.#onTake(worker, message.key);
      else if (message.hawser === "unlisten") this.#takers.get(worker)?.keys.delete(message.key);
      else if (message.hawser === "accepted") this.#onAccepted(worker, message.id);
      else if (message.hawser === "returned") this.#onReturned(worker, message.id);
      else if (message.hawser === "closed") this.#onClosed(worker, message.count);
    });
    worker.once("exit", () => this.#onGone(worker));
  }

  /** Gives a worker no further connections; those that it has stay with it. */
  release(worker: Worker): void {
    this.#takers.get(worker)?.keys.clear();
  }

  /** Closes the ports; connections that nobody has taken are closed too. */
  close(): void {
    this.#closed = true;
    for (const { server, waiting } of this.#ports.values()) {
      if (server.listening) server.close();
      for (const socket of waiting.splice(0)) socket.destroy();
    }
  }

  async #onListen(worker: Worker, request: PoolMessage & { hawser: "listen" }): Promise<void> {
    const { key } = request;
    try {
      const port = this.#port(request);
      await port.opened;
      send(worker, { hawser: "listening", key, ...boundAddress(port.server, unixPath(request.address)) });
    } catch (error) {
      const { message, cause } = error as Error;
      const { code } = (cause ?? {}) as NodeJS.ErrnoException;
      send(worker, { hawser: "refused", key, message, ...(code === undefined ? {} : { code }) });
    }
  }

  #onTake(worker: Worker, key: string): void {
    const taker = this.#takers.get(worker) ?? { worker, keys: new Set(), open: 0, sent: new Map(), sentAtMs: 0 };
    this.#takers.set(worker, taker);
    taker.keys.add(key);
    this.#handOut(key);
  }

  /** The port of a key, opened when it is first asked for. */
  #port({ key, address, backlog }: PoolMessage & { hawser: "listen" }): SharedPort {
    const known = this.#ports.get(key);
    if (known !== undefined) return known;
    if (this.#closed) throw new Error(`can't listen on ${address}: the workers are being shut down`);
    // Nothing is read here: the bytes are for the worker.
    const server = createServer({ pauseOnConnect: true }, (socket) => this.#onConnection(key, socket));
    const opened = openPort(server, address, backlog).then(() => {
      // Too many descriptors and the like: one connection is lost, the port stays.
      server.on("error", () => {});
    });
    const port: SharedPort = { server, address, waiting: [], opened };
    this.#ports.set(key, port);
    opened.catch(() => this.#ports.delete(key));
    return port;
  }

  #onConnection(key: string, socket: Socket): void {
    const port = this.#ports.get(key);
    socket.on("error", () => {});
    if (port === undefined || port.waiting.length >= MAX_WAITING) {
      socket.destroy();
      return;
    }
    port.waiting.push(socket);
    this.#handOut(key);
  }

  /** Gives what waits to whoever can take it. */
  #handOut(key: string): void {
    const waiting = this.#ports.get(key)?.waiting;
    while (waiting !== undefined && waiting.length > 0) {
      const taker = this.#leastBusy(key);
      if (taker === undefined) return;
      const socket = waiting.shift() as Socket;
      if (!socket.destroyed) this.#give(taker, key, socket);
    }
  }

  /**
   * The worker with the fewest connections, once it has accepted the one that is on its way to it. One that dawdles over
   * that is at work or dying: others are asked then.
   */
  #leastBusy(key: string): Taker | undefined {
    const now = performance.now();
    let best: Taker | undefined;
    for (const taker of this.#takers.values()) {
      if (!taker.keys.has(key) || !taker.worker.isConnected()) continue;
      if (taker.sent.size > 0 && now - taker.sentAtMs >= DAWDLE_MS) continue;
      if (best === undefined || taker.open + taker.sent.size < best.open + best.sent.size) best = taker;
    }
    if (best === undefined || best.sent.size === 0) return best;
    setTimeout(() => this.#handOut(key), DAWDLE_MS).unref();
    return undefined;
  }

  #give(taker: Taker, key: string, socket: Socket): void {
    const id = ++this.#lastId;
    taker.sent.set(id, { key, socket });
    taker.sentAtMs = performance.now();
    const message: PoolMessage = { hawser: "connection", key, id };
    taker.worker.process.send(message, socket, { keepOpen: true }, () => {});
  }

  /** The connection is the worker's: this process lets go of its own descriptor, which closes nothing. */
  #onAccepted(worker: Worker, id: number): void {
    const taker = this.#takers.get(worker);
    const given = taker?.sent.get(id);
    if (taker === undefined || given === undefined) return;
    taker.sent.delete(id);
    taker.open++;
    given.socket.destroy();
    this.#handOut(given.key);
  }

  #onReturned(worker: Worker, id: number): void {
    const taker = this.#takers.get(worker);
    const given = taker?.sent.get(id);
    if (taker === undefined || given === undefined) return;
    taker.sent.delete(id);
    taker.keys.delete(given.key);
    this.#takeBack(given.key, given.socket);
  }

  #takeBack(key: string, socket: Socket): void {
    if (this.#closed) socket.destroy();
    else this.#ports.get(key)?.waiting.unshift(socket);
    this.#handOut(key);
  }

  #onClosed(worker: Worker, count: number): void {
    const taker = this.#takers.get(worker);
    if (taker !== undefined) taker.open = Math.max(0, taker.open - count);
  }

  #onGone(worker: Worker): void {
    const taker = this.#takers.get(worker);
    if (taker === undefined) return;
    this.#takers.delete(worker);
    for (const { key, socket } of taker.sent.values()) this.#takeBack(key, socket);
  }
}

function send(worker: Worker, message: PoolMessage): void {
  if (worker.isConnected()) worker.send(message, () => {});
}

/** 50 ms for a worker to accept a connection: longer than a turn of its event loop should take. */
const DAWDLE_MS = 50;

/** 4,096 connections of a port for which there is no worker: each holds a descriptor. Those beyond are closed. */
const MAX_WAITING = 4_096;
