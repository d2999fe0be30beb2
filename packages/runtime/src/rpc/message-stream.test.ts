import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { ByteWriter } from "../base/byte-writer.js";
import type { AnyMessageType } from "../protobuf/type/service-type.js";
import type { Code } from "./code.js";
import { type Compression, InflatedTooLarge } from "./compression.js";
import { ENVELOPE_BYTES, writeEnvelopePrefix } from "./envelope.js";
import type { HttpStream } from "./http-types.js";
import { wasCompressed, withoutCompression } from "./message-compression.js";
import { MessageStream } from "./message-stream.js";

/** Messages that are their bytes; one that begins with 0xff can't be read, and one that is a number can't be written. */
const BYTES = {
  writeTo(writer: ByteWriter, message: unknown) {
    if (!(message instanceof Uint8Array)) throw new Error("no bytes");
    writer.reserve(message.length);
    writer.buf.set(message, writer.pos);
    writer.pos += message.length;
  },
  readFrom(bytes: Uint8Array, start: number, end: number) {
    if (bytes[start] === 0xff && end > start) throw new Error("no message");
    return bytes.slice(start, end);
  },
} as unknown as AnyMessageType;

/** Doubles each byte. With `later`, another "thread" does the work, and the test says when it is done. */
class Doubling implements Compression {
  readonly name = "double";
  later = false;
  readonly #open: (() => void)[] = [];

  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#done(Uint8Array.from({ length: bytes.length * 2 }, (_, i) => bytes[i >> 1] as number));
  }

  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (bytes.length % 2 !== 0) throw new Error("odd");
    if (bytes.length / 2 > maxBytes) throw new InflatedTooLarge();
    return this.#done(Uint8Array.from({ length: bytes.length / 2 }, (_, i) => bytes[i * 2] as number));
  }

  async finishOne(): Promise<void> {
    this.#open.shift()?.();
    await new Promise(setImmediate);
  }

  #done(bytes: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.later ? new Promise((resolve) => this.#open.push(() => resolve(bytes))) : bytes;
  }
}

/** What a stream was told to send, and the credit that it was given. */
class FakeStream {
  sink: unknown;
  readonly sent: number[][] = [];
  credit = 0;
  room = true;
  resets: number[] = [];
  readonly #writer = new ByteWriter();

  beginData(): ByteWriter {
    this.#writer.pos = 0;
    return this.#writer;
  }

  commitData(endStream: boolean): boolean {
    return this.sendData(this.#writer.finish(), endStream);
  }

  abortData(): void {}

  sendData(bytes: Uint8Array, endStream: boolean): boolean {
    this.sent.push([...bytes, ...(endStream ? [-1] : [])]);
    return this.room;
  }

  consume(count: number): void {
    this.credit += count;
  }

  reset(code: number): void {
    this.resets.push(code);
  }
}

class TestStream extends MessageStream {
  readonly events: (number[] | string)[] = [];
  readonly messages: object[] = [];
  readonly fake: FakeStream;
  takes = true;

  constructor(maxReceiveBytes = 1_000, compression?: Compression) {
    const fake = new FakeStream();
    super(fake as unknown as HttpStream, BYTES, BYTES, maxReceiveBytes);
    this.fake = fake;
    this.inboundCompression = compression;
    this.outboundCompression = compression;
  }

  send(message: unknown, endStream = false): boolean {
    return this.sendMessage(message, endStream);
  }

  onHead(): void {}
  onTrailers(): void {}
  onFailure(): void {}

  onWritable(): void {
    this.events.push("writable");
  }

  protected onMessage(message: unknown): boolean {
    this.messages.push(message as object);
    this.events.push([...(message as Uint8Array)]);
    return this.takes;
  }

  protected onEndOfData(): void {
    this.events.push("end");
  }

  protected onUnreadable(code: Code, message: string): void {
    this.events.push(`${code}: ${message}`);
  }
}

function envelope(bytes: number[], flags = 0, length = bytes.length): number[] {
  const prefix = new Uint8Array(ENVELOPE_BYTES);
  writeEnvelopePrefix(prefix, 0, flags, length);
  return [...prefix, ...bytes];
}

function feed(stream: MessageStream, bytes: readonly number[], endStream = false): void {
  // As from a socket: the bytes lie in the middle of a chunk which is written over afterwards.
  const chunk = Uint8Array.from([9, 9, 9, ...bytes, 9, 9]);
  stream.onData(chunk, 3, 3 + bytes.length, endStream);
  chunk.fill(0xee);
}

const MESSAGES = [[], [1], [2, 3], [], Array.from({ length: 300 }, (_, i) => i & 127), [4]];
const WIRE = MESSAGES.flatMap((message) => envelope(message));

describe("envelopes", () => {
  test("cut in two at every offset", () => {
    for (let cut = 0; cut <= WIRE.length; cut++) {
      const stream = new TestStream();
      feed(stream, WIRE.slice(0, cut));
      feed(stream, WIRE.slice(cut), true);
      deepStrictEqual(stream.events, [...MESSAGES, "end"], `cut at ${cut}`);
      strictEqual(stream.fake.credit <= WIRE.length, true);
    }
  });

  test("cut into pieces of every length", () => {
    for (let size = 1; size <= 60; size++) {
      const stream = new TestStream();
      for (let at = 0; at < WIRE.length; at += size) feed(stream, WIRE.slice(at, at + size));
      strictEqual(stream.fake.credit, WIRE.length);
      feed(stream, [], true);
      deepStrictEqual(stream.events, [...MESSAGES, "end"], `pieces of ${size}`);
    }
  });

  test("that end too soon are INTERNAL, wherever they are cut", () => {
    const wire = envelope([1, 2, 3]);
    for (let cut = 1; cut < wire.length; cut++) {
      const stream = new TestStream();
      feed(stream, wire.slice(0, cut), true);
      match(String(stream.events), /^13: .*middle of a message/);
    }
  });

  test("over the limit are refused by their prefix, before anything is kept", () => {
    for (const length of [1_001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      for (const cut of [5, 3]) {
        const stream = new TestStream();
        const wire = envelope([], 0, length);
        feed(stream, wire.slice(0, cut));
        feed(stream, wire.slice(cut));
        match(String(stream.events), new RegExp(`^8: .*${length} bytes.*1000`));
        feed(stream, [1, 2, 3], true);
        strictEqual(stream.events.length, 1);
      }
    }
    const stream = new TestStream();
    feed(stream, envelope(new Array(1_000).fill(5)));
    strictEqual((stream.events[0] as number[]).length, 1_000);
  });

  test("with flags that nobody knows, or of what is no message, are INTERNAL, and the last thing that is heard", () => {
    for (const wire of [envelope([1], 2), envelope([1], 0x80), envelope([0xff]), envelope([1, 1], 1)]) {
      const stream = new TestStream();
      feed(stream, [...envelope([7]), ...wire, ...envelope([8])], true);
      deepStrictEqual(stream.events[0], [7]);
      match(String(stream.events[1]), /^13: /);
      strictEqual(stream.events.length, 2);
    }
  });
});

describe("credit", () => {
  test("is withheld while the reader has enough, and then given for all that came", () => {
    const stream = new TestStream();
    stream.takes = false;
    feed(stream, envelope([1]));
    feed(stream, envelope([2]));
    strictEqual(stream.fake.credit, 0);
    stream.resume();
    strictEqual(stream.fake.credit, 12);
    stream.takes = true;
    feed(stream, envelope([3]));
    strictEqual(stream.fake.credit, 18);
  });
});

describe("compression", () => {
  test("keeps the order while another thread inflates, whatever the cut", async () => {
    const wire = [
      ...envelope([1, 1], 1),
      ...envelope([2]),
      ...envelope([3, 3], 1),
      ...envelope([4, 4, 5, 5], 1),
      ...envelope([6]),
    ];
    for (let cut = 0; cut <= wire.length; cut++) {
      const doubling = new Doubling();
      doubling.later = true;
      const stream = new TestStream(1_000, doubling);
      feed(stream, wire.slice(0, cut));
      feed(stream, wire.slice(cut), true);
      for (let i = 0; i < 4; i++) await doubling.finishOne();
      deepStrictEqual(stream.events, [[1], [2], [3], [4, 5], [6], "end"], `cut at ${cut}`);
      // What came with the end needs no credit any more.
      ok(stream.fake.credit <= wire.length);
    }
  });

  test("nothing is credited before it has been inflated", async () => {
    const doubling = new Doubling();
    doubling.later = true;
    const stream = new TestStream(1_000, doubling);
    feed(stream, envelope([1, 1], 1));
    feed(stream, envelope([2]));
    strictEqual(stream.fake.credit, 0);
    await doubling.finishOne();
    strictEqual(stream.fake.credit, 13);
  });

  test("what does not inflate is INTERNAL", () => {
    const stream = new TestStream(1_000, new Doubling());
    feed(stream, envelope([1, 1, 1], 1));
    match(String(stream.events), /^13: .*inflated as double: odd/);
  });

  test("what inflates to more than the limit is RESOURCE_EXHAUSTED, found at once or later", async () => {
    const tooLarge = (): never => {
      throw new InflatedTooLarge();
    };
    for (const decompress of [tooLarge, async () => tooLarge()]) {
      const stream = new TestStream(4, { name: "bomb", compress: (bytes) => bytes, decompress });
      feed(stream, envelope([1, 1], 1));
      await new Promise(setImmediate);
      match(String(stream.events), /^8: .*limit of 4/);
    }
  });

  test("of single messages: left away where asked, in order, and told of those that come", async () => {
    for (const later of [false, true]) {
      const doubling = new Doubling();
      doubling.later = later;
      const stream = new TestStream(1_000, doubling);
      stream.send(Uint8Array.of(1));
      stream.send(withoutCompression(Uint8Array.of(2)));
      stream.send(Uint8Array.of(3), true);
      while (stream.fake.sent.length < 3) await doubling.finishOne();
      deepStrictEqual(stream.fake.sent, [envelope([1, 1], 1), envelope([2]), [...envelope([3, 3], 1), -1]]);

      feed(stream, [...envelope([1, 1], 1), ...envelope([2]), ...envelope([3, 3], 1)], true);
      while (!stream.events.includes("end")) await doubling.finishOne();
      deepStrictEqual(stream.messages.map(wasCompressed), [true, false, true]);
      deepStrictEqual(stream.events.slice(-4), [[1], [2], [3], "end"]);
    }
  });

  test("without an encoding in the head a compressed message is INTERNAL", () => {
    const stream = new TestStream();
    feed(stream, envelope([1, 1], 1));
    match(String(stream.events), /^13: .*names no encoding/);
  });

  test("sends in order while another thread deflates, and wakes the sender once", async () => {
    const doubling = new Doubling();
    doubling.later = true;
    const stream = new TestStream(1_000, doubling);
    strictEqual(stream.send(Uint8Array.of(1)), false);
    strictEqual(stream.send(Uint8Array.of(2)), false);
    strictEqual(stream.send(Uint8Array.of(3), true), false);
    for (let i = 0; i < 3; i++) await doubling.finishOne();
    deepStrictEqual(stream.fake.sent, [envelope([1, 1], 1), envelope([2, 2], 1), [...envelope([3, 3], 1), -1]]);
    deepStrictEqual(stream.events, ["writable"]);
  });
});

describe("sending", () => {
  test("writes the envelope in place", () => {
    const stream = new TestStream();
    ok(stream.send(Uint8Array.of(1, 2)));
    ok(stream.send(new Uint8Array(0), true));
    deepStrictEqual(stream.fake.sent, [envelope([1, 2]), [...envelope([]), -1]]);
  });

  test("what can't be encoded throws, and nothing is sent", () => {
    for (const compression of [undefined, new Doubling()]) {
      const stream = new TestStream(1_000, compression);
      let error: unknown;
      try {
        stream.send(7);
      } catch (thrown) {
        error = thrown;
      }
      match(String(error), /no bytes/);
      deepStrictEqual(stream.fake.sent, []);
    }
  });
});
