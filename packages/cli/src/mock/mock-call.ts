import type { Metadata } from "hawser";
import type { MethodType } from "hawser/protobuf";

/** A call that is to be answered. */
export interface MockCall {
  readonly method: MethodType;
  readonly metadata: Metadata;
  readonly header: Metadata;
  readonly trailer: Metadata;
  /** Sends the header now, without waiting for the first reply. */
  sendHeader(): void;
  /** Aborted when nobody waits for an answer any longer. */
  readonly signal: AbortSignal;
  /** One if the method takes one. They are to be read once. */
  readonly requests: AsyncIterable<object>;
}

/** What answers calls: from a script, from a store, or by making answers up. */
export interface Answerer {
  /**
   * Answers a call, or leaves it to the next.
   *
   * @param first the first request; `undefined` if there is none, or it was not asked for
   * @returns what tells people where the answer comes from, and the replies, which end with the RpcError that is thrown; `undefined` to
   * leave it to the next, with nothing read of the requests
   */
  answer(call: MockCall, first: FirstRequest): Promise<Answer | undefined>;
}

export interface Answer {
  /** `mock.yaml:12`, `generated`. */
  readonly from: string;
  readonly replies: AsyncIterable<object>;
}

/** Looks at the first request without taking it away from whoever reads them. */
export interface FirstRequest {
  peek(): Promise<object | undefined>;
}

/** Requests of which the first can be looked at before they are read. */
export class PeekedRequests implements AsyncIterable<object>, FirstRequest {
  readonly #iterator: AsyncIterator<object>;
  #first: Promise<IteratorResult<object>> | undefined;
  #isTaken = false;

  constructor(requests: AsyncIterable<object>) {
    this.#iterator = requests[Symbol.asyncIterator]();
  }

  async peek(): Promise<object | undefined> {
    const { done, value } = await (this.#first ??= this.#iterator.next());
    return done === true ? undefined : value;
  }

  [Symbol.asyncIterator](): AsyncIterator<object> {
    return {
      next: () => {
        if (!this.#isTaken && this.#first !== undefined) {
          this.#isTaken = true;
          return this.#first;
        }
        this.#isTaken = true;
        return this.#iterator.next();
      },
      return: async () => {
        await this.#iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  }
}

/** A single request, to be read as a stream of one is. */
export async function* single(request: object): AsyncGenerator<object> {
  yield request;
}
