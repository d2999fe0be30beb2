/**
 * The other end of a connection under test, played by a script: it sends frames, and says in one line each what frames
 * and events came of them, so that a test reads as a dialogue.
 */
import { ByteWriter } from "../../base/byte-writer.js";
import { Http2Connection } from "../connection.js";
import type { Http2Counter } from "../counters.js";
import type { Field } from "../field.js";
import { CLIENT_PREFACE, FrameFlag, FrameType } from "../frame/frame-types.js";
import { HpackDecoder } from "../hpack/decoder.js";
import { HpackEncoder } from "../hpack/encoder.js";
import { latin1 } from "../hpack/latin1.js";
import type { HttpFailure, HttpFields, HttpHead, HttpSink } from "../http-types.js";
import { errorCodeName } from "../http2-error.js";
import type { Http2Options } from "../limits.js";
import type { Http2Stream } from "../stream/stream.js";
import { concat, headersFrame, readFrames, settings, settingsAck } from "./frames.js";

/** Fields in the short form of the scripts: `[name, value]` pairs. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** The pseudo-fields of a plain request. */
export const REQUEST: Pairs = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/x"],
  [":authority", "localhost"],
];

/** The pseudo-fields of a plain response. */
export const RESPONSE: Pairs = [[":status", "200"]];

/** Pairs as the API takes them. */
export function fieldsOf(pairs: Pairs): HttpFields {
  return pairs.map(([name, value]) => ({ name, value }));
}

/** Plays the peer of one {@link Http2Connection}. */
export class ScriptedPeer {
  /** The connection under test. */
  readonly connection: Http2Connection;
  /** The streams of the connection under test, by identifier. */
  readonly streams: Map<number, Http2Stream> = new Map();
  /** What the connection ended with. */
  failure: HttpFailure | undefined;
  /** True if bodies are given back as window at once, which is so unless a test says otherwise. */
  consuming = true;
  /** Called with each request, after it was noted. */
  onStream: (stream: Http2Stream, head: HttpHead) => void = () => {};
  /** Called when a counter leaves 0. */
  onLimit: (counter: Http2Counter) => void = () => {};
  /** Whose promises are believed; set before the first comes, or the engine's own rule holds. */
  isAuthoritative: ((authority: string) => boolean) | undefined;
  /** True if promises are taken. */
  takesPushes = true;
  /** Every header section that came, in order. */
  readonly heads: HttpHead[] = [];

  #events: string[] = [];
  #encoder = new HpackEncoder();
  #decoder = new HpackDecoder(2 ** 24, 2 ** 16);
  #prefaceRead: boolean;

  /** @param role that of the connection under test */
  constructor(role: "client" | "server", options: Http2Options = {}) {
    this.#prefaceRead = role === "server";
    const peer = this;
    this.connection = new Http2Connection(
      role,
      {
        get isAuthoritative() {
          return peer.isAuthoritative;
        },
        onStream: (stream, head, endStream) => {
          this.streams.set(stream.id, stream);
          this.heads.push(head);
          stream.sink = this.sink(stream.id);
          this.#note(`request ${stream.id} ${head.method} ${head.path}${describe(head.fields)}${mark(endStream)}`);
          this.onStream(stream, head);
        },
        onPush: (promised, associated, head) => {
          this.#note(`promise ${promised.id} on ${associated.id} ${head.method} ${head.path}`);
          if (!this.takesPushes) return;
          this.streams.set(promised.id, promised);
          promised.sink = this.sink(promised.id);
        },
        onFlush: () => {},
        onReady: () => this.#note("ready"),
        onAvailable: () => this.#note("available"),
        onDraining: () => this.#note("draining"),
        onLimit: (counter) => this.onLimit(counter),
        onClosed: (failure) => {
          if (this.failure !== undefined) throw new Error("onClosed was called twice");
          this.failure = failure;
          this.#note("closed");
        },
      },
      options,
    );
  }

  /** A peer with which SETTINGS were exchanged. */
  static ready(
    role: "client" | "server",
    options: Http2Options = {},
    ...sent: [id: number, value: number][]
  ): ScriptedPeer {
    const peer = new ScriptedPeer(role, options);
    if (role === "server") peer.send(CLIENT_PREFACE);
    peer.send(settings(...sent), settingsAck());
    peer.written();
    peer.events();
    return peer;
  }

  /** A sink that notes what it hears. */
  sink(id: number): HttpSink {
    return {
      onHead: (head, endStream) => {
        this.heads.push(head);
        this.#note(`head ${id} ${head.status}${describe(head.fields)}${mark(endStream)}`);
      },
      onData: (bytes, start, end, endStream) => {
        this.#note(`data ${id} ${latin1(bytes, start, end)}${mark(endStream)}`);
        if (this.consuming) this.streams.get(id)?.consume(end - start);
      },
      onTrailers: (head) => {
        this.heads.push(head);
        this.#note(`trailers ${id}${describe(head.fields)}`);
      },
      onFailure: (failure) => {
        const { code, origin, unprocessed } = failure;
        this.#note(`failure ${id} ${errorCodeName(code)} ${origin}${unprocessed ? " unprocessed" : ""}`);
      },
      onWritable: () => this.#note(`writable ${id}`),
    };
  }

  /** Opens a stream on the connection under test, a client. */
  open(pairs: Pairs = REQUEST, endStream = true): Http2Stream {
    let id = 0;
    const late = this.sink(0);
    const stream = this.connection.open(fieldsOf(pairs), undefined, endStream, late);
    id = stream.id;
    stream.sink = this.sink(id);
    this.streams.set(id, stream);
    return stream;
  }

  /** Sends frames to the connection under test. */
  send(...frames: readonly Uint8Array[]): void {
    this.connection.receive(concat(...frames));
  }

  /** Encodes and sends HEADERS. */
  sendHeaders(streamId: number, pairs: Pairs, endStream = false): void {
    this.send(headersFrame(streamId, this.block(pairs), endStream));
  }

  /** Encodes a header block; the peer's table takes part. */
  block(pairs: Pairs): Uint8Array {
    // Not by the encoder's door, which refuses what a hostile peer would send.
    const writer = new ByteWriter(0);
    for (const [name, value] of pairs) writeLiteral(writer, name, value);
    return writer.finish();
  }

  /** Encodes a header block as a well-behaved peer does, with indexing. */
  indexedBlock(fields: HttpFields): Uint8Array {
    const writer = new ByteWriter(this.#encoder.bound(fields, undefined));
    this.#encoder.write(fields, undefined, writer);
    return writer.finish();
  }

  /** The bytes that the connection has written since. */
  takeBytes(): Uint8Array {
    const parts: Uint8Array[] = [];
    while (this.connection.wantsFlush) {
      const segments = this.connection.take();
      if (segments.length === 0) break;
      for (const segment of segments) {
        parts.push(segment.slice());
        this.connection.recycle(segment);
      }
    }
    return concat(...parts);
  }

  /**
   * The frames that the connection has written since, a line each.
   *
   * @param maxFrameSize the largest that the peer has allowed
   */
  written(maxFrameSize?: number): string[] {
    return this.describeFrames(this.takeBytes(), maxFrameSize);
  }

  /** The frames of bytes that the connection has written, a line each. */
  describeFrames(written: Uint8Array, maxFrameSize?: number): string[] {
    let bytes = written;
    const lines: string[] = [];
    if (!this.#prefaceRead && bytes.length >= CLIENT_PREFACE.length) {
      this.#prefaceRead = true;
      lines.push("preface");
      bytes = bytes.subarray(CLIENT_PREFACE.length);
    }
    for (const { type, flags, streamId, payload } of readFrames(bytes, maxFrameSize)) {
      lines.push(this.#describeFrame(type, flags, streamId, payload));
    }
    return lines;
  }

  /** What the connection has said to its handler and its sinks since, a line each. */
  events(): string[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #note(line: string): void {
    this.#events.push(line);
  }

  #describeFrame(type: number, flags: number, id: number, payload: Uint8Array): string {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const end = mark((flags & FrameFlag.END_STREAM) !== 0);
    switch (type) {
      case FrameType.DATA:
        return `DATA ${id} ${payload.length > 40 ? `${payload.length} bytes` : latin1(payload, 0, payload.length)}${end}`;
      case FrameType.HEADERS: {
        if ((flags & FrameFlag.END_HEADERS) === 0) return `HEADERS ${id} ${payload.length} bytes${end} unfinished`;
        const fields: Field[] = [];
        this.#decoder.decode(payload, 0, payload.length, fields);
        return `HEADERS ${id}${describe(fields)}${end}`;
      }
      case FrameType.PUSH_PROMISE: {
        const promised = view.getUint32(0);
        if ((flags & FrameFlag.END_HEADERS) === 0) return `PUSH_PROMISE ${id} ${promised} unfinished`;
        const fields: Field[] = [];
        this.#decoder.decode(payload, 4, payload.length, fields);
        return `PUSH_PROMISE ${id} ${promised}${describe(fields)}`;
      }
      case FrameType.CONTINUATION:
        return `CONTINUATION ${id} ${payload.length} bytes`;
      case FrameType.RST_STREAM:
        return `RST_STREAM ${id} ${errorCodeName(view.getUint32(0))}`;
      case FrameType.SETTINGS: {
        if ((flags & FrameFlag.ACK) !== 0) return "SETTINGS ACK";
        const entries: string[] = [];
        for (let at = 0; at < payload.length; at += 6) entries.push(` ${view.getUint16(at)}=${view.getUint32(at + 2)}`);
        return `SETTINGS${entries.join("")}`;
      }
      case FrameType.PING:
        return `PING${(flags & FrameFlag.ACK) !== 0 ? " ACK" : ""}`;
      case FrameType.GOAWAY: {
        const debug = latin1(payload, 8, payload.length);
        return `GOAWAY ${view.getUint32(0)} ${errorCodeName(view.getUint32(4))}${debug === "" ? "" : ` "${debug}"`}`;
      }
      case FrameType.WINDOW_UPDATE:
        return `WINDOW_UPDATE ${id} ${view.getUint32(0)}`;
      default:
        return `frame of type ${type}`;
    }
  }
}

function mark(endStream: boolean): string {
  return endStream ? " end" : "";
}

function describe(fields: HttpFields): string {
  return fields.map(({ name, value }) => ` ${name}=${value}`).join("");
}

/** A literal without indexing, and without a check. */
function writeLiteral(writer: ByteWriter, name: string, value: string): void {
  writer.reserve(name.length + value.length + 12);
  writer.buf[writer.pos++] = 0;
  for (const text of [name, value]) {
    let length = text.length;
    if (length < 0x7f) {
      writer.buf[writer.pos++] = length;
    } else {
      writer.buf[writer.pos++] = 0x7f;
      for (length -= 0x7f; length >= 0x80; length >>>= 7) writer.buf[writer.pos++] = (length & 0x7f) | 0x80;
      writer.buf[writer.pos++] = length;
    }
    for (let i = 0; i < text.length; i++) writer.buf[writer.pos++] = text.charCodeAt(i);
  }
}
