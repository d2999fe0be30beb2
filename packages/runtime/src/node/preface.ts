import type { Socket } from "node:net";

/** What a client that speaks HTTP/2 says first (RFC 9113 §3.4). */
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/** 1 s for a client of HTTP/1 to read the answer. */
const ANSWER_LINGER_MS = 1_000;

/** Enough of an HTTP/1 request line to know it by: a method and one of the forms of a target (RFC 9112 §3.2). */
const HTTP1_REQUEST = /^(?:[A-Z]{3,16} (?:\/|\*|https?:)|CONNECT \S)/;

const HTTP1_ANSWER =
  "HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n" +
  "This port speaks gRPC, which needs HTTP/2.\n";

/**
 * Waits until a socket has said what it speaks. HTTP/2 goes to `onHttp2` with the bytes that came; a client of HTTP/1
 * is told that this is none; anything else goes to the HTTP/2 engine too, which answers with its own error. A connection
 * that has not spoken after `timeoutMs` (0 for no limit) is closed: it must not hold a descriptor.
 */
export function awaitPreface(socket: Socket, timeoutMs: number, onHttp2: (first: Uint8Array) => void): void {
  let received: Uint8Array = new Uint8Array(0);
  const timer = timeoutMs > 0 ? setTimeout(() => socket.destroy(), timeoutMs) : undefined;
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
    if (PREFACE.startsWith(text) && text.length < PREFACE.length) return;
    stop();
    if (text !== PREFACE && HTTP1_REQUEST.test(text)) {
      socket.on("error", onError);
      socket.end(HTTP1_ANSWER);
      // Who does not close its side in turn must not hold a descriptor.
      setTimeout(onError, ANSWER_LINGER_MS).unref();
    } else {
      onHttp2(received);
    }
  };
  socket.on("data", onData);
  socket.on("error", onError);
  socket.once("close", stop);
}
