/**
 * A program, to be forked: a server that says how it fares. It sends its ports when it listens, and to each message it
 * answers with a {@link Health}. Started with `--expose-gc`.
 */
import { makeCertificate } from "./certificate.js";
import { type HttpHead, type HttpSink, type HttpStream, listen } from "./engine.js";
import { respond } from "./responder.js";

/** What the server holds. */
export interface Health {
  /** Octets after a collection: heap and what lies outside of it. */
  readonly memory: number;
  /** Sockets of all kinds, listening ones included, and timers. */
  readonly handles: number;
  /** Requests since the start. */
  readonly requests: number;
  /** Handlers of `/hold` that run. */
  readonly held: number;
  /** The counters of both ports, added up. */
  readonly limits: Readonly<Record<string, number>>;
}

/** Time limits that a test can wait for, and a cap that it reaches soon; the other limits are the defaults. */
const HTTP2 = {
  handshakeTimeoutMs: 1_000,
  stallTimeoutMs: 2_000,
  headerTimeoutMs: 1_000,
  maxConcurrentStreams: 100,
  maxUnreadBytes: 4 * 2 ** 20,
};

/** How long a handler of `/hold` goes on, whatever becomes of its stream. */
const HOLD_MS = 300;

let requests = 0;
let held = 0;

function answer(stream: HttpStream & { sink: HttpSink }, head: HttpHead, endStream: boolean): void {
  requests++;
  if (head.path === "/keep") {
    stream.sink = new Keeping();
    return;
  }
  if (head.path !== "/hold") {
    respond(stream, head, endStream);
    return;
  }
  held++;
  stream.hold();
  setTimeout(() => {
    held--;
    stream.release();
  }, HOLD_MS);
}

/** A reader that has stopped: what came waits for it. */
class Keeping implements HttpSink {
  #kept: Uint8Array[] = [];

  onHead(): void {}
  onData(bytes: Uint8Array, start: number, end: number): void {
    this.#kept.push(bytes.slice(start, end));
  }
  onTrailers(): void {}
  onFailure(): void {
    this.#kept = [];
  }
  onWritable(): void {}
}

function limits(): Record<string, number> {
  const sum: Record<string, number> = { ...plain.limits };
  for (const [name, count] of Object.entries(secure.limits ?? {})) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

const { cert, key } = await makeCertificate();
const plain = await listen("127.0.0.1:0", { http2: HTTP2 }, answer);
const secure = await listen("127.0.0.1:0", { http2: HTTP2, tls: { cert, key } }, answer);
process.on("message", () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().filter((name) => /TCP|Socket|Timeout/.test(name)).length;
  const health: Health = { memory: heapUsed + external, handles, requests, held, limits: limits() };
  process.send?.(health);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ cleartext: plain.port, tls: secure.port });
