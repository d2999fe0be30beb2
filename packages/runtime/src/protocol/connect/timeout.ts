/** `connect-timeout-ms`: at most ten digits (Connect protocol, "Timeout-Milliseconds"). Rounded up, as a deadline must be. */
export function formatTimeout(timeoutMs: number): string {
  return String(Math.min(MAX_TIMEOUT_MS, Math.max(0, Math.ceil(timeoutMs))));
}

/** Milliseconds; undefined if the text is malformed. */
export function parseTimeout(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

const MAX_TIMEOUT_MS = 9_999_999_999;
