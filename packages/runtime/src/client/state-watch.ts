import type { Clock } from "../base/clock.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import type { ConnectivityState } from "./connectivity-state.js";

/** How long somebody waits for a state. */
export interface WaitOptions {
  /** In milliseconds from now. Default: without end. */
  readonly timeoutMs?: number;
  /** Aborting it ends the wait. */
  readonly signal?: AbortSignal;
}

/** The state of a channel and who wants to know of it. */
export class StateWatch {
  #current: ConnectivityState = "idle";
  #listeners: Set<(state: ConnectivityState) => void> | undefined = undefined;

  get current(): ConnectivityState {
    return this.#current;
  }

  /** What a listener throws goes to whoever caused the change no more than a listener's of any event. */
  set(state: ConnectivityState): void {
    if (state === this.#current || this.#current === "shutdown") return;
    this.#current = state;
    for (const listener of [...(this.#listeners ?? [])]) {
      try {
        listener(state);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  watch(listener: (state: ConnectivityState) => void): () => void {
    // A function of its own, so that one listener may be registered twice.
    const own = (state: ConnectivityState) => listener(state);
    this.#listeners ??= new Set();
    this.#listeners.add(own);
    return () => this.#listeners?.delete(own);
  }

  /** Resolves in `wanted`. @throws RpcError */
  waitFor(wanted: ConnectivityState, options: WaitOptions, clock: Clock, describe: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal, timeoutMs } = options;
      const end = (error: RpcError | undefined) => {
        stop();
        cancel?.();
        signal?.removeEventListener("abort", onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = () => {
        if (this.#current === wanted) end(undefined);
        else if (this.#current === "shutdown") {
          end(new RpcError(Code.Unavailable, `the channel was closed while it was to become ${wanted}`));
        }
      };
      const fail = (code: Code, what: string, cause: unknown) =>
        end(new RpcError(code, `${what} while ${describe()} was ${this.#current} and not ${wanted}`, { cause }));
      const onAbort = () => fail(Code.Cancelled, "the wait was given up", signal?.reason);
      const stop = this.watch(look);
      const cancel =
        timeoutMs === undefined || timeoutMs === Infinity
          ? undefined
          : clock.schedule(() => fail(Code.DeadlineExceeded, `${timeoutMs} ms passed`, undefined), timeoutMs);
      if (signal?.aborted) onAbort();
      else {
        signal?.addEventListener("abort", onAbort);
        look();
      }
    });
  }
}
