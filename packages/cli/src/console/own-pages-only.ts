import { Code, type Interceptor, RpcError, type ServerCall } from "hawser";

/**
 * Refuses calls that were made to another host than this machine. A name of a stranger's that leads to 127.0.0.1 (DNS rebinding)
 * makes a page of theirs one of "the same origin", which may read all answers: but its browser names the stranger's host. Pages of
 * other origins the server itself refuses.
 */
export const ownPagesOnly: Interceptor = (call, next) => {
  const { authority } = call as ServerCall;
  if (!isLoopback(authority)) {
    throw new RpcError(
      Code.PermissionDenied,
      `this console is for this machine, at 127.0.0.1 and localhost: it does not answer to ${JSON.stringify(authority)}`,
    );
  }
  return next();
};

/** Whether `host:port` names this machine; one that is empty was not sent by a browser. */
function isLoopback(authority: string): boolean {
  if (authority === "") return true;
  const host = authority.toLowerCase().replace(/:\d{1,5}$/, "");
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
