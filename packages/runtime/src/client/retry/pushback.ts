import type { HttpFields } from "../../rpc/http-types.js";

/**
 * What a server says of further attempts in `grpc-retry-pushback-ms` (gRFC A6, "Pushback"): milliseconds to wait, `"stop"`
 * for none at all (a negative number, or what is no number), undefined for nothing.
 */
export function readPushback(fields: HttpFields): number | "stop" | undefined {
  const values = fields.filter((field) => field.name === "grpc-retry-pushback-ms");
  if (values.length === 0) return undefined;
  const value = values[0].value;
  const ms = values.length === 1 && /^\d{1,10}$/.test(value) ? Number(value) : Infinity;
  // A signed number of 32 bits.
  return ms < 2 ** 31 ? ms : "stop";
}
