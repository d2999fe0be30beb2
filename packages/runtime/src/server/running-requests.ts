/** The requests that run on a listener which opens no port, and when the last has ended after it was told to drain. */
export class RunningRequests<T> {
  /** Resolves when nothing runs and nothing more is taken. */
  readonly closed: Promise<void>;
  readonly #running = new Set<T>();
  #draining = false;
  #resolveClosed = (): void => {};

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** True once nothing more is taken. */
  get draining(): boolean {
    return this.#draining;
  }

  add(request: T): void {
    this.#running.add(request);
  }

  delete(request: T): void {
    this.#running.delete(request);
    this.#closeIfDone();
  }

  drain(): void {
    this.#draining = true;
    this.#closeIfDone();
  }

  /** Drains, and has `end` end at once what runs. */
  destroy(end: (request: T) => void): void {
    this.drain();
    for (const request of this.#running) end(request);
    this.#resolveClosed();
  }

  #closeIfDone(): void {
    if (this.#draining && this.#running.size === 0) this.#resolveClosed();
  }
}
