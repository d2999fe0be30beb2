/**
 * Messages between the wire, which pushes, and a `for await`, which pulls. One consumer. It says when it holds enough,
 * and when it ran empty after that, so that the sender's window follows the reader's pace.
 */
export class MessageQueue<T> implements AsyncIterableIterator<T> {
  // A stream that waits for its next message is what many connections are full of: arrays are made when there is
  // something for them, and one reader needs none (docs/performance.md).
  #items: T[] | undefined;
  /** Index of the next item: shifting an array is linear, moving an index is not. */
  #head = 0;
  #bytes = 0;
  #full = false;
  #end: QueueEnd | undefined;
  /** The reader that waits, and those who called `next` again without waiting. */
  #waiter: Waiter<T> | undefined;
  #moreWaiters: Waiter<T>[] | undefined;
  readonly #owner: QueueOwner;

  constructor(owner: QueueOwner) {
    this.#owner = owner;
  }

  /** Adds a message of `size` bytes on the wire. False: enough until {@link QueueOwner.onDrained}. */
  push(item: T, size: number): boolean {
    if (this.#end !== undefined) return true;
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#waiter = this.#moreWaiters?.shift();
      waiter({ value: item, done: false });
      return true;
    }
    this.#items ??= [];
    this.#items.push(item);
    this.#bytes += size;
    if (this.#bytes < HIGH_WATER_BYTES && this.#items.length < HIGH_WATER_MESSAGES) return true;
    this.#full = true;
    return false;
  }

  /** No more will come; what is here is handed out first. With `error`, the reader then fails with it, once. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const waiter of this.#takeWaiters()) {
      if (this.#end.error !== undefined) {
        waiter(Promise.reject(this.#end.error));
        this.#end = { error: undefined };
      } else {
        waiter(DONE);
      }
    }
  }

  /** Drops what is here, then ends. */
  fail(error: unknown): void {
    if (this.#end === undefined || !this.#empty) {
      this.#clear();
      this.#end = undefined;
      this.end(error);
    }
  }

  next(): Promise<IteratorResult<T>> {
    const items = this.#items;
    if (items !== undefined && this.#head < items.length) {
      const value = items[this.#head];
      items[this.#head++] = undefined as T;
      if (this.#head === items.length) {
        this.#clear();
        if (this.#full) {
          this.#full = false;
          this.#owner.onDrained();
        }
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#end !== undefined) {
      const { error } = this.#end;
      if (error === undefined) return Promise.resolve(DONE);
      this.#end = { error: undefined };
      return Promise.reject(error);
    }
    const promise = new Promise<IteratorResult<T>>(capture as never);
    if (this.#waiter === undefined) {
      this.#waiter = captured as Waiter<T>;
    } else {
      this.#moreWaiters ??= [];
      this.#moreWaiters.push(captured as Waiter<T>);
    }
    return promise;
  }

  /** The reader left its loop. */
  return(): Promise<IteratorResult<T>> {
    const done = this.#end !== undefined && this.#end.error === undefined && this.#empty;
    this.#clear();
    this.#end = { error: undefined };
    for (const waiter of this.#takeWaiters()) waiter(DONE);
    if (!done) this.#owner.onAbandoned();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  get #empty(): boolean {
    return this.#items === undefined || this.#head === this.#items.length;
  }

  #clear(): void {
    this.#items = undefined;
    this.#head = 0;
    this.#bytes = 0;
  }

  #takeWaiters(): Waiter<T>[] {
    if (this.#waiter === undefined) return [];
    const waiters = [this.#waiter, ...(this.#moreWaiters ?? [])];
    this.#waiter = undefined;
    this.#moreWaiters = undefined;
    return waiters;
  }
}

/** Who fills a queue. */
export interface QueueOwner {
  /** The queue ran empty after `push` returned false. */
  onDrained(): void;
  /** The reader wants no more. */
  onAbandoned(): void;
}

interface QueueEnd {
  readonly error: unknown;
}

/** Settles the promise of a `next`; a failure is a rejected promise given to it. */
type Waiter<T> = (result: IteratorResult<T> | Promise<never>) => void;

// One executor for all: a closure for each, and the promise's own for its rejection, would live as long as it waits.
let captured: unknown;

function capture(resolve: unknown): void {
  captured = resolve;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** 64 KiB: enough to keep a reader busy for a round trip; with the stream's window it bounds what a slow one holds. */
const HIGH_WATER_BYTES = 65_536;

/** 512 messages: bounds the objects that tiny messages turn into. */
const HIGH_WATER_MESSAGES = 512;
