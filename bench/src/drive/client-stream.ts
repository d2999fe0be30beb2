import { payloadOf } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll } from "./drive.js";
import { runWindows } from "./window.js";

/** Sends one client stream after the other, checks each summary and counts bytes. */
export async function driveClientStream<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const [client] = connectAll(connect, job);
  if (client?.clientStream === undefined) throw new Error("this stack has no client streams");
  const messages = Array.from({ length: job.messages }, (_, index) => payloadOf(index, job.bodyBytes));
  const ids = messages.reduce((sum, message) => (sum + message.id) >>> 0, 0);
  const bytes = job.messages * job.bodyBytes;
  await runWindows(async (window) => {
    while (!window.over) {
      const begin = performance.now();
      const summary = await client.clientStream!(messages);
      if (summary.count !== job.messages || summary.bytes !== bytes || summary.ids !== ids) {
        throw new Error(`the summary is wrong: ${JSON.stringify(summary)}`);
      }
      window.count += bytes;
      window.record(performance.now() - begin);
    }
  });
  await client.close();
}
