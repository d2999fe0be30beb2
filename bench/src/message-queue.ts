/**
 * What a bidi client is given to read from, for the stacks that take an async iterable of requests and leave it to
 * their user where the messages come from.
 */
export class MessageQueue<T> implements AsyncIterableIterator<T> {
  readonly #messages: T[] = [];
  #ended = false;
  #reader: ((result: IteratorResult<T>) => void) | undefined;

  push(message: T): void {
    const reader = this.#reader;
    if (reader === undefined) {
      this.#messages.push(message);
      return;
    }
    this.#reader = undefined;
    reader({ done: false, value: message });
  }

  /** No more messages. */
  end(): void {
    this.#ended = true;
    this.#reader?.({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#messages.length > 0) return Promise.resolve({ done: false, value: this.#messages.shift()! });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#ended = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T>> {
    this.#ended = true;
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
