import type { Payload } from "../echo.js";
import { streamText } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll } from "./drive.js";
import { runWindows } from "./window.js";

/** Bytes of text per message; with id, tag and length the message is some 70 bytes long. */
const textBytes = 64;

/** Takes one server stream after the other and compares each message. */
export async function driveServerStream<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const [client] = connectAll(connect, job);
  if (client?.serverStream === undefined) throw new Error("this stack has no server streams");
  const text = streamText(textBytes);
  await runWindows(async (window) => {
    while (!window.over) {
      let next = 0;
      await client.serverStream!(job.messages, textBytes, (message: Payload) => {
        if (message.id !== next || message.text !== text) {
          throw new Error(`message ${next} differs: ${JSON.stringify(message)}`);
        }
        next++;
        window.count++;
      });
      if (next !== job.messages) throw new Error(`the stream ended after ${next} of ${job.messages} messages`);
    }
  });
  await client.close();
}
