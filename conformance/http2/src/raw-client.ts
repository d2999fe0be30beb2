import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { frames } from "./fuzz/engine-parts.js";

const PREFACE = frames.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A client that says whatever it likes in frames, and notes what it is told. */
export class RawClient {
  /** The error code of the GOAWAY that came. */
  goAway: number | undefined;
  /** RST_STREAM frames that came. */
  resets = 0;
  /** Responses with a status of 200 to 299, by the first octet of their blocks; all HEADERS otherwise. */
  heads = 0;
  /** The connection is over. */
  closed = false;
  /** Frames, or portions of them, that have been handed to the socket. */
  sent = 0;
  readonly socket: Socket;
  readonly over: Promise<void>;
  #rest: Uint8Array = new Uint8Array(0);

  private constructor(socket: Socket, reads: boolean) {
    this.socket = socket;
    socket.on("error", () => {});
    this.over = new Promise((resolve) => {
      socket.on("close", () => {
        this.closed = true;
        resolve();
      });
    });
    if (reads) socket.on("data", (chunk) => this.#read(chunk));
    else socket.pause();
  }

  /** Connects, and sends what a client begins with. */
  static async connect(port: number, reads = true): Promise<RawClient> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const client = new RawClient(socket, reads);
    await client.send(frames.concat(PREFACE, frames.settings(), frames.settingsAck()));
    return client;
  }

  /** Sends octets. Returns false if they are not taken within `patienceMs`: the server has stopped reading. */
  async send(bytes: Uint8Array, patienceMs = 1_000): Promise<boolean> {
    this.sent++;
    if (this.closed || this.socket.write(bytes)) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), patienceMs);
    });
    const drained = new Promise<boolean>((resolve) => this.socket.once("drain", () => resolve(true)));
    const taken = await Promise.race([drained, late, this.over.then(() => true)]);
    clearTimeout(timer);
    return taken;
  }

  #read(chunk: Uint8Array): void {
    let bytes = frames.concat(this.#rest, chunk);
    while (bytes.length >= 9) {
      const length = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!;
      if (bytes.length < 9 + length) break;
      if (bytes[3] === 1) this.heads++;
      if (bytes[3] === 3) this.resets++;
      if (bytes[3] === 7) this.goAway = bytes[16]!;
      bytes = bytes.subarray(9 + length);
    }
    this.#rest = bytes;
  }
}
