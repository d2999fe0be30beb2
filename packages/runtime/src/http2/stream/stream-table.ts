import type { Http2Stream } from "./stream.js";

const FIRST_SIZE = 8;

/** How many closed streams are remembered, for frames that were under way when they closed. A power of two. */
const CLOSED_REMEMBERED = 1024;

/** How many a connection has room for at first; most connections of a server with many are short or quiet. */
const FIRST_CLOSED = 32;

/**
 * The streams that are not closed, by identifier. Identifiers rise by two, so that half the identifier modulo the size
 * is a hash without collisions for all but long-lived streams.
 */
export class StreamTable {
  count = 0;
  #slots: (Http2Stream | undefined)[] = new Array<Http2Stream | undefined>(FIRST_SIZE).fill(undefined);
  #mask: number = FIRST_SIZE - 1;
  /** Identifiers of closed streams, negative if reset, each where its half says; later ones replace earlier ones. */
  #closed: Int32Array | undefined = undefined;

  get(id: number): Http2Stream | undefined {
    let stream = this.#slots[(id >>> 1) & this.#mask];
    while (stream !== undefined && stream.id !== id) stream = stream.nextInTable;
    return stream;
  }

  add(stream: Http2Stream): void {
    if (this.count > this.#mask) this.#grow();
    const slot = (stream.id >>> 1) & this.#mask;
    stream.nextInTable = this.#slots[slot];
    this.#slots[slot] = stream;
    this.count++;
  }

  /** Removes a stream that has closed; `reset` if this side has reset it. */
  remove(stream: Http2Stream, reset: boolean): void {
    this.rememberClosed(stream.id, reset);
    const slot = (stream.id >>> 1) & this.#mask;
    let at = this.#slots[slot];
    if (at === stream) {
      this.#slots[slot] = stream.nextInTable;
    } else {
      while (at !== undefined && at.nextInTable !== stream) at = at.nextInTable;
      if (at === undefined) return;
      at.nextInTable = stream.nextInTable;
    }
    stream.nextInTable = undefined;
    this.count--;
  }

  /** The streams as an array, for work in which they may come and go. */
  all(): Http2Stream[] {
    const list: Http2Stream[] = [];
    for (let stream of this.#slots) {
      for (; stream !== undefined; stream = stream.nextInTable) list.push(stream);
    }
    return list.sort((a, b) => a.id - b.id);
  }

  /** Remembers a stream that has closed; `reset` if this side reset it, so that late frames are no fault of the peer. */
  rememberClosed(id: number, reset: boolean): void {
    this.#closed ??= new Int32Array(FIRST_CLOSED);
    if (id >>> 1 >= this.#closed.length && this.#closed.length < CLOSED_REMEMBERED) this.#growClosed(id >>> 1);
    this.#closed[(id >>> 1) & (this.#closed.length - 1)] = reset ? -id : id;
  }

  /** True for those of the last {@link CLOSED_REMEMBERED} or so closed streams that this side has reset. */
  wasReset(id: number): boolean {
    return this.#closed !== undefined && this.#closed[(id >>> 1) & (this.#closed.length - 1)] === -id;
  }

  /** True for those of the last {@link CLOSED_REMEMBERED} or so closed streams that ended otherwise. */
  wasFinished(id: number): boolean {
    return this.#closed !== undefined && this.#closed[(id >>> 1) & (this.#closed.length - 1)] === id;
  }

  #growClosed(index: number): void {
    const old = this.#closed ?? [];
    let { length } = old;
    while (length <= index && length < CLOSED_REMEMBERED) length *= 4;
    const grown = new Int32Array(Math.min(length, CLOSED_REMEMBERED));
    for (const id of old) if (id !== 0) grown[(Math.abs(id) >>> 1) & (grown.length - 1)] = id;
    this.#closed = grown;
  }

  #grow(): void {
    const streams = this.all();
    const size = (this.#mask + 1) * 4;
    this.#slots = new Array<Http2Stream | undefined>(size).fill(undefined);
    this.#mask = size - 1;
    for (const stream of streams) {
      const slot = (stream.id >>> 1) & this.#mask;
      stream.nextInTable = this.#slots[slot];
      this.#slots[slot] = stream;
    }
  }
}
