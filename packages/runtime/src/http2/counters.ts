/** How often the limits of a connection were met, and faults of its peer. */

/**
 * What a connection counts: plain numbers, which rise only when something unusual happens. Those that bear the name of
 * an option of {@link Http2Options} say how often that limit was met; `docs/security.md` says which attack each answers.
 */
export class Http2Counters {
  /** Streams that the peer has reset. */
  peerResets = 0;
  /** Streams that the peer has caused this side to reset. */
  causedResets = 0;
  /** Malformed messages (RFC 9113 §8.1.1), which end their streams. */
  malformedMessages = 0;
  /** Other breaches of RFC 9113: frames that are wrong by themselves, or in the state of their stream or connection. */
  protocolErrors = 0;
  /** DATA over a window, and windows over 2^31 - 1. */
  flowControlErrors = 0;
  /** Header blocks that do not decode (RFC 7541): each ends the connection. */
  compressionErrors = 0;
  /** Connections that went away while streams were open: 0 or 1. */
  brokenOff = 0;
  /** PUSH_PROMISE that nobody wanted: where push is off, or beyond what was allowed. */
  unwantedPushes = 0;
  /** Requests refused because there were so many already. */
  maxConcurrentStreams = 0;
  /** How often the connection gave streams less window because too much was unread. */
  maxUnreadBytes = 0;
  /** Promises refused, or not made, because there were so many already. */
  maxPushedStreams = 0;
  /** Frames over SETTINGS_MAX_FRAME_SIZE. */
  maxFrameSize = 0;
  maxHeaderListSize = 0;
  maxHeaderFields = 0;
  maxHeaderBlockBytes = 0;
  maxContinuations = 0;
  maxEmptyFrames = 0;
  maxSettingsEntries = 0;
  maxQueuedReplies = 0;
  resetBurst = 0;
  glitchBurst = 0;
  maxPingStrikes = 0;
  /** How often a sender was told to wait for its stream. */
  streamQueueBytes = 0;
  /** How often the peer was not read from, because it did not take what it had caused. */
  outboxBytes = 0;
  /** SETTINGS_HEADER_TABLE_SIZE of the peer over what this side's encoder uses. */
  encoderTableSize = 0;
  handshakeTimeoutMs = 0;
  settingsAckTimeoutMs = 0;
  headerTimeoutMs = 0;
  /** Streams, or the connection, that took nothing for too long. */
  stallTimeoutMs = 0;
  drainPingTimeoutMs = 0;
  keepaliveTimeoutMs = 0;
}

/** The name of one of {@link Http2Counters}. */
export type Http2Counter = keyof Http2Counters;

/** Counts for one connection. Nothing is made until there is something to count. */
export class Counting {
  /** What was counted; absent as long as all is 0. */
  values: Http2Counters | undefined = undefined;
  readonly #onFirst: (counter: Http2Counter) => void;

  /** @param onFirst called when a counter leaves 0, and never again for that one: a flood makes no flood of events */
  constructor(onFirst: (counter: Http2Counter) => void) {
    this.#onFirst = onFirst;
  }

  count(counter: Http2Counter): void {
    this.values ??= new Http2Counters();
    if (this.values[counter]++ === 0) this.#onFirst(counter);
  }
}
