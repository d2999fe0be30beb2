import type { Metadata } from "hawser";
import { type Pair, REDACTED } from "./recording-format.js";

/** Keys whose values say who somebody is: a recording is a file that people pass on. */
export const USUALLY_REDACTED: readonly string[] = [
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
];

/** Metadata as a recording has it, without the values of keys that are to be left out. */
export function recordedPairs(metadata: Metadata, redacted: ReadonlySet<string>): Pair[] {
  return metadata
    .toFields()
    .filter(({ name }) => name !== "grpc-status-details-bin")
    .map(({ name, value }) => [name, redacted.has(name) ? REDACTED : value]);
}
