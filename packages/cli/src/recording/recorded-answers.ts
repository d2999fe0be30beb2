import { Code, RpcError } from "hawser";
import { equals, type MethodType } from "hawser/protobuf";
import type { Answer, Answerer, FirstRequest, MockCall } from "../mock/mock-call.js";
import { pause } from "../mock/pause.js";
import type { RecordedCall, Recording } from "./recording.js";

/** Answers calls as they were answered when they were recorded. */
export class RecordedAnswers implements Answerer {
  readonly #calls = new Map<string, RecordedCall[]>();
  /** How often a call was given as an answer: those with the same requests take turns. */
  readonly #given = new Map<RecordedCall, number>();
  readonly #speed: number;
  readonly #isLast: boolean;

  /**
   * @param speed how many times as fast as it was; Infinity for without waiting
   * @param isLast whether a call that was not recorded fails; else it is left to others
   */
  constructor(recording: Recording, speed: number, isLast: boolean) {
    this.#speed = speed;
    this.#isLast = isLast;
    for (const call of recording.calls) {
      // One that was cut off before anything was known of its end is no answer.
      if (call.status === undefined && call.replies.length === 0) continue;
      const { path } = call.method;
      const others = this.#calls.get(path);
      if (others === undefined) this.#calls.set(path, [call]);
      else others.push(call);
    }
  }

  async answer(call: MockCall, first: FirstRequest): Promise<Answer | undefined> {
    const all = this.#calls.get(call.method.path) ?? [];
    const { input } = call.method;
    const asks = call.method.kind !== "bidi_streaming" || all.some(asksFirst);
    const request = asks ? await first.peek() : undefined;
    const candidates = all.filter((each) => {
      const [recorded] = each.requests;
      if (!asks) return true;
      return recorded === undefined ? request === undefined : request !== undefined && equals(input, recorded, request);
    });
    if (candidates.length === 0) {
      if (!this.#isLast) return undefined;
      throw notRecorded(call.method, all.length);
    }
    if (call.method.kind !== "client_streaming") {
      const chosen = this.#next(candidates);
      return { from: chosen.place, replies: this.#play(chosen, call) };
    }
    // Which one it is shows when all requests are there.
    const fitting = await withRequests(candidates, call);
    if (fitting.length === 0) throw notRecorded(call.method, all.length);
    const chosen = this.#next(fitting);
    return { from: chosen.place, replies: this.#play(chosen, call) };
  }

  /** The one that was given least often; of several the first that was recorded. */
  #next(candidates: readonly RecordedCall[]): RecordedCall {
    const timesOf = (call: RecordedCall): number => this.#given.get(call) ?? 0;
    const chosen = candidates.reduce((best, call) => (timesOf(call) < timesOf(best) ? call : best));
    this.#given.set(chosen, timesOf(chosen) + 1);
    return chosen;
  }

  async *#play(recorded: RecordedCall, call: MockCall): AsyncGenerator<object> {
    const requests = call.method.kind === "bidi_streaming" ? call.requests[Symbol.asyncIterator]() : undefined;
    let before = 0;
    for (const event of recorded.events) {
      if (event.kind === "request" || event.kind === "halfClose") {
        // What was said behind a request was an answer to it: it waits for the request, and then as long as it did then.
        if (event.kind === "request") await requests?.next();
      } else await pause((event.ms - before) / this.#speed, call.signal);
      before = event.ms;
      if (call.signal.aborted) return;
      if (event.kind === "header") {
        call.header.appendAll(event.metadata);
        call.sendHeader();
      } else if (event.kind === "reply") yield event.message;
      else if (event.kind === "status") {
        const { code, message, details, trailer } = event.status;
        call.trailer.appendAll(trailer);
        if (code !== Code.Ok) throw new RpcError(code, message, { details });
        return;
      }
    }
    throw new RpcError(Code.Unavailable, `the recording of this call ends here (${recorded.place})`);
  }
}

/** Whether a stream was asked something before it answered. */
function asksFirst({ events }: RecordedCall): boolean {
  return events.find(({ kind }) => kind === "request" || kind === "reply")?.kind === "request";
}

/** Those of several calls whose requests are the ones that come. */
async function withRequests(candidates: readonly RecordedCall[], call: MockCall): Promise<RecordedCall[]> {
  let fitting = [...candidates];
  let index = 0;
  for await (const request of call.requests) {
    fitting = fitting.filter(({ requests }) => {
      const recorded = requests[index];
      return recorded !== undefined && equals(call.method.input, recorded, request);
    });
    if (fitting.length === 0) return [];
    index++;
  }
  return fitting.filter(({ requests }) => requests.length === index);
}

function notRecorded({ service, name }: MethodType, others: number): RpcError {
  const said = [
    "no call of it is recorded",
    "the one call of it that is recorded has another request",
    `none of the ${others} calls of it that are recorded has this request`,
  ][Math.min(others, 2)];
  return new RpcError(Code.FailedPrecondition, `${service}/${name}: ${said}`);
}
