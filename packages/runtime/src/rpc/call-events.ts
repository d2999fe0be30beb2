import type { Clock } from "../base/clock.js";
import type { Code } from "./code.js";
import type { CallEnded, EventSide, OnEvent } from "./event.js";
import type {
  AttemptTracer,
  ClientCallTracer,
  MessageTracer,
  Observer,
  ServerCallEnd,
  ServerCallTracer,
} from "./observer.js";

/** The observer behind `onEvent`: passes events on, and makes events of calls. */
export function eventObserver(onEvent: OnEvent, clock: Clock): Observer {
  return {
    onEvent,

    startClientCall({ method, target }): ClientCallTracer {
      const { path } = method;
      onEvent({ type: "call_started", side: "client", target, path, method, peer: undefined });
      const tally = new Tally(clock);
      return {
        startAttempt(): AttemptTracer {
          tally.attempts++;
          return tally;
        },
        onEnd({ status, peer }): void {
          onEvent(tally.end("client", target, path, peer?.address, status.code, status.message));
        },
      };
    },

    startServerCall({ path, method, peer }): ServerCallTracer {
      onEvent({ type: "call_started", side: "server", target: undefined, path, method, peer: peer.address });
      const tally = new ServerTally(clock, (code, message) =>
        onEvent(tally.end("server", undefined, path, peer.address, code, message)),
      );
      tally.attempts = 1;
      return tally;
    },
  };
}

/** Counts the messages of a call. */
class Tally implements MessageTracer {
  attempts = 0;
  readonly #clock: Clock;
  readonly #startedMs: number;
  #messagesSent = 0;
  #messagesReceived = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.now();
  }

  onMessageSent(_bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    this.#messagesSent++;
    this.#bytesSent += compressedBytes ?? end - start;
  }

  onMessageReceived(_bytes: Uint8Array, start: number, end: number, compressedBytes: number | undefined): void {
    this.#messagesReceived++;
    this.#bytesReceived += compressedBytes ?? end - start;
  }

  end(
    side: EventSide,
    target: string | undefined,
    path: string,
    peer: string | undefined,
    code: Code,
    message: string,
  ): CallEnded {
    return {
      type: "call_ended",
      side,
      target,
      path,
      peer,
      code,
      message,
      attempts: this.attempts,
      durationMs: this.#clock.now() - this.#startedMs,
      messagesSent: this.#messagesSent,
      messagesReceived: this.#messagesReceived,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
    };
  }
}

class ServerTally extends Tally implements ServerCallTracer {
  readonly #ended: (code: Code, message: string) => void;

  constructor(clock: Clock, ended: (code: Code, message: string) => void) {
    super(clock);
    this.#ended = ended;
  }

  onEnd({ status }: ServerCallEnd): void {
    this.#ended(status.code, status.message);
  }
}
