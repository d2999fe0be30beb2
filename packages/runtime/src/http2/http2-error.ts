import type { Http2Counter } from "./counters.js";
import type { HttpFailure } from "./http-types.js";

/** The error codes of RFC 9113 §7. */
export const Http2ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

const NAMES: readonly string[] = Object.keys(Http2ErrorCode);

/** The name of an error code as RFC 9113 §7 spells it, as `CANCEL`; a number in hexadecimal if it has none. */
export function errorCodeName(code: number): string {
  return NAMES[code] ?? `error code 0x${code.toString(16)}`;
}

/**
 * What the engine throws. Only misuse by the caller is thrown across the engine's border; faults of the peer are
 * thrown within it and leave as {@link HttpFailure}s and frames.
 */
export class Http2Error extends Error {
  /** How much ends: one stream, the connection, or nothing (the caller asked for what cannot be done). */
  readonly kind: "stream" | "connection" | "misuse";
  /** The error code of RFC 9113 §7. */
  readonly code: number;
  /** What it counts as, if its code alone does not say so. */
  readonly counter: Http2Counter | undefined;

  constructor(kind: "stream" | "connection" | "misuse", code: number, message: string, counter?: Http2Counter) {
    super(message);
    this.name = "Http2Error";
    this.kind = kind;
    this.code = code;
    this.counter = counter;
  }
}

/** A breach by the peer that ends the connection (RFC 9113 §5.4.1). */
export function connectionError(code: number, message: string, counter?: Http2Counter): Http2Error {
  return new Http2Error("connection", code, message, counter);
}

/** A call that the state of the connection or stream does not allow. */
export function misuse(message: string): Http2Error {
  return new Http2Error("misuse", Http2ErrorCode.INTERNAL_ERROR, message);
}

/** Makes a {@link HttpFailure} of one shape, whatever it says. */
export function failureOf(
  origin: HttpFailure["origin"],
  code: number,
  message: string,
  unprocessed: boolean = false,
  cause: unknown = undefined,
): HttpFailure {
  return { code, message, origin, unprocessed, cause };
}

/** What an error counts as that names no counter. */
export function counterOf(code: number): Http2Counter {
  switch (code) {
    case Http2ErrorCode.FLOW_CONTROL_ERROR:
      return "flowControlErrors";
    case Http2ErrorCode.COMPRESSION_ERROR:
      return "compressionErrors";
    case Http2ErrorCode.REFUSED_STREAM:
      return "maxConcurrentStreams";
    default:
      return "protocolErrors";
  }
}
