/** Server push (RFC 9113 §8.4): what a server may promise, and what a client takes. */
import type { Counting } from "./counters.js";
import { MAX_STREAM_ID } from "./frame/frame-types.js";
import type { Head } from "./head.js";
import type { HttpFields } from "./http-types.js";
import { failureOf, Http2ErrorCode, misuse } from "./http2-error.js";
import type { Http2Limits } from "./limits.js";
import type { Outgoing } from "./outgoing.js";
import type { PeerSettings } from "./settings.js";
import { Http2Stream, type StreamOwner } from "./stream/stream.js";
import { localOpen, StreamEvent } from "./stream/stream-state.js";
import { MUTE_SINK, type Streams } from "./stream/streams.js";

export class Pushes {
  readonly #streams: Streams;
  readonly #outgoing: Outgoing;
  readonly #limits: Http2Limits;
  readonly #counting: Counting;
  /** Clients that take pushes: what their open streams were asked of. */
  #authorities: WeakMap<Http2Stream, string> | undefined = undefined;

  constructor(streams: Streams, outgoing: Outgoing, limits: Http2Limits, counting: Counting) {
    this.#streams = streams;
    this.#outgoing = outgoing;
    this.#limits = limits;
    this.#counting = counting;
  }

  /**
   * Servers: writes PUSH_PROMISE on `associated` and reserves the stream. `undefined` if the client takes no (more)
   * pushes, or has ended what the promise would belong to.
   * @throws Http2Error (misuse) for a request that must not be promised
   */
  promise(
    associated: Http2Stream,
    owner: StreamOwner,
    fields: HttpFields,
    extra: HttpFields | undefined,
    peer: PeerSettings,
  ): Http2Stream | undefined {
    const streams = this.#streams;
    // RFC 9113 §6.6: the client's own streams only, and none that has been promised itself.
    if ((associated.id & 1) === 0) throw misuse("a promise belongs to a stream that the client has opened");
    const flaw = promiseFlaw(
      valueIn(fields, extra, ":method"),
      valueIn(fields, extra, "content-length"),
      valueIn(fields, extra, ":authority"),
    );
    if (flaw !== "") throw misuse(`the request cannot be promised: ${flaw}`);
    if (!peer.enablePush || !localOpen(associated.state) || streams.nextId > MAX_STREAM_ID) return undefined;
    if (streams.pushed >= Math.min(this.#limits.maxPushedStreams, peer.maxConcurrentStreams)) {
      this.#counting.count("maxPushedStreams");
      return undefined;
    }
    const stream = new Http2Stream(streams.nextId, owner, MUTE_SINK, peer.initialWindowSize, 0);
    this.#outgoing.sendPromise(associated.id, stream.id, fields, extra);
    streams.reserve(stream, StreamEvent.PROMISE_SENT);
    streams.nextId += 2;
    return stream;
  }

  /**
   * Servers: the answer to a promise begins. False if the client has meanwhile lowered how many streams it takes
   * (RFC 9113 §5.1.2): then the promise is taken back.
   */
  begin(stream: Http2Stream, peer: PeerSettings): boolean {
    if (this.#streams.pushed <= peer.maxConcurrentStreams) return true;
    this.#counting.count("maxPushedStreams");
    this.#outgoing.sendReset(stream, Http2ErrorCode.CANCEL);
    const message = `the client now takes no more than ${peer.maxConcurrentStreams} pushed streams`;
    this.#streams.end(stream, failureOf("local", Http2ErrorCode.CANCEL, message));
    return false;
  }

  /** Clients: remembers what a request is asked of, for the promises that may belong to it. */
  asked(stream: Http2Stream, fields: HttpFields, extra: HttpFields | undefined): void {
    this.#authorities ??= new WeakMap();
    this.#authorities.set(stream, valueIn(fields, extra, ":authority") ?? "");
  }

  /** Clients: true if the promised request is asked of the same authority as the one that it belongs to. */
  sameAuthority(associated: Http2Stream, authority: string): boolean {
    return this.#authorities?.get(associated)?.toLowerCase() === authority.toLowerCase();
  }
}

/** Why a request that was promised is malformed (RFC 9113 §8.4); empty if it is not. */
export function flawOfPromise(head: Head): string {
  if (head.flaw !== "") return head.flaw;
  return promiseFlaw(head.method, head.contentLength > 0 ? String(head.contentLength) : undefined, head.authority);
}

/** RFC 9113 §8.4: safe and cacheable (RFC 9110 §9.2.1, §9.2.3), without a body, and of an authority. */
function promiseFlaw(method: string | undefined, length: string | undefined, authority: string | undefined): string {
  if (method !== "GET" && method !== "HEAD") return `its method is ${method ?? "missing"}, and not GET or HEAD`;
  if (length !== undefined && Number(length) !== 0) return "it has a body";
  return authority === undefined || authority === "" ? "it has no :authority" : "";
}

function valueIn(fields: HttpFields, extra: HttpFields | undefined, name: string): string | undefined {
  return (fields.find((field) => field.name === name) ?? extra?.find((field) => field.name === name))?.value;
}
