import type { Payload } from "../rpc/interceptor.js";

/** The call whose replies are sent. */
export interface RepliedCall {
  /** True once the call has a status: nothing more can be sent. */
  readonly ended: boolean;
  /** Sends a reply, or ends the call if it can't be sent. False asks to wait for {@link RepliedCall.whenWritable}. */
  reply(message: unknown): boolean;
  /** Calls `go` once, when there is room for the next reply, or the call has ended. */
  whenWritable(go: () => void): void;
  /** All replies are sent. */
  onReplies(): void;
  /** The handler, or the iterator it gave, failed. */
  onThrown(error: unknown): void;
  /** The replies were left early, because the call had ended; the iterator is closed. */
  onHandlerDone(): void;
}

/**
 * Sends what a handler yields, as `for await` would read it, at the pace at which the client takes it. What the handler
 * has at once, as an array or a generator without `await`, goes in one turn: `for await` would make promises for each
 * reply of these (docs/performance.md: 2.5 times the messages of a server stream).
 */
export function sendReplies(call: RepliedCall, replies: Payload): void {
  try {
    const source = replies as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
    const asynchronous = source[Symbol.asyncIterator];
    if (asynchronous !== undefined) new AsyncReplies(call, asynchronous.call(source)).pull();
    else void sendAll(call, source as Iterable<unknown>);
  } catch (error) {
    call.onThrown(error);
  }
}

async function sendAll(call: RepliedCall, replies: Iterable<unknown>): Promise<void> {
  try {
    for (const item of replies) {
      const reply = isThenable(item) ? await item : item;
      if (call.ended) break;
      if (!call.reply(reply) && !call.ended) await new Promise<void>((go) => call.whenWritable(go));
      if (call.ended) break;
    }
  } catch (error) {
    call.onThrown(error);
    return;
  }
  if (call.ended) call.onHandlerDone();
  else call.onReplies();
}

/**
 * `for await` by hand: the frame of an async function and what it waits with are most of what a stream that is open and
 * quiet would hold.
 */
class AsyncReplies {
  readonly #call: RepliedCall;
  readonly #iterator: AsyncIterator<unknown>;

  constructor(call: RepliedCall, iterator: AsyncIterator<unknown>) {
    this.#call = call;
    this.#iterator = iterator;
  }

  pull(): void {
    try {
      const next = this.#iterator.next();
      if (isThenable(next)) next.then(this.#onNext, this.#onError);
      else Promise.resolve(next).then(this.#onNext, this.#onError);
    } catch (error) {
      this.#call.onThrown(error);
    }
  }

  readonly #onNext = (result: IteratorResult<unknown>): void => {
    const call = this.#call;
    if (typeof result !== "object" || result === null) {
      call.onThrown(new TypeError(`an iterator gave ${String(result)}, which is no result`));
    } else if (result.done) {
      if (call.ended) call.onHandlerDone();
      else call.onReplies();
    } else if (call.ended) {
      this.#leave();
    } else {
      this.#goOn(call.reply(result.value));
    }
  };

  readonly #onError = (error: unknown): void => this.#call.onThrown(error);

  #goOn(writable: boolean): void {
    if (this.#call.ended) this.#leave();
    else if (writable) this.pull();
    else this.#call.whenWritable(() => this.#goOn(true));
  }

  /** The call has ended: the iterator is told. */
  #leave(): void {
    const call = this.#call;
    try {
      const left: unknown = this.#iterator.return?.();
      if (isThenable(left)) left.then(() => call.onHandlerDone(), this.#onError);
      else call.onHandlerDone();
    } catch (error) {
      call.onThrown(error);
    }
  }
}

/** True for promises and their like. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
