/** How many closed streams are remembered, for frames that were under way when they closed. A power of two. */
const REMEMBERED = 1024;

/** How many there is room for at first; most connections of a server with many are short or quiet. */
const FIRST = 8;

/** Up to here they are in a plain array, which has no buffer of its own: 400 bytes less for a connection with few streams. */
const PLAIN = 32;

/** The last 1,024 or so streams of one side that have closed, and how. */
export class ClosedStreams {
  /** Identifiers, negative if reset, each where its half says; later ones replace earlier ones. */
  #ids: Int32Array | number[] | undefined = undefined;

  remember(id: number, reset: boolean): void {
    this.#ids ??= new Array<number>(FIRST).fill(0);
    if (id >>> 1 >= this.#ids.length && this.#ids.length < REMEMBERED) this.#grow(id >>> 1);
    this.#ids[(id >>> 1) & (this.#ids.length - 1)] = reset ? -id : id;
  }

  wasReset(id: number): boolean {
    return this.#ids !== undefined && this.#ids[(id >>> 1) & (this.#ids.length - 1)] === -id;
  }

  wasFinished(id: number): boolean {
    return this.#ids !== undefined && this.#ids[(id >>> 1) & (this.#ids.length - 1)] === id;
  }

  #grow(index: number): void {
    const old = this.#ids ?? [];
    let { length } = old;
    while (length <= index && length < REMEMBERED) length *= 4;
    length = Math.min(length, REMEMBERED);
    const grown = length <= PLAIN ? new Array<number>(length).fill(0) : new Int32Array(length);
    for (const id of old) if (id !== 0) grown[(Math.abs(id) >>> 1) & (grown.length - 1)] = id;
    this.#ids = grown;
  }
}
