import { Code, type Interceptor, RpcError } from "hawser";

/**
 * Refuses calls from pages that are not of this machine. A name of a stranger's that leads to 127.0.0.1 (DNS rebinding) makes
 * a page of theirs one of "the same origin": browsers say where a page is from with every POST and every WebSocket.
 */
export const ownPagesOnly: Interceptor = (call, next) => {
  const origin = call.metadata.get("origin");
  if (origin !== undefined && !isLoopback(origin)) {
    throw new RpcError(
      Code.PermissionDenied,
      `pages of ${origin} may not call here: open the console at its own address`,
    );
  }
  return next();
};

function isLoopback(origin: string): boolean {
  let hostname: string;
  try {
    ({ hostname } = new URL(origin));
  } catch {
    return false;
  }
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
