import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { drive } from "../../src/drive/drive.js";
import type { EchoClient, Target } from "../../src/echo.js";
import { payloadBytes } from "../../src/payload-bytes.js";

drive(connect);

/**
 * Sends the bytes of each request and takes as many bytes for its reply, comparing them as they come: what the socket
 * alone costs.
 */
function connect({ port, ca }: Target): EchoClient<Buffer, boolean> {
  const socket: Socket =
    ca === undefined
      ? connectTcp({ port, host: "127.0.0.1", noDelay: true })
      : connectTls({ port, host: "127.0.0.1", ca }).setNoDelay(true);
  const waiting: Waiting[] = [];
  let first = 0;
  let corked = false;
  let failure: Error | undefined;
  const uncork = (): void => {
    corked = false;
    socket.uncork();
  };
  socket.on("data", (chunk: Buffer) => {
    let start = 0;
    while (start < chunk.length) {
      const call = waiting[first]!;
      const { request, seen } = call;
      const end = Math.min(chunk.length, start + request.length - seen);
      call.seen += end - start;
      call.same &&= request.compare(chunk, start, end, seen, call.seen) === 0;
      start = end;
      if (call.seen < request.length) break;
      call.resolve(call.same);
      if (++first === 1024) waiting.splice(0, (first = 0) + 1024);
    }
  });
  socket.on("error", (error) => {
    failure = error;
    for (const call of waiting.slice(first)) call.reject(error);
  });
  return {
    prepare: payloadBytes,
    isEcho: (_request, same) => same,
    unary: (request) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) throw failure;
        waiting.push({ request, seen: 0, same: true, resolve, reject });
        if (!corked) {
          // What one turn of the event loop sends leaves in one write.
          corked = true;
          socket.cork();
          process.nextTick(uncork);
        }
        socket.write(request);
      }),
    close: async () => {
      socket.destroy();
    },
  };
}

interface Waiting {
  readonly request: Buffer;
  /** Bytes of the reply that have come, and whether they are those of the request. */
  seen: number;
  same: boolean;
  resolve(same: boolean): void;
  reject(error: Error): void;
}
