import { connect as connectHttp2 } from "node:http2";
import { drive } from "../../src/drive/drive.js";
import type { EchoClient, Target } from "../../src/echo.js";
import { payloadBytes } from "../../src/payload-bytes.js";

drive(connect);

const headers = { ":method": "POST", ":path": "/echo" };

/** Posts the bytes of each request: what Node's HTTP/2 costs without gRPC and without a codec. */
function connect({ port, ca }: Target): EchoClient<Buffer, Buffer> {
  const session = connectHttp2(
    `${ca === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    ca === undefined ? {} : { ca },
  );
  session.setMaxListeners(0);
  return {
    prepare: payloadBytes,
    isEcho: (request, reply) => request.equals(reply),
    unary: (request) =>
      new Promise((resolve, reject) => {
        const stream = session.request(headers);
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("error", reject);
        stream.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
        stream.end(request);
      }),
    close: async () => session.destroy(),
  };
}
