import type { Socket } from "node:net";

/** What a client that speaks HTTP/2 says first (RFC 9113 §3.4). */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** Enough of an HTTP/1 request line to know it by: a method and one of the forms of a target (RFC 9112 §3.2). */
const HTTP1_REQUEST = /^(?:[A-Z]{3,16} (?:\/|\*|https?:)|CONNECT \S)/;

/** What may yet become such a line: a client may send its first octets one by one. */
const HTTP1_BEGINNING = /^(?:[A-Z]{1,16} ?|[A-Z]{3,16} h(?:t(?:t(?:ps?)?)?)?)$/;

/** Which HTTP a client speaks. */
export type HttpVersion = "http/1.1" | "h2";

/**
 * Waits until a socket has said what it speaks, and hands it on with the bytes that came. What is neither goes to the
 * HTTP/2 engine too, which answers with its own error. A connection that has not spoken after `timeoutMs` (0 for no
 * limit) is closed: it must not hold a descriptor.
 */
export function awaitPreface(
  socket: Socket,
  timeoutMs: number,
  { onKnown, onTimeout }: { onKnown(version: HttpVersion, first: Uint8Array): void; onTimeout(): void },
): void {
  let received: Uint8Array = new Uint8Array(0);
  const giveUp = (): void => {
    onTimeout();
    socket.destroy();
  };
  const timer = timeoutMs > 0 ? setTimeout(giveUp, timeoutMs) : undefined;
  const stop = (): void => {
    clearTimeout(timer);
    socket.removeListener("data", onData);
    socket.removeListener("error", onError);
    socket.removeListener("close", stop);
  };
  const onError = (): void => {
    socket.destroy();
  };
  const onData = (chunk: Uint8Array): void => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const text = Buffer.from(received.buffer, received.byteOffset, Math.min(received.length, PREFACE.length)).toString(
      "latin1",
    );
    if (text.length < PREFACE.length && (PREFACE.startsWith(text) || HTTP1_BEGINNING.test(text))) return;
    stop();
    onKnown(text !== PREFACE && HTTP1_REQUEST.test(text) ? "http/1.1" : "h2", received);
  };
  socket.on("data", onData);
  socket.on("error", onError);
  socket.once("close", stop);
}
