import { resolveLimits } from "../../../../packages/runtime/dist/http2/limits.js";
import { FrameParser, type FrameTarget, frames, Http2Error } from "./engine-parts.js";
import { Source, type Target } from "./target.js";

const PREFACE = frames.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const LIMITS = resolveLimits({ enablePush: true });

/** What a parser said, as text; parts of one DATA frame are joined, as they depend on how the bytes were cut. */
class Recorder implements FrameTarget {
  readonly lines: string[] = [];
  #data = "";

  onDataBegin(streamId: number, length: number, padding: number): void {
    this.#data = `DATA ${streamId} ${length} ${padding} `;
  }
  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.#data += hex(bytes, start, end);
    if (endStream) this.lines.push(`${this.#data} end`);
  }
  onHeaderBlock(streamId: number, bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    this.lines.push(`HEADERS ${streamId} ${hex(bytes, start, end)} ${endStream}`);
  }
  onPushPromise(streamId: number, promisedId: number, bytes: Uint8Array, start: number, end: number): void {
    this.lines.push(`PUSH_PROMISE ${streamId} ${promisedId} ${hex(bytes, start, end)}`);
  }
  onResetStream(streamId: number, code: number): void {
    this.lines.push(`RST_STREAM ${streamId} ${code}`);
  }
  onSettings(bytes: Uint8Array, start: number, end: number): void {
    this.lines.push(`SETTINGS ${hex(bytes, start, end)}`);
  }
  onSettingsAck(): void {
    this.lines.push("SETTINGS ACK");
  }
  onPing(bytes: Uint8Array, start: number): void {
    this.lines.push(`PING ${hex(bytes, start, start + 8)}`);
  }
  onPingAck(bytes: Uint8Array, start: number): void {
    this.lines.push(`PING ACK ${hex(bytes, start, start + 8)}`);
  }
  onGoAway(lastId: number, code: number, bytes: Uint8Array, start: number, end: number): void {
    this.lines.push(`GOAWAY ${lastId} ${code} ${hex(bytes, start, end)}`);
  }
  onWindowUpdate(streamId: number, increment: number): void {
    this.lines.push(`WINDOW_UPDATE ${streamId} ${increment}`);
  }
  onIgnoredFrame(): void {
    this.lines.push("ignored");
  }
  onStreamFault(streamId: number, code: number, message: string): void {
    this.lines.push(`fault ${streamId} ${code} ${message}`);
  }
}

/** The first octet chooses the role and how the rest is cut; however it is cut, the same must come of it. */
export const framesTarget: Target = {
  run(input) {
    const source = new Source(input);
    const choice = source.byte();
    const role = (choice & 1) === 0 ? "client" : "server";
    const rest = input.subarray(1);
    const bytes = role === "server" && (choice & 2) === 0 ? frames.concat(PREFACE, rest) : rest;
    const whole = parse(role, bytes, bytes.length);
    const cut = parse(role, bytes, 1 + (choice >>> 2));
    if (whole !== cut) throw new Error(`in one piece: ${whole}\nin pieces of ${1 + (choice >>> 2)}: ${cut}`);
  },
  seeds: [0, 1, 3].flatMap((choice) => [
    frames.concat(
      new Uint8Array([choice]),
      frames.settings([4, 1000], [5, 16_384]),
      frames.settingsAck(),
      frames.headersFrame(1, new Uint8Array([0x82, 0x84, 0x86]), false, false),
      frames.continuation(1, new Uint8Array([0x41, 1, 0x61]), true),
      frames.data(1, "body", false, 7),
      frames.data(1, "", true),
      frames.ping(),
      frames.priority(3, 1),
      frames.windowUpdate(0, 100),
      frames.rstStream(1, 8),
      frames.goAway(1, 0, "bye"),
    ),
  ]),
};

function parse(role: "client" | "server", bytes: Uint8Array, size: number): string {
  const recorder = new Recorder();
  const parser = new FrameParser(role, recorder, LIMITS);
  let error = "";
  try {
    for (let at = 0; at < bytes.length; at += size) parser.parse(bytes.slice(at, at + size));
  } catch (thrown) {
    if (!(thrown instanceof Http2Error) || thrown.kind !== "connection") throw thrown;
    // A quotation of foreign words shows as much as had come.
    error = thrown.message.includes("does not speak") ? "foreign" : thrown.message;
  }
  return `${recorder.lines.join("\n")}\n${error}`;
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("hex");
}
