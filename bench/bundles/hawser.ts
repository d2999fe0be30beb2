import { createClient } from "hawser/web";
import { Echo } from "../src/gen/echo.pb.js";

const echo = createClient(Echo, "https://example.org");

/** One unary call: all that this program does. */
export async function call(text: string): Promise<string> {
  const reply = await echo.unary({ id: 1, name: "one", text });
  return reply.text;
}
