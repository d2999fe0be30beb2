import type { Clock } from "../base/clock.js";
import { Code } from "./code.js";
import { RpcError } from "./rpc-error.js";

/** The latest end of a call, on a {@link Clock}'s scale; Infinity for none. */
export type DeadlineMs = number;

/** No deadline. */
export const NO_DEADLINE: DeadlineMs = Infinity;

/**
 * When a call that may take `timeoutMs` ends.
 * @throws RpcError INVALID_ARGUMENT unless `timeoutMs` is a number of at least 0
 */
export function deadlineAfter(clock: Clock, timeoutMs: number | undefined): DeadlineMs {
  if (timeoutMs === undefined || timeoutMs === Infinity) return NO_DEADLINE;
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 0)) {
    throw new RpcError(
      Code.InvalidArgument,
      `timeoutMs must be a number of milliseconds, at least 0, not ${String(timeoutMs)}`,
    );
  }
  return clock.now() + timeoutMs;
}

/**
 * When a call that may take `timeoutMs` ends, whose parent must be answered at `inherited`: the earlier of the two.
 * @throws RpcError as {@link deadlineAfter}
 */
export function callDeadline(clock: Clock, timeoutMs: number | undefined, inherited: Date | undefined): DeadlineMs {
  const own = deadlineAfter(clock, timeoutMs);
  if (inherited === undefined) return own;
  return Math.min(own, clock.now() + Math.max(0, inherited.getTime() - Date.now()));
}

/** A deadline as a point in time for people and other processes. */
export function deadlineToDate(clock: Clock, deadlineMs: DeadlineMs): Date | undefined {
  return deadlineMs === NO_DEADLINE ? undefined : new Date(Date.now() + (deadlineMs - clock.now()));
}
