import type { Code } from "./code.js";

/** By code (google/rpc/code.proto; Connect protocol, "Error Codes"). 499 is nginx's: the client is gone. */
const STATUSES: readonly number[] = [
  200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

/** The HTTP status of a response that stands for a call's status. */
export function httpStatusOf(code: Code): number {
  return STATUSES[code];
}
