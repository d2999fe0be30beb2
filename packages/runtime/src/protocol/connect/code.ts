import type { Code } from "../../rpc/code.js";

/** By code (Connect protocol, "Error Codes"). */
const NAMES: readonly string[] = [
  "",
  "canceled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
];

/** What Connect calls a code. */
export function connectName(code: Code): string {
  return NAMES[code];
}

/** The code of a name; undefined if there is none. */
export function codeOfName(name: unknown): Code | undefined {
  if (typeof name !== "string" || name === "") return undefined;
  const index = NAMES.indexOf(name);
  return index < 0 ? undefined : (index as Code);
}
