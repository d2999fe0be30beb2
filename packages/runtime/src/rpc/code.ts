/** The status codes of gRPC (grpc/doc/statuscodes.md). */
export const Code = {
  /** Success; never the code of an error. */
  Ok: 0,
  /** The caller gave the call up. */
  Cancelled: 1,
  /** An error without a better code: a handler threw something that is no {@link RpcError}, say. */
  Unknown: 2,
  /** The request is wrong, whatever the state of the system. */
  InvalidArgument: 3,
  /** Time ran out; the work may have been done all the same. */
  DeadlineExceeded: 4,
  /** What was asked for is not there. */
  NotFound: 5,
  /** What was to be made is there already. */
  AlreadyExists: 6,
  /** The caller is known and may not do this. */
  PermissionDenied: 7,
  /** A quota, a limit or memory is used up. */
  ResourceExhausted: 8,
  /** The system is not in the state that the call needs; repeating it as it is won't help. */
  FailedPrecondition: 9,
  /** A conflict with another caller; a retry at a higher level may help. */
  Aborted: 10,
  /** Past the valid range, which may grow: reading past the end of a file. */
  OutOfRange: 11,
  /** There is no such method here. */
  Unimplemented: 12,
  /** An invariant is broken: something is seriously wrong. */
  Internal: 13,
  /** The service can't be reached now; a retry with backoff may help. */
  Unavailable: 14,
  /** Data was lost or corrupted beyond repair. */
  DataLoss: 15,
  /** Who the caller is could not be established. */
  Unauthenticated: 16,
} as const;

/** One of the {@link Code} values. */
export type Code = (typeof Code)[keyof typeof Code];

const NAMES: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** The name of a code as the specification writes it, `NOT_FOUND`; `CODE_99` for a number that is none. */
export function codeName(code: number): string {
  return NAMES[code] ?? `CODE_${code}`;
}

/** The code that a number on the wire stands for: unknown ones are {@link Code.Unknown} (statuscodes.md). */
export function codeFromNumber(number: number): Code {
  return Number.isInteger(number) && number >= 0 && number < NAMES.length ? (number as Code) : Code.Unknown;
}
