import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { Echo } from "../stacks/connect/gen/echo_pb.js";

const echo = createClient(Echo, createGrpcWebTransport({ baseUrl: "https://example.org" }));

/** One unary call: all that this program does. */
export async function call(text: string): Promise<string> {
  const reply = await echo.unary({ id: 1, name: "one", text });
  return reply.text;
}
