import type { Random } from "../random.js";
import type { Span } from "./script/script-rule.js";

/** Waits so long, or until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/** A time within a span. */
export function drawn(span: Span | undefined, random: Random): number {
  return span === undefined ? 0 : span[0] + (span[1] - span[0]) * random();
}
