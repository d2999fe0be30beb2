import { ClosedStreams } from "./closed-streams.js";
import type { Http2Stream } from "./stream.js";

const FIRST_SIZE = 8;

/**
 * The streams that are not closed, by identifier. Identifiers rise by two, so that half the identifier modulo the size
 * is a hash without collisions for all but long-lived streams.
 */
export class StreamTable {
  count = 0;
  #slots: (Http2Stream | undefined)[] = new Array<Http2Stream | undefined>(FIRST_SIZE).fill(undefined);
  #mask: number = FIRST_SIZE - 1;
  readonly #closed: ClosedStreams = new ClosedStreams();
  /** Pushed ones, which are few if any: in one memory with the requests they would push those out of it. */
  #closedPushes: ClosedStreams | undefined = undefined;

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
    if ((id & 1) === 1) this.#closed.remember(id, reset);
    else (this.#closedPushes ??= new ClosedStreams()).remember(id, reset);
  }

  /** True for a closed stream that this side has reset, if it is remembered. */
  wasReset(id: number): boolean {
    return ((id & 1) === 1 ? this.#closed : this.#closedPushes)?.wasReset(id) ?? false;
  }

  /** True for a closed stream that ended otherwise, if it is remembered. */
  wasFinished(id: number): boolean {
    return ((id & 1) === 1 ? this.#closed : this.#closedPushes)?.wasFinished(id) ?? false;
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
