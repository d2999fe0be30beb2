/**
 * The states of a stream (RFC 9113 §5.1). This engine never pushes and lets nobody push, so that the reserved states
 * do not occur. R is a frame received, S one sent; H is HEADERS, ES the END_STREAM flag, RST is RST_STREAM.
 *
 *                              +--------+
 *                              |  idle  |
 *                              +--------+
 *                                  | S H / R H
 *                                  v
 *                  R ES        +--------+       S ES
 *              +---------------|  open  |--------------+
 *              |               +--------+              |
 *              v                   |                   v
 *        +-------------+           | S RST       +------------+
 *        | half-closed |           | R RST       | half-closed|
 *        |  (remote)   |           |             |  (local)   |
 *        +-------------+           |             +------------+
 *              | S ES              v                   | R ES
 *              | S RST         +--------+              | S RST
 *              | R RST ------->| closed |<-------------+ R RST
 *                              +--------+
 */
export const StreamState = { IDLE: 0, OPEN: 1, HALF_CLOSED_LOCAL: 2, HALF_CLOSED_REMOTE: 3, CLOSED: 4 } as const;

/** What moves a stream from state to state. */
export const StreamEvent = { HEADERS: 0, LOCAL_END: 1, REMOTE_END: 2, RESET: 3 } as const;

/** The state after `event`; an event that changes nothing leaves the state as it is. */
export function nextState(state: number, event: number): number {
  switch (event) {
    case StreamEvent.HEADERS:
      return state === StreamState.IDLE ? StreamState.OPEN : state;
    case StreamEvent.LOCAL_END:
      if (state === StreamState.OPEN) return StreamState.HALF_CLOSED_LOCAL;
      return state === StreamState.HALF_CLOSED_REMOTE ? StreamState.CLOSED : state;
    case StreamEvent.REMOTE_END:
      if (state === StreamState.OPEN) return StreamState.HALF_CLOSED_REMOTE;
      return state === StreamState.HALF_CLOSED_LOCAL ? StreamState.CLOSED : state;
    default:
      return StreamState.CLOSED;
  }
}

/** True while this side may still send on the stream. */
export function localOpen(state: number): boolean {
  return state === StreamState.OPEN || state === StreamState.HALF_CLOSED_REMOTE;
}

/** True while the peer may still send on the stream. */
export function remoteOpen(state: number): boolean {
  return state === StreamState.OPEN || state === StreamState.HALF_CLOSED_LOCAL;
}
