/** As a shell counts: 128 and the number of the signal. */
export const EXIT_INTERRUPTED = 130;

/** A signal that Ctrl-C aborts, and the end of whoever reads our output. A second Ctrl-C ends the process at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  #byUser = false;
  readonly #onSignal = (): void => {
    this.#byUser = true;
    this.#controller.abort(new Error("interrupted"));
  };
  readonly #onOutputGone = (): void => this.#controller.abort(new Error("nobody reads the output"));

  constructor() {
    process.once("SIGINT", this.#onSignal);
    process.once("SIGTERM", this.#onSignal);
    process.stdout.once("error", this.#onOutputGone);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Resolves when it is aborted. */
  wait(): Promise<void> {
    const { signal } = this;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** True once the user has said that it is enough. */
  get byUser(): boolean {
    return this.#byUser;
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
    process.stdout.off("error", this.#onOutputGone);
  }
}
