import type { Http2Stream, StreamLinks } from "./stream.js";

/** Streams in the order in which they came; adding and removing take constant time and no memory. */
export class StreamList implements StreamLinks {
  first: Http2Stream | undefined = undefined;
  #last: Http2Stream | undefined = undefined;

  /** Adds a stream that is in no list. */
  push(stream: Http2Stream): void {
    stream.links = this;
    stream.previousLinked = this.#last;
    if (this.#last === undefined) this.first = stream;
    else this.#last.nextLinked = stream;
    this.#last = stream;
  }

  /** Removes a stream that is in this list. */
  remove(stream: Http2Stream): void {
    const { previousLinked, nextLinked } = stream;
    if (previousLinked === undefined) this.first = nextLinked;
    else previousLinked.nextLinked = nextLinked;
    if (nextLinked === undefined) this.#last = previousLinked;
    else nextLinked.previousLinked = previousLinked;
    stream.links = undefined;
    stream.nextLinked = undefined;
    stream.previousLinked = undefined;
  }
}
