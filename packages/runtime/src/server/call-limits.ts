import { type Clock, systemClock } from "../base/clock.js";
import { Code } from "../rpc/code.js";
import type { Call, Interceptor } from "../rpc/interceptor.js";
import { RpcError } from "../rpc/rpc-error.js";

/** How many calls may run at once. */
export interface ConcurrencyLimit {
  /** Handlers at work at once; one that goes on after its client has left counts until it is done. */
  readonly maxCalls: number;
  /** When a refused client may try again (gRFC A6, `grpc-retry-pushback-ms`). Default: it decides itself. */
  readonly retryAfterMs?: number;
}

/**
 * An interceptor that refuses calls with RESOURCE_EXHAUSTED while too many are running: refusing costs little, and what
 * is accepted is answered in time. Where it is put says what is counted: a server, a service or a method.
 */
export function limitConcurrency(limit: ConcurrencyLimit): Interceptor {
  if (!(limit.maxCalls >= 1)) throw new TypeError(`maxCalls must be at least 1, not ${limit.maxCalls}`);
  let running = 0;
  return async (call, next) => {
    if (running >= limit.maxCalls) {
      throw refusal(`${limit.maxCalls} calls are running, as many as may`, limit.retryAfterMs);
    }
    running++;
    const ended = new Promise<void>((resolve) => call.onEnd(() => resolve()));
    const reply = next();
    const leave = (): void => {
      running--;
    };
    reply.then(
      () => ended.then(leave),
      () => leave(),
    );
    return reply;
  };
}

/** How many calls may begin in a time. */
export interface RateLimit {
  readonly callsPerSecond: number;
  /** How many may come at once after a rest. Default: those of one second, at least 1. */
  readonly burst?: number;
  /** Whose calls are counted together, as a name from `call.metadata` or `call.peer`. Default: all. */
  readonly key?: (call: Call) => string;
  /** Where time comes from. Default: the platform's clock. */
  readonly clock?: Clock;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/**
 * An interceptor that refuses calls with RESOURCE_EXHAUSTED when they come faster than they may, and says when the next
 * will be taken (gRFC A6, `grpc-retry-pushback-ms`). A token bucket for each key; of {@link MAX_RATE_KEYS} keys that
 * came last it knows the state.
 */
export function limitRate(limit: RateLimit): Interceptor {
  const { callsPerSecond, burst = Math.max(1, callsPerSecond), clock = systemClock } = limit;
  if (!(callsPerSecond > 0)) throw new TypeError(`callsPerSecond must be above 0, not ${callsPerSecond}`);
  if (!(burst >= 1)) throw new TypeError(`burst must be at least 1, not ${burst}`);
  const buckets = new Map<string, Bucket>();
  return (call, next) => {
    const key = limit.key === undefined ? "" : limit.key(call);
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: burst, filledAtMs: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAtMs) / 1000) * callsPerSecond);
    bucket.filledAtMs = now;
    // The map keeps the order of entry: who comes is put last, so that the first is who has not come for longest.
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > MAX_RATE_KEYS) buckets.delete(buckets.keys().next().value as string);
    if (bucket.tokens < 1) {
      const waitMs = Math.ceil(((1 - bucket.tokens) / callsPerSecond) * 1000);
      throw refusal(`more than ${callsPerSecond} calls a second`, waitMs);
    }
    bucket.tokens--;
    return next();
  };
}

/** 10,000 keys: clients choose them, so that their number must have an end. */
export const MAX_RATE_KEYS = 10_000;

function refusal(message: string, retryAfterMs: number | undefined): RpcError {
  const metadata =
    retryAfterMs === undefined ? undefined : { "grpc-retry-pushback-ms": String(Math.ceil(retryAfterMs)) };
  return new RpcError(Code.ResourceExhausted, message, { metadata });
}
