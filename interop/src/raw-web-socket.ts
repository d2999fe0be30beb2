import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A frame as it came. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A frame octet by octet; `length` and `mask` as they are written, not as they should be. */
export function frame(
  opcode: number,
  payload: Buffer | string = "",
  {
    fin = true,
    rsv = 0,
    mask = true,
    long = 0,
  }: { fin?: boolean; rsv?: number; mask?: boolean; long?: 0 | 2 | 8 } = {},
): Buffer {
  const body = Buffer.from(payload);
  const octets = long !== 0 ? long : body.length < 126 ? 0 : body.length < 0x10000 ? 2 : 8;
  const head = Buffer.alloc(2 + octets);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (octets === 0 ? body.length : octets === 2 ? 126 : 127);
  if (octets === 2) head.writeUInt16BE(body.length, 2);
  if (octets === 8) head.writeBigUInt64BE(BigInt(body.length), 2);
  if (!mask) return Buffer.concat([head, body]);
  const key = randomBytes(4);
  return Buffer.concat([head, key, body.map((octet, i) => octet ^ (key[i & 3] as number))]);
}

/** Code and reason of a Close frame. */
export function closing(code: number, reason: string | Buffer = ""): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(code);
  return Buffer.concat([octets, Buffer.from(reason)]);
}

/** The request that opens a WebSocket; `fields` are added, or replace those of the same name, or with "" remove them. */
export function handshake(path: string, fields: Readonly<Record<string, string>> = {}, start = "GET"): string {
  const all: Record<string, string> = {
    Host: "test",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "grpc-websockets",
    ...fields,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== "");
  return `${start} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** A client of WebSockets that does whatever it is told to. */
export class RawWebSocket {
  readonly socket: Socket;
  /** The response's head once it is here. */
  head = "";
  readonly frames: Frame[] = [];
  closed = false;
  #received: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#parse();
      this.#wake();
    });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Opens a WebSocket. */
  static async open(port: number, path: string, fields?: Readonly<Record<string, string>>): Promise<RawWebSocket> {
    const made = new RawWebSocket(port);
    made.socket.write(handshake(path, fields));
    await made.until(() => made.head !== "" || made.closed);
    return made;
  }

  /** Waits until `holds`. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.closed) throw new Error(`closed after ${JSON.stringify(this.head)} and ${this.frames.length} frames`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits for the end, and says so too; gives the code of the Close frame, or 0 if none came. */
  async closeCode(): Promise<number> {
    while (!this.closed && !this.frames.some(({ opcode }) => opcode === 8)) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    // The answer, as a browser gives it: without it the server would wait for a while.
    this.socket.write(frame(8, closing(1000)));
    if (!this.closed) await once(this.socket, "close");
    const last = this.frames.findLast(({ opcode }) => opcode === 8);
    if (last === undefined) return 0;
    return last.payload.length < 2 ? 1005 : last.payload.readUInt16BE(0);
  }

  /** The server's messages, joined: a body of gRPC-Web. */
  get body(): Buffer {
    return Buffer.concat(this.frames.filter(({ opcode }) => opcode === 2).map(({ payload }) => payload));
  }

  #parse(): void {
    if (this.head === "") {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.head = this.#received.toString("latin1", 0, end + 4);
      this.#received = this.#received.subarray(end + 4);
    }
    if (!this.head.startsWith("HTTP/1.1 101")) return;
    for (;;) {
      const { length } = this.#received;
      if (length < 2) return;
      const short = (this.#received[1] as number) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (length < start) return;
      const size =
        short === 126
          ? this.#received.readUInt16BE(2)
          : short === 127
            ? Number(this.#received.readBigUInt64BE(2))
            : short;
      if (length < start + size) return;
      const payload = Buffer.from(this.#received.subarray(start, start + size));
      this.frames.push({ opcode: (this.#received[0] as number) & 0x0f, payload });
      this.#received = this.#received.subarray(start + size);
    }
  }
}
