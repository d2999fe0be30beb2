import type { RetryThrottle } from "./retry-throttle.js";

/** What all retried calls of a channel share. */
export class RetryBudget {
  /** Undefined if the service config sets no throttling. */
  throttle: RetryThrottle | undefined = undefined;
  /** Bytes of requests that are kept because they may have to be sent again. */
  bufferedBytes = 0;
}

/** 256 KiB a call, as in gRPC: a call that has sent more is committed to the attempt that is under way. */
export const MAX_CALL_BUFFER_BYTES: number = 256 * 1024;

/** 16 MiB for all calls of a channel, as in gRPC. */
export const MAX_CHANNEL_BUFFER_BYTES: number = 16 * 1024 * 1024;
