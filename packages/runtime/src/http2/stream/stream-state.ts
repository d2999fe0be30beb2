/**
 * The states of a stream (RFC 9113 §5.1). R is a frame received, S one sent; H is HEADERS, PP PUSH_PROMISE, ES the
 * END_STREAM flag, RST is RST_STREAM.
 *
 *                              +--------+
 *                      S PP    |  idle  |    R PP
 *               +--------------|        |--------------+
 *               v              +--------+              v
 *        +------------+            |             +------------+
 *        |  reserved  |            | S H / R H   |  reserved  |
 *        |  (local)   |            |             |  (remote)  |
 *        +------------+            |             +------------+
 *         S H | S RST              |              R H | S RST
 *             | R RST (closed)     v                  | R RST (closed)
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
export const StreamState = {
  IDLE: 0,
  OPEN: 1,
  HALF_CLOSED_LOCAL: 2,
  HALF_CLOSED_REMOTE: 3,
  CLOSED: 4,
  /** A server has promised it and not begun to answer. */
  RESERVED_LOCAL: 5,
  /** A client was promised it, and the answer has not begun. */
  RESERVED_REMOTE: 6,
} as const;

/** What moves a stream from state to state. */
export const StreamEvent = {
  HEADERS: 0,
  LOCAL_END: 1,
  REMOTE_END: 2,
  RESET: 3,
  PROMISE_SENT: 4,
  PROMISE_RECEIVED: 5,
} as const;

/** The state after `event`; an event that changes nothing leaves the state as it is. */
export function nextState(state: number, event: number): number {
  switch (event) {
    case StreamEvent.HEADERS:
      if (state === StreamState.IDLE) return StreamState.OPEN;
      if (state === StreamState.RESERVED_LOCAL) return StreamState.HALF_CLOSED_REMOTE;
      return state === StreamState.RESERVED_REMOTE ? StreamState.HALF_CLOSED_LOCAL : state;
    case StreamEvent.PROMISE_SENT:
      return state === StreamState.IDLE ? StreamState.RESERVED_LOCAL : state;
    case StreamEvent.PROMISE_RECEIVED:
      return state === StreamState.IDLE ? StreamState.RESERVED_REMOTE : state;
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
  return state === StreamState.OPEN || state === StreamState.HALF_CLOSED_REMOTE || state === StreamState.RESERVED_LOCAL;
}

/** True while the peer may still send on the stream. */
export function remoteOpen(state: number): boolean {
  return state === StreamState.OPEN || state === StreamState.HALF_CLOSED_LOCAL || state === StreamState.RESERVED_REMOTE;
}
