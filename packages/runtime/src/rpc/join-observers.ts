import type { OnEvent, RpcEvent } from "./event.js";
import type { HttpFields, HttpPeer } from "./http-types.js";
import type { Metadata } from "./metadata.js";
import type {
  AttemptEnd,
  AttemptStart,
  AttemptTracer,
  ClientCallEnd,
  ClientCallStart,
  ClientCallTracer,
  MessageTracer,
  Observer,
  ServerCallEnd,
  ServerCallStart,
  ServerCallTracer,
} from "./observer.js";

/** How observers are told to channels and servers. */
export interface ObserverOptions {
  /** Told of connections, states, limits and calls. Default: nobody is, and nothing is made for it. */
  readonly onEvent?: OnEvent;
  /** Metrics, traces, logs: whatever wants to see calls from within. */
  readonly observers?: readonly Observer[];
}

/**
 * One observer in the place of several; undefined if there is none. What one of them throws is kept from the calls and
 * from the others.
 *
 * @param ofEvents makes the observer that turns calls into events; without it `onEvent` hears of no calls
 */
export function joinObservers(
  { onEvent, observers = [] }: ObserverOptions,
  ofEvents: (onEvent: OnEvent) => Observer = (onEvent) => ({ onEvent }),
): Observer | undefined {
  const all = onEvent === undefined ? [...observers] : [...observers, ofEvents(onEvent)];
  return all.length === 0 ? undefined : new JoinedObserver(all);
}

class JoinedObserver implements Observer {
  readonly #all: readonly Observer[];

  constructor(all: readonly Observer[]) {
    this.#all = all;
  }

  onEvent(event: RpcEvent): void {
    for (const each of this.#all) guard(() => each.onEvent?.(event));
  }

  startClientCall(start: ClientCallStart): ClientCallTracer | undefined {
    const tracers = made(this.#all, (each) => each.startClientCall?.(start));
    return tracers.length === 0 ? undefined : new JoinedClientCallTracer(tracers);
  }

  startServerCall(start: ServerCallStart): ServerCallTracer | undefined {
    const tracers = made(this.#all, (each) => each.startServerCall?.(start));
    return tracers.length === 0 ? undefined : new JoinedServerCallTracer(tracers);
  }
}

class JoinedClientCallTracer implements ClientCallTracer {
  readonly #all: readonly ClientCallTracer[];

  constructor(all: readonly ClientCallTracer[]) {
    this.#all = all;
  }

  onNameResolved(): void {
    for (const each of this.#all) guard(() => each.onNameResolved?.());
  }

  startAttempt(start: AttemptStart): AttemptTracer | undefined {
    const tracers = made(this.#all, (each) => each.startAttempt?.(start));
    return tracers.length === 0 ? undefined : new JoinedAttemptTracer(tracers);
  }

  onEnd(end: ClientCallEnd): void {
    for (const each of this.#all) guard(() => each.onEnd?.(end));
  }
}

class JoinedMessageTracer<T extends MessageTracer> implements MessageTracer {
  protected readonly all: readonly T[];

  constructor(all: readonly T[]) {
    this.all = all;
  }

  onMessageSent(bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    for (const each of this.all) guard(() => each.onMessageSent?.(bytes, start, end, compressedBytes));
  }

  onMessageReceived(bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    for (const each of this.all) guard(() => each.onMessageReceived?.(bytes, start, end, compressedBytes));
  }

  onHalfClose(): void {
    for (const each of this.all) guard(() => each.onHalfClose?.());
  }
}

class JoinedAttemptTracer extends JoinedMessageTracer<AttemptTracer> implements AttemptTracer {
  onPicked(peer: HttpPeer, delayed: boolean): void {
    for (const each of this.all) guard(() => each.onPicked?.(peer, delayed));
  }

  onHeader(fields: HttpFields): void {
    for (const each of this.all) guard(() => each.onHeader?.(fields));
  }

  onEnd(end: AttemptEnd): void {
    for (const each of this.all) guard(() => each.onEnd?.(end));
  }
}

class JoinedServerCallTracer extends JoinedMessageTracer<ServerCallTracer> implements ServerCallTracer {
  run<T>(handler: () => T): T {
    // The first is the outermost.
    return this.all.reduceRight<() => T>(
      (inner, each) => (each.run === undefined ? inner : () => (each as Required<ServerCallTracer>).run(inner)),
      handler,
    )();
  }

  onHeader(metadata: Metadata | undefined): void {
    for (const each of this.all) guard(() => each.onHeader?.(metadata));
  }

  onEnd(end: ServerCallEnd): void {
    for (const each of this.all) guard(() => each.onEnd?.(end));
  }
}

function made<A, B>(all: readonly A[], make: (each: A) => B | undefined): B[] {
  const tracers: B[] = [];
  for (const each of all) {
    guard(() => {
      const tracer = make(each);
      if (tracer !== undefined) tracers.push(tracer);
    });
  }
  return tracers;
}

/** Calls come from the midst of a connection's work: what an observer throws goes to the platform instead. */
function guard(action: () => void): void {
  try {
    action();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
