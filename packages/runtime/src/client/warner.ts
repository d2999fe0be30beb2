/** Tells of what goes wrong without failing anything, once for as long as it stays the same. */
export class Warner {
  readonly #subject: string;
  readonly #listener: (message: string, cause: unknown) => void;
  #last = "";

  /** @param listener by default `console.warn` gets the message */
  constructor(subject: string, listener: ((message: string, cause: unknown) => void) | undefined) {
    this.#subject = subject;
    this.#listener = listener ?? ((message) => console.warn(`hawser: ${message}`));
  }

  warn(what: string, cause: unknown): void {
    if (what === this.#last) return;
    this.#last = what;
    try {
      this.#listener(`${this.#subject}: ${what}`, cause);
    } catch (error) {
      // What a listener throws is not for whoever noticed what is wrong.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
