/** A time of a call, with as many digits as say something: `0.42 ms`, `12.3 ms`, `1.25 s`, `2 min 3 s`. */
export function formatMs(ms: number): string {
  if (ms < 9.995) return `${ms.toFixed(2)} ms`;
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A size: `12 B`, `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Reads a deadline as a user types it: `500`, `500ms`, `2s`, `1.5 s`, `2m`. Undefined if it is none; without a unit it is ms. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = "ms"] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?\s*$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const ms = Number(number) * ({ ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unit] ?? 1);
  return ms > 0 && ms <= MAX_TIMEOUT_MS ? ms : undefined;
}

/** As far as a deadline can be sent: eight digits of hours (gRPC over HTTP2, "Timeout"); a year is as good as none. */
const MAX_TIMEOUT_MS = 365 * 24 * 3_600_000;
