import { Code, type RpcError } from "hawser";

/** What the exit code of a failed call is: this and the status code, so 69 for NOT_FOUND; as grpcurl has it. */
export const EXIT_STATUS_BASE = 64;

/** What to do about a call that failed with this status. */
export function statusHelp({ code }: RpcError, typeName: string): string {
  switch (code) {
    case Code.Unavailable:
      return "check that the server runs there, and whether it wants TLS (--tls) or another --protocol";
    case Code.Unimplemented:
      return "the server does not have this method; hawser list shows those that it has";
    case Code.Unauthenticated:
      return "say who calls: --header 'authorization: Bearer TOKEN'";
    case Code.PermissionDenied:
      return "call as somebody who may do this: --header 'authorization: Bearer TOKEN'";
    case Code.DeadlineExceeded:
      return "give it more time: --timeout 30s";
    case Code.InvalidArgument:
      return `correct the request; hawser describe ${typeName} shows its fields`;
    case Code.ResourceExhausted:
      return "try again later, or with smaller messages";
    case Code.Cancelled:
      return "it was given up before its end";
    default:
      return "hawser call --verbose shows what else the server said";
  }
}
