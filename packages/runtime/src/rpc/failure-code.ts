import { Code } from "./code.js";
import type { HttpFailure } from "./http-types.js";

/** The code for a stream that ended without a status (gRPC over HTTP2, "HTTP2 Transport Mapping", "Errors"). */
export function codeFromFailure(failure: HttpFailure): Code {
  if (failure.origin === "connection" || failure.unprocessed) return Code.Unavailable;
  switch (failure.code) {
    case 0x8: // CANCEL
      return Code.Cancelled;
    case 0xb: // ENHANCE_YOUR_CALM
      return Code.ResourceExhausted;
    case 0xc: // INADEQUATE_SECURITY
      return Code.PermissionDenied;
    default:
      return Code.Internal;
  }
}

/**
 * The code for an HTTP status that comes without a gRPC one (grpc/doc/http-grpc-status-mapping.md;
 * Connect protocol, "HTTP to Error Code").
 */
export function codeFromHttpStatus(status: number): Code {
  switch (status) {
    case 400:
      return Code.Internal;
    case 401:
      return Code.Unauthenticated;
    case 403:
      return Code.PermissionDenied;
    case 404:
      return Code.Unimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code.Unavailable;
    default:
      return Code.Unknown;
  }
}
