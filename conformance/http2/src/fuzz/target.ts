/** What a fuzzer runs: any bytes must be taken without a throw. */
export interface Target {
  /** @throws Error if the code under test did anything that it must not */
  run(input: Uint8Array): void;
  /** Inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
}

/** Gives the octets of an input one by one, and 0 when there are no more. */
export class Source {
  readonly #bytes: Uint8Array;
  #pos = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#pos >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#pos++] ?? 0;
  }

  /** A number under `limit`. */
  below(limit: number): number {
    return this.byte() % limit;
  }

  uint32(): number {
    return this.byte() * 0x1000000 + this.byte() * 0x10000 + this.byte() * 0x100 + this.byte();
  }

  bytes(count: number): Uint8Array {
    const part = this.#bytes.slice(this.#pos, this.#pos + count);
    this.#pos += count;
    return part;
  }
}
