/**
 * Messages between the wire, which pushes, and a `for await`, which pulls. One consumer. It says when it holds enough,
 * and when it ran empty after that, so that the sender's window follows the reader's pace.
 */
export class MessageQueue<T> implements AsyncIterableIterator<T> {
  #items: T[] = [];
  /** Index of the next item: shifting an array is linear, moving an index is not. */
  #head = 0;
  #bytes = 0;
  #full = false;
  #end: QueueEnd | undefined;
  #waiting: Waiter<T>[] = [];
  readonly #owner: QueueOwner;

  constructor(owner: QueueOwner) {
    this.#owner = owner;
  }

  /** Adds a message of `size` bytes on the wire. False: enough until {@link QueueOwner.onDrained}. */
  push(item: T, size: number): boolean {
    if (this.#end !== undefined) return true;
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      waiter.resolve({ value: item, done: false });
      return true;
    }
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
    for (const waiter of this.#waiting.splice(0)) {
      if (this.#end.error !== undefined) {
        waiter.reject(this.#end.error);
        this.#end = { error: undefined };
      } else {
        waiter.resolve(DONE);
      }
    }
  }

  /** Drops what is here, then ends. */
  fail(error: unknown): void {
    if (this.#end === undefined || this.#head < this.#items.length) {
      this.#clear();
      this.#end = undefined;
      this.end(error);
    }
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#head < this.#items.length) {
      const value = this.#items[this.#head];
      this.#items[this.#head++] = undefined as T;
      if (this.#head === this.#items.length) {
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
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** The reader left its loop. */
  return(): Promise<IteratorResult<T>> {
    const done = this.#end !== undefined && this.#end.error === undefined && this.#head === this.#items.length;
    this.#clear();
    this.#end = { error: undefined };
    for (const waiter of this.#waiting.splice(0)) waiter.resolve(DONE);
    if (!done) this.#owner.onAbandoned();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#bytes = 0;
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

interface Waiter<T> {
  resolve(result: IteratorResult<T>): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** 64 KiB: enough to keep a reader busy for a round trip; with the stream's window it bounds what a slow one holds. */
const HIGH_WATER_BYTES = 65_536;

/** 512 messages: bounds the objects that tiny messages turn into. */
const HIGH_WATER_MESSAGES = 512;
