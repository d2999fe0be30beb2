import { Code, RpcError } from "hawser";

/** 256: who is so far behind does not read at all. */
const MAX_WAITING = 256;

/** What one listener has not read yet; ends when it is closed. */
export class Mailbox<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #error: unknown;

  put(letter: T): void {
    if (this.#closed) return;
    if (this.#waiting.push(letter) > MAX_WAITING) {
      // The server must not keep for a reader what the reader will never read.
      this.#waiting.length = 0;
      this.close(new RpcError(Code.ResourceExhausted, `more than ${MAX_WAITING} messages wait for you to read them`));
    }
    this.#wake?.();
  }

  /** @param error what the reader gets when everything else is read; none ends in order */
  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const letter = this.#waiting.shift();
      if (letter !== undefined) yield letter;
      else if (!this.#closed)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      else if (this.#error !== undefined) throw this.#error;
      else return;
    }
  }
}
