import type { Clock } from "../base/clock.js";
import { systemClock } from "../base/clock.js";
import { TimerWheel } from "../base/timer-wheel.js";
import { eventObserver } from "../rpc/call-events.js";
import { type Compression, Compressions } from "../rpc/compression.js";
import type { ServerMethod } from "../rpc/exchange.js";
import { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
import { Server, type ServerOptions } from "../server/server.js";
import { ByReference } from "./by-reference.js";

/** A server of any platform. */
// biome-ignore lint/suspicious/noExplicitAny: what its `listen` takes does not matter here
export type AnyServer = Server<any>;

/** Options of a server in memory. */
export interface TestServerOptions extends ServerOptions, ObserverOptions {
  /** A {@link FakeClock}, which the channels to this server follow as well. Default: the real time. */
  readonly clock?: Clock;
  /**
   * False to hand messages over as they are, without encoding them: quicker, and what a debugger shows is what was sent.
   * They are still completed and copied, and the limits of their sizes are not looked at. Default true.
   */
  readonly serialize?: boolean;
  /** Encodings of messages. Default: none; a server made by "hawser" brings its own. */
  readonly compressions?: readonly Compression[];
}

/** A server that has no ports: `createChannel(server)` leads to it. */
export class TestServer extends Server<never> {
  /** @internal Set if messages are not serialized. */
  readonly byReference: ByReference | undefined;

  constructor(options: TestServerOptions) {
    const clock = options.clock ?? systemClock;
    super(
      {
        clock,
        timers: new TimerWheel(clock),
        compressions: new Compressions(options.compressions ?? []),
        observer: joinObservers(options, (onEvent) => eventObserver(onEvent, clock)),
        listen: (address) =>
          Promise.reject(new Error(`a server of hawser/testing has no ports and can't listen on ${String(address)}`)),
      },
      options,
    );
    this.byReference = options.serialize === false ? new ByReference() : undefined;
  }

  override find(path: string): ServerMethod | undefined {
    const found = super.find(path);
    return found === undefined || this.byReference === undefined ? found : this.byReference.route(found);
  }
}

/**
 * Makes a server without ports, whose time may be a test's: `createServer({ clock: new FakeClock() })`. A server made by
 * "hawser" can be called in memory too, in real time.
 */
export function createServer(options: TestServerOptions = {}): TestServer {
  return new TestServer(options);
}
