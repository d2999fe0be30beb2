import { type Channel, Code, createClient, Metadata, RpcError, type RunningCall } from "hawser";
import type { ServiceType } from "hawser/protobuf";
import { pause } from "../mock/pause.js";
import { passedMetadata } from "../proxy/passed-metadata.js";
import type { RecordedCall, RecordedStatus } from "./recording.js";

/** What came of a call that was made again. */
export interface ReplayedCall {
  readonly replies: readonly object[];
  /** `undefined` if the call was given up when it had as many replies as were recorded. */
  readonly status: Pick<RecordedStatus, "code" | "message" | "details"> | undefined;
  readonly ms: number;
}

/** How calls are made again. */
export interface ReplayOptions {
  readonly channel: Channel;
  /** Sent beside what is recorded, in the place of values of the same keys. */
  readonly metadata: Metadata;
  /** How many times as fast as it was; Infinity for without waiting. */
  readonly speed: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

interface AnyCall extends RunningCall, AsyncIterable<object>, Promise<object> {}

/**
 * Makes a recorded call again: the same requests with the same pauses, a request that came behind a reply behind that reply.
 *
 * @returns replies and status; a call that could not be made has one too. One that was left before any reply came is not made.
 */
export async function replayCall(recorded: RecordedCall, options: ReplayOptions): Promise<ReplayedCall> {
  const { method, requests } = recorded;
  const controller = new AbortController();
  const signal = AbortSignal.any([options.signal, controller.signal]);
  const client = createClient(
    { typeName: method.service, methods: { call: method } } as ServiceType,
    options.channel,
  ) as unknown as { call(request: unknown, settings: object): AnyCall };
  const received = new Count();
  const streamsRequests = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  const streamsReplies = method.kind === "server_streaming" || method.kind === "bidi_streaming";
  const began = performance.now();
  const replies: object[] = [];
  const isOpen = wasLeft(recorded, streamsReplies);
  // Nothing is known of what it would have been answered.
  if (isOpen && recorded.replies.length === 0) return { replies: [], status: undefined, ms: 0 };
  let status: ReplayedCall["status"];
  try {
    const request = streamsRequests ? paced(recorded, received, options.speed, signal) : requests[0];
    const settings = {
      metadata: metadataOf(recorded, options.metadata),
      timeoutMs: isOpen ? options.timeoutMs : timeoutOf(recorded, options),
      signal,
    };
    const call = client.call(request ?? method.input.empty(), settings);
    if (streamsReplies) {
      for await (const reply of call) {
        replies.push(reply);
        received.add();
        if (isOpen && replies.length >= recorded.replies.length) {
          controller.abort();
          break;
        }
      }
    } else replies.push(await call);
    if (!controller.signal.aborted) status = { code: Code.Ok, message: "", details: [] };
  } catch (error) {
    if (!RpcError.is(error)) throw error;
    // It was given up by us.
    if (!controller.signal.aborted) status = error;
  } finally {
    controller.abort();
  }
  return { replies, status, ms: performance.now() - began };
}

/** Whether what was recorded ends before the call did: then there is nothing to compare behind it. */
function wasLeft({ status, truncated, replies }: RecordedCall, streamsReplies: boolean): boolean {
  if (status === undefined || truncated || status.code === Code.Cancelled) return true;
  // Streams without an end are left by their deadlines.
  return status.code === Code.DeadlineExceeded && streamsReplies && replies.length > 0;
}

/** A call that was out of time is given as much of it again, and no other: the server may be faster now. */
function timeoutOf({ status, timeoutMs }: RecordedCall, options: ReplayOptions): number {
  if (status?.code !== Code.DeadlineExceeded || timeoutMs === undefined) return options.timeoutMs;
  return Math.min(timeoutMs, options.timeoutMs);
}

/** Lets requests wait for replies. */
class Count {
  #count = 0;
  #waiting: (() => void)[] = [];

  add(): void {
    this.#count++;
    for (const go of this.#waiting.splice(0)) go();
  }

  async atLeast(count: number, signal: AbortSignal): Promise<void> {
    while (this.#count < count && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal.removeEventListener("abort", go);
          resolve();
        };
        this.#waiting.push(go);
        signal.addEventListener("abort", go, { once: true });
      });
    }
  }
}

async function* paced(
  recorded: RecordedCall,
  received: Count,
  speed: number,
  signal: AbortSignal,
): AsyncGenerator<object> {
  let before = 0;
  let replies = 0;
  for (const event of recorded.events) {
    if (event.kind === "reply") replies++;
    else if (event.kind === "request" || event.kind === "halfClose") {
      await received.atLeast(replies, signal);
      await pause((event.ms - before) / speed, signal);
      if (signal.aborted) return;
      if (event.kind === "request") yield event.message;
    }
    before = event.ms;
  }
}

function metadataOf({ metadata }: RecordedCall, own: Metadata): Metadata {
  const sent = passedMetadata(metadata);
  for (const key of own.keys()) sent.delete(key);
  return new Metadata(sent).appendAll(own);
}
