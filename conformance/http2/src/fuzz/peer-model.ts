/**
 * A simple model of the streams of one connection (RFC 9113 §5.1), from the side of the peer: it sees every frame that
 * goes either way, knows nothing of the engine, and says what must come of a frame and what must never be sent.
 */

/** How a stream stands for the model. */
interface ModelStream {
  /** The engine has sent END_STREAM. */
  localEnded: boolean;
  /** The peer has sent END_STREAM. */
  remoteEnded: boolean;
  localHead: boolean;
  remoteHead: boolean;
  /** Promised, and no HEADERS have come or gone on it yet (RFC 9113 §5.1, "reserved"). */
  reserved: boolean;
  /** Who reset it. */
  reset: "no" | "local" | "remote";
  /** What the engine may still send. */
  sendWindow: number;
  /** What the peer may still send. */
  receiveWindow: number;
}

/** What must come of a frame: nothing bad, the end of its stream, or the end of the connection. */
export type Verdict = "ok" | "stream" | "connection";

/** What a header block is, by the way it was made. */
export type BlockKind = "request" | "promise" | "response" | "interim" | "trailers" | "malformed" | "broken";

const MAX_WINDOW = 2 ** 31 - 1;

export class PeerModel {
  readonly #role: "client" | "server";
  readonly #streams = new Map<number, ModelStream>();
  readonly #maxPushed: number;
  #lastId = 0;
  /** The last stream that the server's side has promised. */
  #lastPromised = 0;
  /** What the peer, a client, has said about pushes. */
  #pushEnabled = true;
  #peerMaxStreams: number = MAX_WINDOW;
  /** The window that the engine has told last, and that is not acknowledged. */
  #toldWindow: number | undefined;
  #initialWindow = 65_535;
  #sendWindow = 65_535;
  #receiveWindow = 65_535;
  #streamReceiveWindow: number;

  /**
   * @param role that of the engine
   * @param maxPushed how many promises the engine takes, or makes, at once
   * @param streamReceiveWindow SETTINGS_INITIAL_WINDOW_SIZE of the engine, acknowledged already
   */
  constructor(role: "client" | "server", maxPushed: number, streamReceiveWindow: number) {
    this.#role = role;
    this.#maxPushed = maxPushed;
    this.#streamReceiveWindow = streamReceiveWindow;
  }

  /** Streams that are open or half-closed. */
  get openCount(): number {
    let count = 0;
    for (const stream of this.#streams.values()) if (!closed(stream)) count++;
    return count;
  }

  /** True for a stream on which the engine has something to do. */
  isOpen(id: number): boolean {
    const stream = this.#streams.get(id);
    return stream !== undefined && !closed(stream);
  }

  // What the peer sends

  headers(id: number, kind: BlockKind, endStream: boolean): Verdict {
    if (id === 0 || (id % 2 === 0 && this.#role === "server")) return "connection";
    if (kind === "broken") return "connection";
    const stream = this.#find(id);
    if (stream === undefined) {
      if (!this.#opens(id)) return "connection";
      const opened = this.#open(id);
      opened.remoteHead = true;
      if (endStream) opened.remoteEnded = true;
      return kind === "request" || kind === "promise" ? "ok" : this.#fault(opened);
    }
    if (closed(stream)) return stream.reset === "local" ? "ok" : "connection";
    if (stream.remoteEnded) return this.#fault(stream);
    stream.reserved = false;
    if (stream.remoteHead) {
      if (kind !== "trailers" || !endStream) return this.#fault(stream);
    } else if (kind === "interim") {
      return endStream ? this.#fault(stream) : "ok";
    } else if (kind !== "response") {
      return this.#fault(stream);
    }
    stream.remoteHead = true;
    if (endStream) stream.remoteEnded = true;
    return "ok";
  }

  data(id: number, length: number, endStream: boolean): Verdict {
    if (id === 0) return "connection";
    if (length > this.#receiveWindow) return "connection";
    this.#receiveWindow -= length;
    const stream = this.#find(id);
    if (stream === undefined) return "connection";
    if (closed(stream)) {
      if (stream.reset === "local") return "ok";
      if (this.#role === "client") return "connection";
      stream.reset = "local";
      return "stream";
    }
    if (stream.reserved) return "connection";
    if (stream.remoteEnded || !stream.remoteHead || (length > stream.receiveWindow && length > 0))
      return this.#fault(stream);
    stream.receiveWindow -= length;
    if (endStream) stream.remoteEnded = true;
    return "ok";
  }

  /** PUSH_PROMISE (RFC 9113 §6.6, §8.4). */
  promise(id: number, promisedId: number, kind: BlockKind): Verdict {
    if (this.#role === "server" || id === 0 || promisedId === 0 || kind === "broken") return "connection";
    if (promisedId % 2 === 1 || promisedId <= this.#lastPromised || id % 2 === 0) return "connection";
    const associated = this.#find(id);
    if (associated === undefined) return "connection";
    if (closed(associated) ? associated.reset !== "local" : associated.remoteEnded) return "connection";
    const crossed = closed(associated);
    const { openPushes } = this;
    this.#lastPromised = promisedId;
    const promised = this.#create();
    promised.localEnded = true;
    promised.reserved = true;
    this.#streams.set(promisedId, promised);
    return crossed || kind !== "promise" || openPushes >= this.#maxPushed ? this.#fault(promised) : "ok";
  }

  /** The next stream that a server may promise. */
  get nextPromise(): number {
    return this.#lastPromised + 2;
  }

  /** Promised and pushed streams that are not closed. */
  get openPushes(): number {
    let count = 0;
    for (const [id, stream] of this.#streams) if (id % 2 === 0 && !closed(stream)) count++;
    return count;
  }

  /** SETTINGS_ENABLE_PUSH. */
  enablePush(value: number): Verdict {
    if (value > 1 || (this.#role === "client" && value !== 0)) return "connection";
    this.#pushEnabled = value === 1;
    return "ok";
  }

  /** SETTINGS_MAX_CONCURRENT_STREAMS. */
  maxStreams(value: number): Verdict {
    this.#peerMaxStreams = value;
    return "ok";
  }

  /** The acknowledgement of SETTINGS. */
  acknowledge(): Verdict {
    const told = this.#toldWindow;
    this.#toldWindow = undefined;
    if (told !== undefined && told < this.#streamReceiveWindow) this.#setReceiveWindow(told);
    return "ok";
  }

  resetStream(id: number): Verdict {
    const stream = this.#find(id);
    if (stream === undefined) return "connection";
    if (!closed(stream)) stream.reset = "remote";
    return "ok";
  }

  windowUpdate(id: number, increment: number): Verdict {
    if (id === 0) {
      this.#sendWindow += increment;
      return increment === 0 || this.#sendWindow > MAX_WINDOW ? "connection" : "ok";
    }
    const stream = this.#find(id);
    if (stream === undefined) return "connection";
    if (closed(stream)) {
      if (increment > 0 || stream.reset === "local") return "ok";
      stream.reset = "local";
      return "stream";
    }
    if (increment === 0) return this.#fault(stream);
    if (stream.reserved && this.#role === "client") return "connection";
    stream.sendWindow += increment;
    return stream.sendWindow > MAX_WINDOW ? this.#fault(stream) : "ok";
  }

  initialWindow(value: number): Verdict {
    if (value > MAX_WINDOW) return "connection";
    const delta = value - this.#initialWindow;
    this.#initialWindow = value;
    for (const stream of this.#streams.values()) {
      // "Any flow-control window" (RFC 9113 §6.9.2): also one that nothing more is sent in.
      if (closed(stream)) continue;
      stream.sendWindow += delta;
      if (stream.sendWindow > MAX_WINDOW) return "connection";
    }
    return "ok";
  }

  /** Says that the engine, a client, fails the streams over `lastId`. */
  goAway(lastId: number): Verdict {
    if (this.#role === "server") return "ok";
    for (const [id, stream] of this.#streams)
      if (id > lastId && id % 2 === 1 && !closed(stream)) stream.reset = "remote";
    return "ok";
  }

  // What the engine sends. Each throws an Error if it must not.

  sentHeaders(id: number, endStream: boolean): void {
    let stream = this.#streams.get(id);
    if (stream === undefined && this.#role === "client" && id % 2 === 1 && id > this.#lastId) stream = this.#open(id);
    if (stream === undefined) throw new Error(`HEADERS on idle stream ${id}`);
    if (closed(stream) || stream.localEnded) throw new Error(`HEADERS on stream ${id} after its end`);
    if (stream.reserved && this.openPushes > this.#peerMaxStreams) throw new Error("more pushes than the client takes");
    stream.reserved = false;
    stream.localHead = true;
    if (endStream) stream.localEnded = true;
  }

  sentData(id: number, length: number, endStream: boolean): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) throw new Error(`DATA on idle stream ${id}`);
    if (closed(stream) || stream.localEnded) throw new Error(`DATA on stream ${id} after its end`);
    if (!stream.localHead) throw new Error(`DATA on stream ${id} before HEADERS`);
    stream.sendWindow -= length;
    this.#sendWindow -= length;
    if (length > 0 && (stream.sendWindow < 0 || this.#sendWindow < 0))
      throw new Error(`DATA on stream ${id} over its window`);
    if (endStream) stream.localEnded = true;
  }

  sentPromise(id: number, promisedId: number): void {
    const associated = this.#streams.get(id);
    if (this.#role === "client" || !this.#pushEnabled) throw new Error("PUSH_PROMISE where there must be none");
    if (associated === undefined || id % 2 === 0) throw new Error(`PUSH_PROMISE on stream ${id}`);
    if (closed(associated) || associated.localEnded) throw new Error(`PUSH_PROMISE on stream ${id} after its end`);
    if (promisedId % 2 === 1 || promisedId <= this.#lastPromised) throw new Error(`stream ${promisedId} was promised`);
    if (this.openPushes >= Math.min(this.#maxPushed, this.#peerMaxStreams)) throw new Error("too many promises");
    this.#lastPromised = promisedId;
    const promised = this.#create();
    promised.remoteEnded = true;
    promised.reserved = true;
    this.#streams.set(promisedId, promised);
  }

  /** SETTINGS_INITIAL_WINDOW_SIZE of the engine: larger windows hold at once, smaller ones from their acknowledgement. */
  sentWindowSetting(window: number): void {
    if (this.#toldWindow !== undefined) throw new Error("SETTINGS while others are not acknowledged");
    this.#toldWindow = window;
    if (window > this.#streamReceiveWindow) this.#setReceiveWindow(window);
  }

  sentReset(id: number): void {
    const stream = this.#find(id);
    if (stream === undefined) throw new Error(`RST_STREAM on idle stream ${id}`);
    if (!closed(stream)) stream.reset = "local";
    else if (stream.reset !== "local") throw new Error(`RST_STREAM on stream ${id}, which is closed`);
  }

  sentWindowUpdate(id: number, increment: number): void {
    if (increment === 0) throw new Error("WINDOW_UPDATE by 0");
    if (id === 0) {
      this.#receiveWindow += increment;
      if (this.#receiveWindow > MAX_WINDOW) throw new Error("the connection's window is over 2^31 - 1");
      return;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) throw new Error(`WINDOW_UPDATE on idle stream ${id}`);
    stream.receiveWindow += increment;
  }

  /** A stream that is not idle. RFC 9113 §5.1.1: those that the peer passed over are closed. */
  #find(id: number): ModelStream | undefined {
    const stream = this.#streams.get(id);
    const last = this.#role === "server" ? this.#lastId : this.#lastPromised;
    if (stream !== undefined || id === 0 || id % 2 === (this.#role === "server" ? 0 : 1) || id > last) return stream;
    const passedOver = this.#create();
    passedOver.localEnded = true;
    passedOver.remoteEnded = true;
    // A client gives the benefit of the doubt about streams of whose end it knows nothing.
    if (this.#role === "client") passedOver.reset = "local";
    this.#streams.set(id, passedOver);
    return passedOver;
  }

  #opens(id: number): boolean {
    return this.#role === "server" && id > this.#lastId;
  }

  #open(id: number): ModelStream {
    const stream = this.#create();
    this.#lastId = id;
    this.#streams.set(id, stream);
    return stream;
  }

  #create(): ModelStream {
    return {
      localEnded: false,
      remoteEnded: false,
      localHead: false,
      remoteHead: false,
      reserved: false,
      reset: "no",
      sendWindow: this.#initialWindow,
      receiveWindow: this.#streamReceiveWindow,
    };
  }

  #setReceiveWindow(window: number): void {
    const delta = window - this.#streamReceiveWindow;
    this.#streamReceiveWindow = window;
    for (const stream of this.#streams.values()) stream.receiveWindow += delta;
  }

  #fault(stream: ModelStream): Verdict {
    stream.reset = "local";
    return "stream";
  }
}

function closed(stream: ModelStream): boolean {
  return stream.reset !== "no" || (stream.localEnded && stream.remoteEnded);
}
