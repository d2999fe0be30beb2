import type { Attributes, Counter, Histogram, UpDownCounter } from "@opentelemetry/api";

/** Adds to a counter, or records a value, if the instrument is on. */
export function record(
  instrument: Counter | UpDownCounter | Histogram | undefined,
  value: number,
  attributes: Attributes,
): void {
  if (instrument === undefined) return;
  if ("record" in instrument) instrument.record(value, attributes);
  else instrument.add(value, attributes);
}
