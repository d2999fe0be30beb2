import type { Code } from "./code.js";
import type { RpcError } from "./rpc-error.js";

/** How a call ended. */
export interface Status {
  readonly code: Code;
  /** Empty on success. */
  readonly message: string;
  /** The error behind a code other than OK; on a server also what a handler threw, which its caller never sees. */
  readonly error: RpcError | undefined;
}

/** Takes the end of a call. */
export type EndListener = (status: Status) => void;

/**
 * Tells `listeners` of the end. They are called from the midst of the connection's own work, which nothing that one of
 * them throws may disturb: that goes to `onThrown`.
 */
export function notifyEnd(listeners: readonly EndListener[], status: Status, onThrown: (error: unknown) => void): void {
  for (const listener of listeners) {
    try {
      listener(status);
    } catch (error) {
      onThrown(error);
    }
  }
}
