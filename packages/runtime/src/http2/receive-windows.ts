/** What the peer may send (RFC 9113 §5.2): windows that follow the readers, and a bound on what nobody reads. */
import type { Counting } from "./counters.js";
import { DEFAULT_WINDOW } from "./frame/frame-types.js";
import { writeWindowUpdate } from "./frame/frame-writer.js";
import { connectionError, Http2ErrorCode } from "./http2-error.js";
import { type Http2Limits, MIN_STREAM_WINDOW } from "./limits.js";
import type { Outgoing } from "./outgoing.js";
import { writeWindowSetting } from "./settings.js";
import type { Http2Stream } from "./stream/stream.js";
import { remoteOpen } from "./stream/stream-state.js";
import type { Streams } from "./stream/streams.js";
import { WindowGrowth } from "./stream/window-growth.js";

/** What the windows tell their connection. */
export interface WindowHost {
  /** There are bytes to take. */
  onDirty(): void;
  /** Sends a PING, unless too many are under way. */
  probe(onAnswer: () => void): void;
  /** SETTINGS were written, which the peer is to acknowledge. */
  onSettingsSent(): void;
}

/**
 * The connection's window is given back as data comes, a stream's as it is read, so that a slow reader stops its own
 * stream only. That alone would let a peer fill the windows of all its streams, and messages that never end. So what is
 * received and not read is counted, and
 *
 * - past half of `maxUnreadBytes` the connection is pressed: SETTINGS_INITIAL_WINDOW_SIZE falls to one frame, for the
 *   open streams as well (RFC 9113 §6.9.2), and nothing grows. Readers that go on get their data in smaller portions;
 * - past all of it, one stream at a time gets window, until its message is whole (or a second has gone by in which
 *   nothing came), so that one message after the other comes to its end; and until the peer has acknowledged the
 *   smaller windows, the connection's is kept as well;
 * - under a quarter of it, all is as it was.
 */
export class ReceiveWindows {
  /** What the peer takes for the window of new streams; more than ours until it knows ours. */
  streamWindow: number;

  readonly #host: WindowHost;
  readonly #streams: Streams;
  readonly #outgoing: Outgoing;
  readonly #limits: Http2Limits;
  readonly #counting: Counting;
  readonly #growth: WindowGrowth;
  readonly #pressedFrom: number;
  /** The window that streams are to have, the last one that SETTINGS told, and whether that was acknowledged. */
  #window: number;
  #told: number;
  #acknowledged = false;
  #connectionWindow: number;
  #connectionOwed = 0;
  /** Some stream was refused window. */
  #withheld = false;
  /** The one that gets it, and what it had when the clock looked last. */
  #turn: Http2Stream | undefined = undefined;
  #turnUnread = 0;

  constructor(host: WindowHost, streams: Streams, outgoing: Outgoing, limits: Http2Limits, counting: Counting) {
    this.#host = host;
    this.#streams = streams;
    this.#outgoing = outgoing;
    this.#limits = limits;
    this.#counting = counting;
    this.#growth = new WindowGrowth(limits);
    this.#pressedFrom = limits.maxUnreadBytes / 2;
    this.#window = limits.streamWindow;
    this.#told = limits.streamWindow;
    this.streamWindow = Math.max(DEFAULT_WINDOW, limits.streamWindow);
    this.#connectionWindow = limits.connectionWindow;
    streams.onFreed = () => this.#onFreed();
  }

  /** @throws Http2Error if the peer sends more than the connection's window allows */
  takeConnection(length: number): void {
    if (length > this.#connectionWindow) {
      const message = "the peer sent more DATA than the window of the connection allows";
      throw connectionError(Http2ErrorCode.FLOW_CONTROL_ERROR, message);
    }
    this.#connectionWindow -= length;
    this.#connectionOwed += length;
    if (this.#connectionOwed * 2 >= this.#limits.connectionWindow) this.#giveConnection();
  }

  /** `count` bytes of a stream have come, or are about to. */
  onReceived(stream: Http2Stream, count: number): void {
    stream.unread += count;
    const streams = this.#streams;
    streams.unread += count;
    if (streams.unread > this.#pressedFrom && !streams.pressed) this.#press();
  }

  /** `count` bytes of a stream were read. */
  onRead(stream: Http2Stream, count: number): void {
    const streams = this.#streams;
    const read = Math.min(count, stream.unread);
    stream.unread -= read;
    streams.unread -= read;
    const paid = Math.min(count, stream.ahead);
    stream.ahead -= paid;
    if (count > paid) this.credit(stream, count - paid);
    if (streams.pressed) this.#onFreed();
  }

  /** `count` bytes of a stream are kept by somebody who needs more before anything can be read. */
  onKept(stream: Http2Stream, count: number): void {
    stream.ahead += count;
    this.credit(stream, count);
  }

  /**
   * Gives window back to the peer, in portions of half a window, grown as it is: each costs a frame, and often a write
   * that wakes the peer. With 4 MiB streams these writes were a third of the server's time (docs/performance.md).
   */
  credit(stream: Http2Stream, count: number): void {
    if (!remoteOpen(stream.state)) return;
    stream.owed += count;
    if (this.#streams.pressed) {
      if (this.#asks(stream)) this.#creditPressed(stream);
      return;
    }
    const { owed } = stream;
    if (owed * 2 < this.#window + stream.grown) return;
    this.#give(stream, owed);
    if (this.#growth.onCredit(stream, owed)) this.#host.probe(this.#onProbed);
  }

  /** The peer has acknowledged SETTINGS. */
  onAcknowledged(): void {
    if (this.#acknowledged) return;
    this.#acknowledged = true;
    if (this.#told < this.streamWindow) {
      this.#setStreamWindow(this.#told);
      // What was too little to be worth a frame may be all that a stream has now.
      this.#creditAll();
    }
    this.#announce();
    if (this.#connectionOwed * 2 >= this.#limits.connectionWindow) this.#giveConnection();
  }

  /** A second or so has gone by: a stream whose turn it is, and that does not use it, must not stop the others. */
  tick(): void {
    const turn = this.#turn;
    if (!this.#withheld || turn === undefined) return;
    if (turn.unread === this.#turnUnread) {
      const asking = this.#streams.table.all().filter((each) => this.#asks(each));
      this.#turn = asking.find(({ id }) => id > turn.id) ?? asking[0];
      this.#creditAll();
    }
    this.#turnUnread = this.#turn?.unread ?? 0;
  }

  writeWindowUpdate(id: number, increment: number): void {
    const { outbox } = this.#outgoing;
    outbox.reserve(13);
    outbox.writer.pos = writeWindowUpdate(outbox.writer.buf, outbox.writer.pos, id, increment);
    this.#host.onDirty();
  }

  #give(stream: Http2Stream, increment: number): void {
    stream.owed = 0;
    stream.receiveWindow += increment;
    if (increment > 0) this.writeWindowUpdate(stream.id, increment);
  }

  #giveConnection(): void {
    const { pressed, unread } = this.#streams;
    // What comes until the peer knows of its smaller windows would have no other bound.
    if (pressed && !this.#acknowledged && unread >= this.#limits.maxUnreadBytes) return;
    const owed = this.#connectionOwed;
    this.#connectionOwed = 0;
    this.#connectionWindow += owed;
    if (owed > 0) this.writeWindowUpdate(0, owed);
  }

  readonly #onProbed = (): void => {
    const grown = this.#growth.finish(() => this.#streams.table.all());
    if (grown === undefined) return;
    if (!this.#streams.pressed) {
      this.writeWindowUpdate(grown.stream.id, grown.more);
      return;
    }
    grown.stream.grown -= grown.more;
    grown.stream.receiveWindow -= grown.more;
  };

  #press(): void {
    this.#streams.pressed = true;
    this.#counting.count("maxUnreadBytes");
    this.#window = Math.min(MIN_STREAM_WINDOW, this.#limits.streamWindow);
    this.#announce();
  }

  /** Bytes were read, or have gone with their stream. */
  #onFreed(): void {
    const { unread } = this.#streams;
    if (unread < this.#pressedFrom / 2) {
      this.#streams.pressed = false;
      this.#window = this.#limits.streamWindow;
      this.#announce();
      this.#giveConnection();
    }
    if (this.#withheld) this.#creditAll();
  }

  /** Gives window to all that ask for it, as far as they may have it. */
  #creditAll(): void {
    this.#withheld = false;
    for (const stream of this.#streams.table.all()) if (this.#asks(stream)) this.credit(stream, 0);
  }

  #creditPressed(stream: Http2Stream): void {
    if (this.#streams.unread >= this.#limits.maxUnreadBytes && !this.#isTurnOf(stream)) {
      this.#withheld = true;
      return;
    }
    // By what a window had grown, it shrinks again.
    const kept = Math.min(stream.owed, stream.grown);
    stream.grown -= kept;
    this.#give(stream, stream.owed - kept);
  }

  #isTurnOf(stream: Http2Stream): boolean {
    const turn = this.#turn;
    if (turn === undefined || !remoteOpen(turn.state) || (turn.ahead === 0 && !this.#asks(turn))) {
      this.#turn = this.#streams.table.all().find((each) => this.#asks(each));
    }
    return this.#turn === stream;
  }

  #asks(stream: Http2Stream): boolean {
    return stream.owed > 0 && stream.owed * 2 >= this.#window && remoteOpen(stream.state);
  }

  /** Tells the peer of the window that streams are to have, if it knows of the last one. */
  #announce(): void {
    if (!this.#acknowledged || this.#told === this.#window) return;
    this.#told = this.#window;
    this.#acknowledged = false;
    // The peer may use a larger one before its acknowledgement is here, and a smaller one only then.
    if (this.#told > this.streamWindow) this.#setStreamWindow(this.#told);
    const { outbox } = this.#outgoing;
    outbox.reserve(15);
    outbox.writer.pos = writeWindowSetting(outbox.writer.buf, outbox.writer.pos, this.#told);
    this.#host.onSettingsSent();
    this.#host.onDirty();
  }

  #setStreamWindow(window: number): void {
    const delta = window - this.streamWindow;
    this.streamWindow = window;
    for (const stream of this.#streams.table.all()) stream.receiveWindow += delta;
  }
}
