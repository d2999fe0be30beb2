import { pathToString } from "@bufbuild/protobuf/reflect";
import type { Violation } from "@bufbuild/protovalidate";
import { Code, RpcError } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create } from "hawser/protobuf";

/** 10 violations go to the caller: they travel in a trailer, for which peers have 8 KiB. The message says how many there are. */
export const MAX_VIOLATIONS = 10;

/** 200 characters of a path or a text: both may hold what the caller sent, as the key of a map. */
export const MAX_TEXT = 200;

/** What the caller is told: INVALID_ARGUMENT, with a `google.rpc.BadRequest` that names field, rule and reason. */
export function invalidArgument(violations: readonly Violation[]): RpcError {
  const told = violations.slice(0, MAX_VIOLATIONS).map((violation) => ({
    field: cut(pathToString(violation.field)),
    reason: violation.ruleId,
    description: cut(violation.message || `the rule ${violation.ruleId} is not met`),
  }));
  const [first] = told;
  const where = first?.field === "" || first === undefined ? "" : `${first.field}: `;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  return new RpcError(Code.InvalidArgument, `the request is not valid: ${where}${first?.description ?? ""}${more}`, {
    details: [create(BadRequest, { fieldViolations: told })],
  });
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
