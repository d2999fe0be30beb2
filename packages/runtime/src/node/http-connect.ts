import type { Socket } from "node:net";
import type { HttpProxy } from "./proxy-choice.js";

/**
 * Asks a proxy on `socket`, which is connected, for a tunnel to `hostPort` (RFC 9110 §9.3.6). Calls `onTunnel` when there is
 * one; what came behind the answer is the server's and is put back. Else calls `onError` with what the proxy said. The
 * time limit is the caller's.
 */
export function requestTunnel(
  socket: Socket,
  proxy: HttpProxy,
  hostPort: string,
  onTunnel: () => void,
  onError: (message: string) => void,
): void {
  let received: Buffer = Buffer.alloc(0);
  const stop = () => {
    socket.removeListener("data", onData);
    socket.removeListener("end", onEnd);
  };
  const fail = (message: string) => {
    stop();
    onError(message);
  };
  const onEnd = () => fail("the proxy closed the connection instead of answering CONNECT");
  const onData = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf("\r\n\r\n");
    const head = received.toString("latin1", 0, end < 0 ? Math.min(received.length, MAX_SHOWN) : end);
    const status = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?(?:\r\n|$)/.exec(head);
    if (!"HTTP/1.".startsWith(head.slice(0, 7)) || (status === null && (end >= 0 || head.length >= MAX_SHOWN))) {
      fail(`the proxy did not answer CONNECT with HTTP/1: it said ${JSON.stringify(head.slice(0, 40))}`);
    } else if (end < 0) {
      if (received.length > MAX_ANSWER_BYTES) fail(`the proxy's answer to CONNECT is over ${MAX_ANSWER_BYTES} bytes`);
    } else {
      const code = Number(status?.[1]);
      if (code < 200 || code > 299) {
        const reason = status?.[2] ? ` ${status[2].slice(0, 100)}` : "";
        const hint = code === 407 ? " (user and password may stand in the proxy's URL)" : "";
        fail(`the proxy refused CONNECT: it answered ${code}${reason}${hint}`);
        return;
      }
      stop();
      socket.pause();
      const rest = received.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      onTunnel();
    }
  };
  socket.on("data", onData);
  socket.on("end", onEnd);
  const authorization =
    proxy.credentials === undefined
      ? ""
      : `Proxy-Authorization: Basic ${Buffer.from(proxy.credentials).toString("base64")}\r\n`;
  socket.write(`CONNECT ${hostPort} HTTP/1.1\r\nHost: ${hostPort}\r\n${authorization}\r\n`);
}

/** 16 KiB, as HTTP servers take it for a whole header section. */
const MAX_ANSWER_BYTES: number = 16 * 1024;

/** How much of an answer is looked at before it is complete. */
const MAX_SHOWN = 1_024;
