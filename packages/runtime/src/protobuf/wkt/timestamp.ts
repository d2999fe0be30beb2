import { ProtobufError } from "../wire/protobuf-error.js";
import { dateToTimestamp } from "../wire/timestamp-date.js";
import type { Timestamp } from "./google/protobuf/timestamp.pb.js";

/** The `Date` of a timestamp. What is finer than a millisecond is cut off. @throws ProtobufError past what a `Date` holds */
export function toDate(timestamp: { readonly seconds: bigint; readonly nanos: number }): Date {
  const date = new Date(Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1_000_000));
  if (Number.isNaN(date.getTime())) {
    throw new ProtobufError(`a timestamp of ${timestamp.seconds} seconds is past what a Date holds`, {
      kind: "decode",
    });
  }
  return date;
}

/** The timestamp of a `Date`: of now, unless one is given. @throws ProtobufError if the date is invalid */
export function fromDate(date: Date = new Date()): Timestamp {
  return dateToTimestamp(date);
}
