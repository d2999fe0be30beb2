/** A value that is loaded when it is asked for and has become too old. Who asks at the same time shares one load. */
export class Fresh<T> {
  readonly #load: () => Promise<T>;
  readonly #maxAgeMs: number;
  readonly #onStale: (error: Error) => void;
  #value: { readonly is: T; readonly untilMs: number } | undefined;
  #loading: Promise<T> | undefined;

  /** @param onStale hears why a load failed while the value of the one before goes on being used */
  constructor(load: () => Promise<T>, maxAgeMs: number, onStale: (error: Error) => void) {
    this.#load = load;
    this.#maxAgeMs = maxAgeMs;
    this.#onStale = onStale;
  }

  /** The value, at most so old as it may be unless a new one can't be had. Rejects if there has never been one. */
  current(): Promise<T> {
    const value = this.#value;
    if (value !== undefined && performance.now() < value.untilMs) return Promise.resolve(value.is);
    this.#loading ??= this.#renew().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #renew(): Promise<T> {
    const before = this.#value;
    let is: T;
    try {
      is = await this.#load();
    } catch (error) {
      if (before === undefined) throw error;
      this.#onStale(error as Error);
      is = before.is;
    }
    this.#value = { is, untilMs: performance.now() + this.#maxAgeMs };
    return is;
  }
}
