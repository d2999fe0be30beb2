/** The frame types of RFC 9113 §6, and that of RFC 9218. */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
  /** RFC 9218 §7.1. */
  PRIORITY_UPDATE: 0x10,
} as const;

/** The flags of RFC 9113 §6. */
export const FrameFlag = {
  /** Of DATA and HEADERS. */
  END_STREAM: 0x1,
  /** Of SETTINGS and PING. */
  ACK: 0x1,
  /** Of HEADERS, PUSH_PROMISE and CONTINUATION. */
  END_HEADERS: 0x4,
  /** Of DATA, HEADERS and PUSH_PROMISE. */
  PADDED: 0x8,
  /** Of HEADERS. */
  PRIORITY: 0x20,
} as const;

/** Octets in front of each payload (RFC 9113 §4.1). */
export const FRAME_HEADER_SIZE = 9;

/** The least and initial SETTINGS_MAX_FRAME_SIZE (RFC 9113 §4.2). */
export const DEFAULT_MAX_FRAME_SIZE = 16_384;

/** The initial window of streams and connection (RFC 9113 §6.9.2). */
export const DEFAULT_WINDOW = 65_535;

/** The largest window (RFC 9113 §6.9.1). */
export const MAX_WINDOW: number = 2 ** 31 - 1;

/** The largest stream identifier (RFC 9113 §5.1.1). */
export const MAX_STREAM_ID: number = 2 ** 31 - 1;

/** What a client sends first (RFC 9113 §3.4). */
export const CLIENT_PREFACE: Uint8Array = Uint8Array.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (c) => c.charCodeAt(0));
