/**
 * A program: makes one request with our engine. `request.js URL`; exits 0 if a whole response came. It stays on the
 * connection until the peer closes it or a time limit is over, as the peer may have more to try.
 */
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { Http2Socket, type HttpFailure } from "./engine.js";

/** Under the 3 s after which h2specd gives up on a client. */
const LIMIT_MS = 2_700;

const url = new URL(process.argv[2] ?? "");
const port = Number(url.port);
const socket =
  url.protocol === "https:"
    ? connectTls({ host: url.hostname, port, ALPNProtocols: ["h2"], rejectUnauthorized: false })
    : connect(port, url.hostname);
socket.on("error", () => process.exit(2));
setTimeout(() => process.exit(3), LIMIT_MS);

let complete = false;
socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
  const http2 = new Http2Socket(
    socket,
    "client",
    // h2specd sends 16,385 octets as too many, whatever SETTINGS_MAX_FRAME_SIZE says.
    { maxFrameSize: 16_384 },
    {
      onStream() {},
      onReady() {
        const request = [
          { name: ":method", value: "GET" },
          { name: ":scheme", value: url.protocol.slice(0, -1) },
          { name: ":authority", value: url.host },
          { name: ":path", value: url.pathname },
        ];
        const stream = http2.connection.open(request, undefined, true, {
          onHead(_head, endStream) {
            complete ||= endStream;
          },
          onData(_bytes, start, end, endStream) {
            complete ||= endStream;
            stream.consume(end - start);
          },
          onTrailers() {
            complete = true;
          },
          onFailure(failure: HttpFailure) {
            console.error(failure.message);
          },
          onWritable() {},
        });
      },
      onAvailable() {},
      onDraining() {},
      onClosed(failure: HttpFailure) {
        console.error(failure.message);
        // What the engine still has to say is in the socket by then.
        setTimeout(() => process.exit(complete ? 0 : 1), 100);
      },
    },
  );
});
