/**
 * `grpc-timeout` (gRPC over HTTP2, "Timeout"): at most eight digits and a unit. Rounded up, because a deadline must
 * not reach the server before it is due here.
 */
export function formatTimeout(timeoutMs: number): string {
  if (timeoutMs <= 0) return "0m";
  if (timeoutMs < 1_000) return `${Math.ceil(timeoutMs * 1_000)}u`;
  if (timeoutMs < MAX_VALUE) return `${Math.ceil(timeoutMs)}m`;
  const seconds = Math.ceil(timeoutMs / 1_000);
  if (seconds <= MAX_VALUE) return `${seconds}S`;
  return `${Math.min(MAX_VALUE, Math.ceil(seconds / 3_600))}H`;
}

/** Milliseconds that a `grpc-timeout` allows; undefined if it is malformed. */
export function parseTimeout(text: string): number | undefined {
  const digits = text.length - 1;
  if (digits < 1 || digits > MAX_DIGITS) return undefined;
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  switch (text.charAt(digits)) {
    case "H":
      return value * 3_600_000;
    case "M":
      return value * 60_000;
    case "S":
      return value * 1_000;
    case "m":
      return value;
    case "u":
      return value / 1_000;
    case "n":
      return value / 1_000_000;
    default:
      return undefined;
  }
}

const MAX_DIGITS = 8;
const MAX_VALUE = 99_999_999;
const ZERO = 48;
