/**
 * Every limit of the engine: a named constant with its reason, and an option of the same meaning. Most answer an
 * attack that is on record against another implementation.
 */
import { misuse } from "./http2-error.js";

/** Streams that a peer may have open at once. RFC 9113 §6.5.2 advises at least 100; gRPC clients like many. */
export const MAX_CONCURRENT_STREAMS = 1024;
/**
 * Receive window of each stream: what a peer may send ahead of a reader that has stopped. 256 KiB lets one stream fill
 * 2 Gbit/s at 1 ms; what all streams together can pin has {@link MAX_UNREAD_BYTES} for a limit.
 */
export const STREAM_WINDOW: number = 256 * 1024;
/** What the receive window of a stream that is read fast grows to: 4 MiB fill 1 Gbit/s at 33 ms. */
export const MAX_STREAM_WINDOW: number = 4 * 1024 * 1024;
/** What all open streams of a connection together may grow by: the most that growth adds to what a peer can pin. */
export const WINDOW_GROWTH_BYTES: number = 32 * 1024 * 1024;
/** Receive window of the connection. It is credited as data comes, so it need only cover the delay of the network. */
export const CONNECTION_WINDOW: number = 4 * 1024 * 1024;
/**
 * SETTINGS_MAX_FRAME_SIZE, and the largest frame that is sent. 128 KiB take a message of 64 KiB in one frame, which is
 * written where it was encoded (docs/performance.md); larger frames would make streams wait for each other. Frames other
 * than DATA are kept until they are whole and stay within {@link MAX_CONTROL_FRAME_SIZE}.
 */
export const MAX_FRAME_SIZE: number = 128 * 1024;
/** Frames other than DATA and header blocks: none has use for more than the initial limit of RFC 9113 §4.2. */
export const MAX_CONTROL_FRAME_SIZE = 16_384;
/** SETTINGS_MAX_HEADER_LIST_SIZE, decoded (RFC 9113 §6.5.2): what other gRPC servers take is 8 to 16 KiB. */
export const MAX_HEADER_LIST_SIZE: number = 16 * 1024;
/** Fields of one section: each costs an object, however small it is on the wire ("HTTP/2 bomb"). */
export const MAX_HEADER_FIELDS = 128;
/** Encoded octets of one section: past the list's limit it is decoded for the table's sake only, and only to here. */
export const MAX_HEADER_BLOCK_BYTES: number = 64 * 1024;
/** CONTINUATION frames of one section: a section of the size above needs four. */
export const MAX_CONTINUATIONS = 8;
/** Empty DATA frames without END_STREAM in a row: they cost work and move no window. */
export const MAX_EMPTY_FRAMES = 100;
/** Entries of one SETTINGS frame: there are six settings to set. */
export const MAX_SETTINGS_ENTRIES = 32;
/** Replies that the peer caused (acknowledgements, resets) and has not taken from the socket. */
export const MAX_QUEUED_REPLIES = 1000;
/**
 * Streams that the peer may reset, or cause to be reset, in a burst ("rapid reset", "made you reset"). Each stream that
 * is answered in full gives one back.
 */
export const RESET_BURST = 1000;
/** How many of them come back each second. */
export const RESETS_PER_SECOND = 33;
/** Frames in a burst that ask for work but further no request: SETTINGS, GOAWAY, PRIORITY and unknown ones. */
export const GLITCH_BURST = 10_000;
/** How many of them come back each second. */
export const GLITCHES_PER_SECOND = 330;
/** A server takes PINGs this far apart, or a tenth less, for keepalive, unless it has sent something in between. */
export const MIN_PING_INTERVAL_MS = 10_000;
/** Earlier PINGs that a server forgives before it says "too_many_pings". */
export const MAX_PING_STRIKES = 2;
/** Bytes that may wait in one stream before its sender is told to stop; it may go on at half of them. */
export const STREAM_QUEUE_BYTES: number = 64 * 1024;
/** Bytes that may wait in the outbox, all streams together, before senders are told to stop. */
export const OUTBOX_BYTES: number = 256 * 1024;
/** Bytes of queued data that one `take` turns into frames: one write of the socket, shared by all streams. */
export const TAKE_BYTES: number = 256 * 1024;
/**
 * Bytes of all streams of a connection that were received and not read: past half of it streams get no more than
 * {@link MIN_STREAM_WINDOW} ahead of their readers, past all of it only the oldest stream gets window at all. 32 MiB
 * are twice what {@link MAX_CONCURRENT_STREAMS} such windows come to, so that however many readers stop, those that go
 * on are never held up by them.
 */
export const MAX_UNREAD_BYTES: number = 32 * 1024 * 1024;
/** What streams may be ahead of their readers while much is unread: one frame. */
export const MIN_STREAM_WINDOW = 16_384;
/**
 * Streams that a server may have promised, or push, at once: each costs an object and a header section before anybody
 * asked for it. Browsers took a hundred.
 */
export const MAX_PUSHED_STREAMS = 100;
/** From the start to the peer's preface and SETTINGS. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** From our SETTINGS to their acknowledgement (RFC 9113 §6.5.3). */
export const SETTINGS_ACK_TIMEOUT_MS = 20_000;
/** From HEADERS to the last CONTINUATION: nothing else can come between. */
export const HEADER_TIMEOUT_MS = 10_000;
/**
 * How long a stream may hold data that the peer gives no window for, and a connection bytes that the socket does not
 * take. Readers that pause are common; dead ones cost memory.
 */
export const STALL_TIMEOUT_MS = 300_000;
/** How long a graceful close waits for the answer to its PING before it names the last stream anyway. */
export const DRAIN_PING_TIMEOUT_MS = 5_000;
/** Without an answer to a keepalive PING for so long the connection is taken for dead (as in other gRPC implementations). */
export const KEEPALIVE_TIMEOUT_MS = 20_000;

/** What can be chosen about a connection. Counts and sizes are positive integers; 0 ms turns a timeout off. */
export interface Http2Options {
  /** Default {@link MAX_CONCURRENT_STREAMS}. */
  readonly maxConcurrentStreams?: number;
  /** Default {@link STREAM_WINDOW}; at most 2^31 - 1. */
  readonly streamWindow?: number;
  /** Default {@link MAX_STREAM_WINDOW}; `streamWindow` or less for windows that do not grow. */
  readonly maxStreamWindow?: number;
  /** Default {@link WINDOW_GROWTH_BYTES}. */
  readonly windowGrowthBytes?: number;
  /** Default {@link CONNECTION_WINDOW}; 65,535 to 2^31 - 1. */
  readonly connectionWindow?: number;
  /** Default {@link MAX_FRAME_SIZE}; to 2^24 - 1. */
  readonly maxFrameSize?: number;
  /** Default {@link MAX_HEADER_LIST_SIZE}. */
  readonly maxHeaderListSize?: number;
  /** Default {@link MAX_HEADER_FIELDS}. */
  readonly maxHeaderFields?: number;
  /** Default {@link MAX_HEADER_BLOCK_BYTES}. */
  readonly maxHeaderBlockBytes?: number;
  /** Default {@link MAX_CONTINUATIONS}. */
  readonly maxContinuations?: number;
  /** Default {@link MAX_EMPTY_FRAMES}. */
  readonly maxEmptyFrames?: number;
  /** Default {@link MAX_SETTINGS_ENTRIES}. */
  readonly maxSettingsEntries?: number;
  /** Default {@link MAX_QUEUED_REPLIES}. */
  readonly maxQueuedReplies?: number;
  /** Default {@link RESET_BURST}. */
  readonly resetBurst?: number;
  /** Default {@link RESETS_PER_SECOND}. */
  readonly resetsPerSecond?: number;
  /** Default {@link GLITCH_BURST}. */
  readonly glitchBurst?: number;
  /** Default {@link GLITCHES_PER_SECOND}. */
  readonly glitchesPerSecond?: number;
  /** Default {@link MIN_PING_INTERVAL_MS}. Servers only. */
  readonly minPingIntervalMs?: number;
  /** Default {@link MAX_PING_STRIKES}. Servers only. */
  readonly maxPingStrikes?: number;
  /** Default {@link STREAM_QUEUE_BYTES}. */
  readonly streamQueueBytes?: number;
  /** Default {@link OUTBOX_BYTES}. */
  readonly outboxBytes?: number;
  /** Default {@link TAKE_BYTES}. */
  readonly takeBytes?: number;
  /** Default {@link MAX_UNREAD_BYTES}. */
  readonly maxUnreadBytes?: number;
  /** Clients: true lets the server push; `onPush` of the handler gets what is promised. Default false. */
  readonly enablePush?: boolean;
  /** Default {@link MAX_PUSHED_STREAMS}; for servers the client's SETTINGS_MAX_CONCURRENT_STREAMS holds as well. */
  readonly maxPushedStreams?: number;
  /** Default {@link HANDSHAKE_TIMEOUT_MS}. */
  readonly handshakeTimeoutMs?: number;
  /** Default {@link SETTINGS_ACK_TIMEOUT_MS}. */
  readonly settingsAckTimeoutMs?: number;
  /** Default {@link HEADER_TIMEOUT_MS}. */
  readonly headerTimeoutMs?: number;
  /** Default {@link STALL_TIMEOUT_MS}. */
  readonly stallTimeoutMs?: number;
  /** Default {@link DRAIN_PING_TIMEOUT_MS}. */
  readonly drainPingTimeoutMs?: number;
  /** After so long without a word from the peer it is asked for one by PING. Default 0, which is never. */
  readonly keepaliveIntervalMs?: number;
  /** Default {@link KEEPALIVE_TIMEOUT_MS}. */
  readonly keepaliveTimeoutMs?: number;
  /** True if a connection without streams is kept alive as well. Default false. */
  readonly keepaliveWithoutStreams?: boolean;
}

/** The limits of one connection, all decided. */
export type Http2Limits = Required<Http2Options>;

const DEFAULTS: Http2Limits = {
  maxConcurrentStreams: MAX_CONCURRENT_STREAMS,
  streamWindow: STREAM_WINDOW,
  maxStreamWindow: MAX_STREAM_WINDOW,
  windowGrowthBytes: WINDOW_GROWTH_BYTES,
  connectionWindow: CONNECTION_WINDOW,
  maxFrameSize: MAX_FRAME_SIZE,
  maxHeaderListSize: MAX_HEADER_LIST_SIZE,
  maxHeaderFields: MAX_HEADER_FIELDS,
  maxHeaderBlockBytes: MAX_HEADER_BLOCK_BYTES,
  maxContinuations: MAX_CONTINUATIONS,
  maxEmptyFrames: MAX_EMPTY_FRAMES,
  maxSettingsEntries: MAX_SETTINGS_ENTRIES,
  maxQueuedReplies: MAX_QUEUED_REPLIES,
  resetBurst: RESET_BURST,
  resetsPerSecond: RESETS_PER_SECOND,
  glitchBurst: GLITCH_BURST,
  glitchesPerSecond: GLITCHES_PER_SECOND,
  minPingIntervalMs: MIN_PING_INTERVAL_MS,
  maxPingStrikes: MAX_PING_STRIKES,
  streamQueueBytes: STREAM_QUEUE_BYTES,
  outboxBytes: OUTBOX_BYTES,
  takeBytes: TAKE_BYTES,
  maxUnreadBytes: MAX_UNREAD_BYTES,
  enablePush: false,
  maxPushedStreams: MAX_PUSHED_STREAMS,
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
  settingsAckTimeoutMs: SETTINGS_ACK_TIMEOUT_MS,
  headerTimeoutMs: HEADER_TIMEOUT_MS,
  stallTimeoutMs: STALL_TIMEOUT_MS,
  drainPingTimeoutMs: DRAIN_PING_TIMEOUT_MS,
  keepaliveIntervalMs: 0,
  keepaliveTimeoutMs: KEEPALIVE_TIMEOUT_MS,
  keepaliveWithoutStreams: false,
};

/** The ranges that RFC 9113 §6.5.2 and §6.9.1 set; all else is from 0 up. */
const RANGES: Partial<Record<keyof Http2Options, readonly [least: number, most: number]>> = {
  maxConcurrentStreams: [0, 2 ** 31 - 1],
  streamWindow: [1, 2 ** 31 - 1],
  maxStreamWindow: [0, 2 ** 30],
  connectionWindow: [65_535, 2 ** 31 - 1],
  maxFrameSize: [16_384, 2 ** 24 - 1],
  maxUnreadBytes: [1, Number.MAX_SAFE_INTEGER],
  maxPushedStreams: [0, 2 ** 31 - 1],
  maxHeaderListSize: [1, 2 ** 31 - 1],
  maxHeaderBlockBytes: [1, 2 ** 31 - 1],
};

/**
 * Fills what is absent with the defaults.
 * @throws Http2Error (misuse) for a number that is none or out of its range
 */
export function resolveLimits(options: Http2Options): Http2Limits {
  // What most connections have is one object for all of them.
  if (Object.keys(options).length === 0) return DEFAULTS;
  const limits: Record<string, unknown> = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof Http2Options)[]) {
    const value = options[name];
    if (value === undefined) continue;
    if (typeof value === "number") {
      const [least, most] = RANGES[name] ?? [0, Number.MAX_SAFE_INTEGER];
      if (!(value >= least && value <= most)) {
        throw misuse(`the HTTP/2 option ${name} is ${value}, which is not from ${least} to ${most}`);
      }
    }
    limits[name] = value;
  }
  return limits as unknown as Http2Limits;
}
