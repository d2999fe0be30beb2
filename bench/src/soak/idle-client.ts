/**
 * Holds idle connections: `idle-client.js PORT COUNT LOCAL_ADDRESS`. Bare sockets that speak as much HTTP/2 as it takes to
 * be a client (RFC 9113 §3.4): the preface, SETTINGS, and the answer to the server's. Sends the number of connections when
 * all are open, or a text saying why they are not; then answers each message with how many are left.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

const [port, count, localAddress] = process.argv.slice(2);
const open = new Set<Socket>();

const PREFACE = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0)]);
const SETTINGS_ACK = frame(4, 1);

/** A frame without a payload on stream 0. */
function frame(type: number, flags: number): Buffer {
  return Buffer.from([0, 0, 0, type, flags, 0, 0, 0, 0]);
}

async function openOne(): Promise<void> {
  const socket = connect({ port: Number(port), host: "127.0.0.1", localAddress });
  await once(socket, "connect");
  socket.write(PREFACE);
  // The server's SETTINGS: its connection is made.
  await once(socket, "data");
  socket.write(SETTINGS_ACK);
  open.add(socket);
  socket.on("data", () => {});
  socket.on("error", () => {});
  socket.on("close", () => open.delete(socket));
}

const AT_ONCE = 200;

try {
  let begun = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (begun < Number(count)) {
        begun++;
        await openOne();
      }
    }),
  );
  process.on("message", () => process.send?.(open.size));
  process.send?.(open.size);
} catch (error) {
  process.send?.(String(error), () => process.exit(1));
}
process.on("disconnect", () => process.exit(0));
