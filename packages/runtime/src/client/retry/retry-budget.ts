import type { RetryThrottle } from "./retry-throttle.js";

/** Bounds of what a service config may ask of a client (gRFC A6, "Limits on Retries and Hedges", "Memory Management"). */
export interface RetryLimits {
  /** The most attempts at a call, the original included; more are taken for so many. 1 for none but the original. Default 5. */
  readonly maxAttempts?: number;
  /** Bytes of requests kept for a call: one that has sent more is committed to the attempt under way. Default 256 KiB. */
  readonly callBufferBytes?: number;
  /** The same for all calls of the channel together. Default 16 MiB. */
  readonly channelBufferBytes?: number;
}

/** What all retried calls of a channel share. */
export class RetryBudget {
  readonly callBufferBytes: number;
  readonly channelBufferBytes: number;
  /** Undefined if the service config sets no throttling. */
  throttle: RetryThrottle | undefined = undefined;
  /** Bytes of requests that are kept because they may have to be sent again. */
  bufferedBytes = 0;

  constructor(limits: RetryLimits = {}) {
    this.callBufferBytes = limits.callBufferBytes ?? MAX_CALL_BUFFER_BYTES;
    this.channelBufferBytes = limits.channelBufferBytes ?? MAX_CHANNEL_BUFFER_BYTES;
  }
}

/** 256 KiB a call, as in gRPC. */
export const MAX_CALL_BUFFER_BYTES: number = 256 * 1024;

/** 16 MiB for all calls of a channel, as in gRPC. */
export const MAX_CHANNEL_BUFFER_BYTES: number = 16 * 1024 * 1024;
