import { Code } from "../rpc/code.js";
import type { ClientExchange } from "../rpc/exchange.js";
import { RpcError } from "../rpc/rpc-error.js";

/** What a method that takes a stream may be given: the requests, as they become ready. */
export type Requests<T> = AsyncIterable<T> | Iterable<T>;

/** The call whose requests are sent. */
export interface SendingCall {
  readonly running: boolean;
  /** A request could not be encoded, or what made the requests failed: the call ends. */
  failToSend(error: unknown): void;
}

/**
 * The requests of a streaming call, sent by hand or pumped from an iterable, in order and at the pace at which the
 * connection takes them.
 */
export class RequestSender {
  readonly #call: SendingCall;
  #exchange: ClientExchange | undefined;
  #writable = false;
  #ended = false;
  #error: RpcError | undefined;
  /** What waits for the call to begin or for room, first come first sent. */
  #waiting: Waiting[] | undefined;

  constructor(call: SendingCall) {
    this.#call = call;
  }

  /** The call has a connection. */
  begin(exchange: ClientExchange): void {
    this.#exchange = exchange;
    this.onWritable();
  }

  /** There is room again. */
  onWritable(): void {
    this.#writable = true;
    while (this.#waiting !== undefined && this.#writable && this.#call.running) {
      const waiting = this.#waiting.shift() as Waiting;
      if (this.#waiting.length === 0) this.#waiting = undefined;
      if (waiting.kind === "message") this.#push(waiting.message);
      else if (waiting.kind === "end") this.#finish();
      waiting.resolve();
    }
  }

  /** The call has ended; nobody waits any longer. */
  onEnd(error: RpcError | undefined): void {
    this.#error = error;
    const list = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const waiting of list) {
      if (waiting.kind === "message") waiting.reject(this.#endedError());
      else waiting.resolve();
    }
  }

  /**
   * Sends one request; resolves when there is room for the next.
   * @throws RpcError the call's own if it has failed; FAILED_PRECONDITION after `end()`, or if the server has ended the
   * call with OK
   */
  async send(message: unknown): Promise<void> {
    if (this.#ended) throw new RpcError(Code.FailedPrecondition, "send() after end(): the requests have ended");
    if (!this.#call.running) throw this.#endedError();
    await this.#offer(message);
    if (this.#error !== undefined) throw this.#error;
  }

  /** Ends the requests; harmless when they have ended. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#exchange !== undefined && this.#waiting === undefined) this.#finish();
    else this.#wait({ kind: "end", message: undefined, resolve: ignore, reject: ignore });
  }

  /** Sends what `requests` yields, then ends. Stops, and closes the iterator, when the call ends first. */
  async pump(requests: Requests<unknown>): Promise<void> {
    try {
      for await (const message of requests) {
        if (!this.#call.running) return;
        const room = this.#offer(message);
        if (room !== undefined) await room;
        if (!this.#call.running) return;
      }
      this.end();
    } catch (error) {
      if (this.#call.running) this.#call.failToSend(RpcError.is(error) ? error : requestsFailed(error));
    }
  }

  /** Sends now if it can. Gives a promise if the sender should wait before the next. */
  #offer(message: unknown): Promise<void> | undefined {
    if (this.#exchange === undefined || !this.#writable || this.#waiting !== undefined) {
      return new Promise((resolve, reject) => this.#wait({ kind: "message", message, resolve, reject }));
    }
    this.#push(message);
    if (this.#writable || !this.#call.running) return undefined;
    return new Promise((resolve, reject) => this.#wait({ kind: "room", message: undefined, resolve, reject }));
  }

  #wait(waiting: Waiting): void {
    this.#waiting ??= [];
    this.#waiting.push(waiting);
  }

  #push(message: unknown): void {
    try {
      this.#writable = (this.#exchange as ClientExchange).send(message, false);
    } catch (error) {
      this.#call.failToSend(error);
    }
  }

  #finish(): void {
    if (this.#call.running) this.#exchange?.end();
  }

  #endedError(): RpcError {
    return (
      this.#error ?? new RpcError(Code.FailedPrecondition, "the server has ended the call and takes no more requests")
    );
  }
}

interface Waiting {
  readonly kind: "message" | "end" | "room";
  readonly message: unknown;
  resolve(): void;
  reject(error: RpcError): void;
}

function ignore(): void {}

function requestsFailed(error: unknown): RpcError {
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError(Code.Unknown, `the iterable of requests failed: ${message}`, { cause: error });
}
