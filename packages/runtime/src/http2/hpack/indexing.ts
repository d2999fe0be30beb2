/** Which fields the encoder keeps out of the dynamic table. */

/** May be indexed. */
export const INDEXED = 0;
/** Changes from call to call: a literal without indexing (RFC 7541 §6.2.2). */
export const VOLATILE = 1;
/** Secret: a literal that is never indexed, not by an intermediary either (RFC 7541 §6.2.3, §7.1.3). */
export const NEVER = 2;

const POLICIES: ReadonlyMap<string, number> = new Map([
  ["authorization", NEVER],
  ["proxy-authorization", NEVER],
  ["cookie", NEVER],
  ["set-cookie", NEVER],
  ["x-api-key", NEVER],
  ["x-goog-api-key", NEVER],
  ["x-auth-token", NEVER],
  ["x-csrf-token", NEVER],
  ["grpc-timeout", VOLATILE],
  ["content-length", VOLATILE],
  ["content-range", VOLATILE],
  ["date", VOLATILE],
  ["etag", VOLATILE],
  ["age", VOLATILE],
  ["expires", VOLATILE],
  ["if-none-match", VOLATILE],
  ["if-modified-since", VOLATILE],
  ["last-modified", VOLATILE],
  ["location", VOLATILE],
  ["traceparent", VOLATILE],
  ["tracestate", VOLATILE],
  ["x-request-id", VOLATILE],
  ["grpc-trace-bin", VOLATILE],
  ["grpc-tags-bin", VOLATILE],
  ["grpc-status-details-bin", VOLATILE],
]);

/** One of {@link INDEXED}, {@link VOLATILE}, {@link NEVER}. */
export function indexingOf(name: string): number {
  return POLICIES.get(name) ?? INDEXED;
}
