import { Pool } from "undici";
import { drive } from "../../src/drive/drive.js";
import type { EchoClient, Payload, Target } from "../../src/echo.js";
import { isSamePayload } from "../../src/echo.js";

drive(connect);

const jsonHeaders = { "content-type": "application/json" };
const bytesHeaders = { "content-type": "application/octet-stream" };

function connect({ port, ca, sockets }: Target): EchoClient {
  const origin = `${ca === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const pool = new Pool(origin, {
    connections: sockets,
    pipelining: 1,
    keepAliveTimeout: 600_000,
    ...(ca === undefined ? {} : { connect: { ca } }),
  });
  const unary = async (request: Payload): Promise<Payload> => {
    if (request.body !== undefined) {
      const { body } = await pool.request({
        path: "/bytes",
        method: "POST",
        headers: bytesHeaders,
        body: request.body,
      });
      return { ...request, body: await body.bytes() };
    }
    const { body } = await pool.request({
      path: "/echo",
      method: "POST",
      headers: jsonHeaders,
      body: JSON.stringify(request),
    });
    return (await body.json()) as Payload;
  };
  return { prepare: (payload) => payload, isEcho: isSamePayload, unary, close: () => pool.close() };
}
