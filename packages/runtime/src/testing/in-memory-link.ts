import type { Clock } from "../base/clock.js";
import { Http2Connection, type Http2ConnectionHandler, type Http2Options } from "../http2/index.js";
import { afterTurn } from "./after-turn.js";
import { FakeClock } from "./fake-clock.js";

/**
 * Two HTTP/2 engines, joined without sockets: what one says in a turn of the event loop the other hears in the next. So
 * whatever holds on the wire holds here: frames, windows, limits, compression, GOAWAY.
 */
export class InMemoryLink {
  readonly client: Http2Connection;
  readonly server: Http2Connection;
  readonly #client: End;
  readonly #server: End;
  readonly #clock: Clock;
  #cancelTick: () => void = () => {};

  constructor(
    clock: Clock,
    client: { readonly options: Http2Options; readonly events: EndEvents },
    server: { readonly options: Http2Options; readonly events: EndEvents },
  ) {
    this.#clock = clock;
    this.#client = new End("client", clock, client.options, client.events);
    this.#server = new End("server", clock, server.options, server.events);
    this.#client.other = this.#server;
    this.#server.other = this.#client;
    this.client = this.#client.engine;
    this.server = this.#server.engine;
    this.#tick();
  }

  #tick(): void {
    if (this.client.closed && this.server.closed) return;
    const nowMs = this.#clock.now();
    this.client.tick(nowMs);
    this.server.tick(nowMs);
    this.#cancelTick();
    this.#cancelTick = this.#clock.schedule(() => this.#tick(), TICK_MS, true);
  }
}

/** What an end tells of itself. */
export type EndEvents = Omit<Http2ConnectionHandler, "onFlush">;

/** One side of the link. */
class End implements Http2ConnectionHandler {
  readonly engine: Http2Connection;
  readonly onStream: Http2ConnectionHandler["onStream"];
  readonly onReady: () => void;
  readonly onAvailable: () => void;
  readonly onDraining: () => void;
  readonly onLimit: NonNullable<Http2ConnectionHandler["onLimit"]>;
  readonly onGoAway: NonNullable<Http2ConnectionHandler["onGoAway"]>;
  other: End | undefined = undefined;
  readonly #events: EndEvents;
  readonly #soon: (task: () => void) => void;
  #scheduled = false;
  /** The other side has not been taken from: nothing more is given to it. */
  #held = false;

  constructor(role: "client" | "server", clock: Clock, options: Http2Options, events: EndEvents) {
    this.#events = events;
    this.#soon = clock instanceof FakeClock ? (task) => clock.busy(task) : afterTurn;
    this.onStream = (stream, head, endStream) => events.onStream(stream, head, endStream);
    this.onReady = () => events.onReady();
    this.onAvailable = () => events.onAvailable();
    this.onDraining = () => events.onDraining();
    this.onLimit = (counter) => events.onLimit?.(counter);
    this.onGoAway = (direction, code, debug) => events.onGoAway?.(direction, code, debug);
    this.engine = new Http2Connection(role, this, options);
  }

  onFlush(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#soon(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  onClosed(failure: Parameters<EndEvents["onClosed"]>[0]): void {
    this.#events.onClosed(failure);
    this.#soon(() => {
      this.#deliver();
      this.other?.engine.receiveEnd();
    });
  }

  #deliver(): void {
    const { engine } = this;
    const other = this.other as End;
    this.#held = false;
    while (engine.wantsFlush) {
      // As with a socket that is not read from.
      if (other.engine.congested) {
        this.#held = true;
        break;
      }
      const segments = engine.take();
      if (segments.length === 0) break;
      for (const segment of segments) {
        // The segment goes back to the engine that wrote it; the receiver may keep what it gets.
        other.engine.receive(segment.slice());
        engine.recycle(segment);
      }
    }
    if (other.#held) other.onFlush();
  }
}

/** As often as sockets are told the time. */
const TICK_MS = 250;
