import { Pool } from "undici";
import { drive } from "../../src/drive/drive.js";
import type { EchoClient, Payload, Target } from "../../src/echo.js";
import { payloadCodec } from "../../src/echo.js";

drive(connect);

const query = "query($id:Int!,$name:String!,$text:String!){echo(id:$id,name:$name,text:$text){id name text}}";
const headers = { "content-type": "application/json" };

function connect({ port, ca, sockets }: Target): EchoClient {
  const origin = `${ca === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const pool = new Pool(origin, {
    connections: sockets,
    pipelining: 1,
    keepAliveTimeout: 600_000,
    ...(ca === undefined ? {} : { connect: { ca } }),
  });
  return {
    ...payloadCodec,
    unary: async (variables) => {
      const { body } = await pool.request({
        path: "/graphql",
        method: "POST",
        headers,
        body: JSON.stringify({ query, variables }),
      });
      const reply = (await body.json()) as { data: { echo: Payload } };
      return reply.data.echo;
    },
    close: () => pool.close(),
  };
}
