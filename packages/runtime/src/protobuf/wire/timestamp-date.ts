import { invalidValue } from "./protobuf-error.js";

/** The `{ seconds, nanos }` of `google.protobuf.Timestamp` for a `Date`. @throws ProtobufError for an invalid date */
export function dateToTimestamp(date: Date): { seconds: bigint; nanos: number } {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw invalidValue("the Date is invalid");
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}
