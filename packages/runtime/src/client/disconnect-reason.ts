import type { HttpFailure } from "../rpc/http-types.js";

/** Why a connection was lost, in the words of gRFC A94 (`grpc.disconnect_error`). GOAWAY is told apart before. */
export function disconnectReason({ cause, message }: HttpFailure): string {
  const code = typeof cause === "object" && cause !== null ? (cause as { code?: unknown }).code : undefined;
  switch (code) {
    case "ECONNRESET":
      return "connection reset";
    case "ETIMEDOUT":
      return "connection timed out";
    case "ECONNABORTED":
      return "connection aborted";
    case undefined:
      // A keepalive that had no answer counts as a time-out (gRFC A94, "Combining connection timeouts and keepalives").
      return message.includes("keepalive") ? "connection timed out" : "unknown";
    default:
      return "socket error";
  }
}
