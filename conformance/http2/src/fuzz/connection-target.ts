import {
  ByteWriter,
  frames,
  HpackEncoder,
  Http2Connection,
  type Http2Stream,
  type HttpFailure,
  type HttpSink,
} from "./engine-parts.js";
import { type BlockKind, PeerModel, type Verdict } from "./peer-model.js";
import { Source, type Target } from "./target.js";

const PREFACE = frames.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const STREAM_WINDOW = 20_000;
const MAX_PUSHED = 2;

/** Rates have tests of their own; here they would only cut inputs short. */
const OPTIONS = {
  streamWindow: STREAM_WINDOW,
  connectionWindow: 100_000,
  maxPingStrikes: 1e9,
  maxConcurrentStreams: 1000,
  // Low enough for inputs to get there.
  maxUnreadBytes: 60_000,
  enablePush: true,
  maxPushedStreams: MAX_PUSHED,
};

const BLOCKS: Readonly<Record<BlockKind, Uint8Array>> = {
  request: block([":method", "POST"], [":scheme", "http"], [":path", "/x"], [":authority", "a"], ["x-a", "1"]),
  promise: block([":method", "GET"], [":scheme", "http"], [":path", "/p"], [":authority", "a"]),
  response: block([":status", "200"], ["x-b", "2"]),
  interim: block([":status", "103"]),
  trailers: block(["x-c", "3"], ["grpc-status", "0"]),
  malformed: new Uint8Array([0x00, 1, 0x41, 1, 0x62]),
  broken: new Uint8Array([0x80]),
};
const KINDS = Object.keys(BLOCKS) as BlockKind[];

/** What the engine's user does with its streams; chosen by the input, too. */
class Exchange {
  readonly #source: Source;
  readonly #role: "client" | "server";
  readonly #model: PeerModel;
  readonly #connection: Http2Connection;
  readonly #streams = new Map<number, Http2Stream>();
  readonly #ends = new Map<number, number>();
  #closed: HttpFailure | undefined;
  #nowMs = 0;
  /** The peer has sent what the model does not follow, or the engine says goodbye. */
  #lost = false;

  constructor(source: Source, role: "client" | "server") {
    this.#source = source;
    this.#role = role;
    this.#model = new PeerModel(role, MAX_PUSHED, STREAM_WINDOW);
    this.#connection = new Http2Connection(
      role,
      {
        onStream: (stream) => {
          this.#streams.set(stream.id, stream);
          stream.sink = this.#sink(() => stream.id);
        },
        onPush: (promised) => {
          if (source.below(4) === 0) return;
          this.#streams.set(promised.id, promised);
          promised.sink = this.#sink(() => promised.id);
        },
        onFlush() {},
        onReady() {},
        onAvailable() {},
        onDraining() {},
        onClosed: (failure) => {
          if (this.#closed !== undefined) throw new Error("onClosed came twice");
          this.#closed = failure;
        },
      },
      OPTIONS,
    );
    if (role === "server") this.#connection.receive(PREFACE);
    this.#connection.receive(frames.concat(frames.settings(), frames.settingsAck()));
    this.#read(true);
  }

  run(): void {
    while (!this.#source.done && this.#closed === undefined) {
      if (this.#source.below(3) === 0) this.#act();
      else this.#receive();
      this.#read(false);
      const { openStreams, closed } = this.#connection;
      if (!closed && !this.#lost && openStreams !== this.#model.openCount) {
        throw new Error(`${openStreams} streams are open; the model has ${this.#model.openCount}`);
      }
    }
    this.#connection.receiveEnd();
    this.#read(false);
    if (this.#closed === undefined) throw new Error("the connection did not end with its socket");
    if (this.#connection.openStreams !== 0) throw new Error("streams are left");
    if (this.#closed.message.startsWith("a handler")) throw this.#closed.cause;
    if (this.#connection.wantsFlush) throw new Error("bytes are left");
  }

  #sink(id: () => number): HttpSink {
    const end = (): void => {
      const count = (this.#ends.get(id()) ?? 0) + 1;
      this.#ends.set(id(), count);
      // A server hears of a reset also after the request has ended.
      if (count > (this.#role === "server" ? 2 : 1)) throw new Error(`stream ${id()} ended ${count} times`);
    };
    return {
      onHead: (_head, endStream) => {
        if (endStream) end();
      },
      onData: (_bytes, start, stop, endStream) => {
        const choice = this.#source.below(4);
        if (choice < 2) this.#streams.get(id())?.consume(stop - start);
        else if (choice === 2) this.#streams.get(id())?.prefetch(stop - start);
        if (endStream) end();
      },
      onTrailers: end,
      onFailure: end,
      onWritable: () => {},
    };
  }

  /** The peer sends a frame: what comes of it must be what the model says. */
  #receive(): void {
    const source = this.#source;
    const id = streamId(source);
    const connection = this.#connection;
    switch (source.below(18)) {
      case 0:
      case 1:
      case 2: {
        const kind = KINDS[source.below(KINDS.length)]!;
        const endStream = source.below(2) === 0;
        const cut = source.below(4) === 0 ? source.below(BLOCKS[kind].length) : -1;
        const verdict = this.#model.headers(id, kind, endStream);
        this.#expect(verdict, headers(id, BLOCKS[kind], endStream, cut));
        return;
      }
      case 3:
      case 4:
      case 5: {
        const length = source.byte() * (source.below(8) === 0 ? 60 : 1);
        const endStream = source.below(4) === 0;
        const padding = source.below(4) === 0 ? source.byte() : -1;
        const verdict = this.#model.data(id, length + padding + 1, endStream);
        this.#expect(verdict, frames.data(id, new Uint8Array(length), endStream, padding));
        return;
      }
      case 6:
        this.#expect(this.#model.resetStream(id), frames.rstStream(id, source.below(15)));
        return;
      case 7: {
        const target = source.below(3) === 0 ? 0 : id;
        const increment = source.below(8) === 0 ? source.uint32() & 0x7fffffff : source.byte() * 50;
        this.#expect(this.#model.windowUpdate(target, increment), frames.windowUpdate(target, increment));
        return;
      }
      case 8: {
        const value = source.below(8) === 0 ? source.uint32() : source.byte() * 500;
        this.#expect(this.#model.initialWindow(value), frames.settings([4, value]));
        return;
      }
      case 9:
        this.#expect("ok", frames.ping());
        return;
      case 10:
        this.#expect("connection", frames.continuation(id, BLOCKS.trailers, true));
        return;
      case 11:
        this.#expect("connection", headers(id | 1, BLOCKS.request, true, 3).subarray(0, 12), frames.ping());
        return;
      case 12: {
        const lastId = source.byte();
        const verdict = this.#model.goAway(lastId);
        connection.receive(frames.goAway(lastId, 0));
        if (!this.#lost && connection.closed && this.#model.openCount > 0) this.#disagree(verdict);
        return;
      }
      case 13:
      case 14: {
        const kind = source.below(3) > 0 ? "promise" : KINDS[source.below(KINDS.length)]!;
        const promisedId = source.below(3) > 0 ? this.#model.nextPromise : streamId(source);
        const on = source.below(4) > 0 ? id | 1 : id;
        const cut = source.below(4) === 0 ? source.below(BLOCKS[kind].length) : -1;
        this.#expect(this.#model.promise(on, promisedId, kind), promise(on, promisedId, BLOCKS[kind], cut));
        return;
      }
      case 15:
        this.#expect(this.#model.acknowledge(), frames.settingsAck());
        return;
      case 16: {
        const value = source.below(3);
        if (source.below(2) === 0) this.#expect(this.#model.maxStreams(value), frames.settings([3, value]));
        else this.#expect(this.#model.enablePush(value), frames.settings([2, value]));
        return;
      }
      default:
        // Anything at all: no more than that it is survived can be said of it.
        this.#lost = true;
        connection.receive(source.bytes(source.below(64)));
    }
  }

  #expect(verdict: Verdict, ...sent: Uint8Array[]): void {
    const connection = this.#connection;
    const draining = connection.closed;
    const bytes = frames.concat(...sent);
    const cut = this.#source.below(bytes.length);
    connection.receive(bytes.slice(0, cut));
    connection.receive(bytes.slice(cut));
    if (this.#lost || draining) return;
    if (verdict === "connection" ? !connection.closed : connection.closed) {
      // A connection that was draining ends with its last stream.
      if (connection.closed && this.#closed?.code === 0 && this.#model.openCount === 0) return;
      this.#disagree(verdict);
    }
  }

  #disagree(verdict: Verdict): never {
    throw new Error(
      `the model said "${verdict}", but the connection ${this.#closed ? `ended: ${this.#closed.message}` : "goes on"}`,
    );
  }

  /** The engine's user does something. */
  #act(): void {
    const source = this.#source;
    const connection = this.#connection;
    if (this.#role === "client" && connection.available && source.below(2) === 0) {
      let id = 0;
      const sink = this.#sink(() => id);
      const request = [
        { name: ":method", value: "POST" },
        { name: ":scheme", value: "http" },
        { name: ":path", value: "/x" },
        { name: ":authority", value: "a" },
      ];
      const stream = connection.open(request, undefined, source.below(3) === 0, sink);
      id = stream.id;
      this.#streams.set(id, stream);
      return;
    }
    const id = streamId(source);
    const stream = this.#streams.get(id) ?? this.#streams.get(id | 1);
    switch (source.below(12)) {
      case 0:
        stream?.reset(source.below(3) === 0 ? 0 : 8);
        return;
      case 1:
      case 2:
        if (stream === undefined || (this.#role === "client" && source.below(2) === 0)) return;
        stream.sendHead(
          [{ name: this.#role === "client" ? "x-end" : ":status", value: "200" }],
          undefined,
          source.below(3) === 0,
        );
        return;
      case 3:
      case 4:
        if (stream?.headSent !== true) return;
        stream.sendData(new Uint8Array(source.byte() * (source.below(4) === 0 ? 200 : 1)), source.below(3) === 0);
        return;
      case 5: {
        if (stream?.headSent !== true) return;
        const writer = stream.beginData();
        const length = source.byte() * 10;
        writer.reserve(length);
        writer.pos += length;
        if (source.below(5) === 0) stream.abortData();
        else stream.commitData(source.below(3) === 0);
        return;
      }
      case 6:
        stream?.hold();
        return;
      case 7:
        stream?.release();
        return;
      case 8: {
        // What has been promised promises nothing in turn; clients never do.
        if (stream === undefined || this.#role === "client" || stream.id % 2 === 0) return;
        const pushed = stream.push([
          { name: ":method", value: "GET" },
          { name: ":scheme", value: "http" },
          { name: ":path", value: "/p" },
          { name: ":authority", value: "a" },
        ]);
        if (pushed === undefined) return;
        this.#streams.set(pushed.id, pushed);
        pushed.sink = this.#sink(() => pushed.id);
        return;
      }
      case 9:
        stream?.consume(source.byte() * 100);
        return;
      case 10:
        this.#nowMs += source.byte() * 5;
        connection.tick(this.#nowMs);
        return;
      default:
        if (source.below(20) !== 0) return;
        this.#lost = true;
        connection.close();
    }
  }

  /** Takes what the engine has to say and judges it. */
  #read(first: boolean): void {
    for (let turns = 0; this.#connection.wantsFlush; turns++) {
      const bytes = frames.concat(...this.#connection.take());
      if (bytes.length === 0) break;
      if (turns > 100) throw new Error("the engine has more and more to say");
      const skip = first && this.#role === "client" ? PREFACE.length : 0;
      for (const { type, flags, streamId: id, payload } of frames.readFrames(bytes.subarray(skip))) {
        const endStream = (flags & 1) !== 0;
        const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
        // A model that has lost the thread can judge no more.
        if (this.#lost || (this.#closed !== undefined && type === 0x0)) continue;
        if (type === 0x0) this.#model.sentData(id, payload.length, endStream);
        else if (type === 0x1) this.#model.sentHeaders(id, endStream);
        else if (type === 0x5) this.#model.sentPromise(id, view.getUint32(0));
        else if (type === 0x4 && payload.length > 0 && !first) this.#model.sentWindowSetting(view.getUint32(2));
        else if (type === 0x3) this.#model.sentReset(id);
        else if (type === 0x8) this.#model.sentWindowUpdate(id, view.getUint32(0));
      }
    }
  }
}

/** An exchange of the peer's frames and the user's acts, both chosen by the input. */
export function connectionTarget(role: "client" | "server"): Target {
  return {
    run(input) {
      new Exchange(new Source(input), role).run();
    },
    seeds: [
      new Uint8Array([1, 0, 0, 0, 0, 1, 1, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 1, 1]),
      Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 0xff),
      Uint8Array.from({ length: 400 }, (_, i) => (i * i) & 0xff),
    ],
  };
}

/** Mostly small odd numbers, so that streams meet; some even ones, which are promised. */
function streamId(source: Source): number {
  const choice = source.byte();
  if (choice < 200) return 1 + 2 * (choice % 12);
  return choice < 240 ? 2 + 2 * (choice % 4) : choice % 12;
}

function headers(id: number, bytes: Uint8Array, endStream: boolean, cut: number): Uint8Array {
  if (cut < 0) return frames.headersFrame(id, bytes, endStream);
  const start = frames.headersFrame(id, bytes.subarray(0, cut), endStream, false);
  return frames.concat(start, frames.continuation(id, bytes.subarray(cut), true));
}

function promise(id: number, promisedId: number, bytes: Uint8Array, cut: number): Uint8Array {
  if (cut < 0) return frames.pushPromise(id, promisedId, bytes);
  const start = frames.pushPromise(id, promisedId, bytes.subarray(0, cut), false);
  return frames.concat(start, frames.continuation(id, bytes.subarray(cut), true));
}

function block(...pairs: [name: string, value: string][]): Uint8Array {
  // A fresh encoder would insert; its blocks are to mean the same wherever they stand.
  const fields = pairs.map(([name, value]) => ({ name, value }));
  const encoder = new HpackEncoder();
  const writer = new ByteWriter(encoder.bound([], fields));
  encoder.write([], fields, writer);
  return writer.finish();
}
