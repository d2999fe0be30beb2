import type { Code } from "../../rpc/code.js";

/** Names and HTTP statuses by code (Connect protocol, "Error Codes"). */
const CODES: readonly (readonly [name: string, status: number])[] = [
  ["", 200],
  ["canceled", 499],
  ["unknown", 500],
  ["invalid_argument", 400],
  ["deadline_exceeded", 504],
  ["not_found", 404],
  ["already_exists", 409],
  ["permission_denied", 403],
  ["resource_exhausted", 429],
  ["failed_precondition", 400],
  ["aborted", 409],
  ["out_of_range", 400],
  ["unimplemented", 501],
  ["internal", 500],
  ["unavailable", 503],
  ["data_loss", 500],
  ["unauthenticated", 401],
];

/** What Connect calls a code. */
export function connectName(code: Code): string {
  return CODES[code][0];
}

/** The HTTP status of a unary response that fails with `code`. */
export function httpStatusOf(code: Code): number {
  return CODES[code][1];
}

/** The code of a name; undefined if there is none. */
export function codeOfName(name: unknown): Code | undefined {
  if (typeof name !== "string" || name === "") return undefined;
  const index = CODES.findIndex((each) => each[0] === name);
  return index < 0 ? undefined : (index as Code);
}
