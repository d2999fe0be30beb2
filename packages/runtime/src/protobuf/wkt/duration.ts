import { ProtobufError } from "../wire/protobuf-error.js";
import type { Duration } from "./google/protobuf/duration.pb.js";

/** The milliseconds of a duration, with what is finer as a fraction. */
export function durationToMs(duration: { readonly seconds: bigint; readonly nanos: number }): number {
  return Number(duration.seconds) * 1000 + duration.nanos / 1_000_000;
}

/** The duration of so many milliseconds; fractions are kept down to a nanosecond. @throws ProtobufError unless finite */
export function durationFromMs(ms: number): Duration {
  if (!Number.isFinite(ms)) throw new ProtobufError(`${ms} milliseconds are not a duration`, { kind: "encode" });
  const seconds = Math.trunc(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1_000_000);
  // Rounding may have reached the next second.
  if (Math.abs(nanos) === 1_000_000_000) return { seconds: BigInt(seconds + Math.sign(nanos)), nanos: 0 };
  return { seconds: BigInt(seconds), nanos: nanos === 0 ? 0 : nanos };
}
