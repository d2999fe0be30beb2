/** What waits in a stream: pieces of body, then perhaps trailers. */
import type { HttpFields } from "../http-types.js";

/** One thing that waits. A section waits as fields, because HPACK can encode it only in the order of sending. */
export class SendItem {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** True if `bytes` is the queue's own, so that more may be put behind `end`. */
  readonly owned: boolean;
  readonly fields: HttpFields | undefined;
  readonly extra: HttpFields | undefined;
  next: SendItem | undefined;

  constructor(
    bytes: Uint8Array,
    start: number,
    end: number,
    owned: boolean,
    fields: HttpFields | undefined,
    extra: HttpFields | undefined,
  ) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.owned = owned;
    this.fields = fields;
    this.extra = extra;
    this.next = undefined;
  }
}

/** What a queued item costs beyond its bytes: memory counts objects, too (SECURITY row 8). */
const ITEM_OVERHEAD = 64;

/** Small pieces are put together up to this size: one frame then takes many messages. */
const JOINED_BYTES = 16_384;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** First in, first out. Made when a stream has to wait for the first time. */
export class SendQueue {
  first: SendItem | undefined = undefined;
  /** Bytes that wait, overheads included. */
  cost = 0;
  #last: SendItem | undefined = undefined;

  /** Adds bytes that stay as they are. */
  pushReference(bytes: Uint8Array, start: number, end: number): void {
    this.#push(new SendItem(bytes, start, end, false, undefined, undefined), end - start);
  }

  /** Adds a copy. */
  pushCopy(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const last = this.#last;
    if (last?.owned && last.bytes.length - last.end >= length) {
      copy(bytes, start, end, last.bytes, last.end);
      last.end += length;
      this.cost += length;
      return;
    }
    // The first piece gets what it needs; when more come, many follow, and they get a block to share.
    const size = last === undefined ? length : Math.max(length, JOINED_BYTES);
    const own = new Uint8Array(size);
    copy(bytes, start, end, own, 0);
    this.#push(new SendItem(own, 0, length, true, undefined, undefined), length);
  }

  /** Adds a section. */
  pushHead(fields: HttpFields, extra: HttpFields | undefined): void {
    this.#push(new SendItem(NO_BYTES, 0, 0, false, fields, extra), 0);
  }

  /** Removes `count` bytes from the first item. */
  advance(count: number): void {
    this.first!.start += count;
    this.cost -= count;
  }

  /** Removes the first item. */
  shift(): void {
    const item = this.first!;
    this.cost -= item.end - item.start + ITEM_OVERHEAD;
    this.first = item.next;
    if (this.first === undefined) this.#last = undefined;
  }

  #push(item: SendItem, length: number): void {
    this.cost += length + ITEM_OVERHEAD;
    if (this.#last === undefined) this.first = item;
    else this.#last.next = item;
    this.#last = item;
  }
}

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  to.set(from.subarray(start, end), at);
}
