import type { BidiStream, EchoClient } from "../echo.js";
import { payloadOf } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll } from "./drive.js";
import { hold } from "./hold.js";

/** Opens `inFlight` bidi streams spread over `connections`, echoes one message on each, and holds them open. */
export async function driveOpenStreams<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const clients = connectAll(connect, job);
  // The connections, and one stream each, belong to the set-up: what is measured is what streams add.
  const streams: BidiStream[] = await Promise.all(clients.map(openStream));
  await hold(async () => {
    const perConnection = Math.ceil(job.inFlight / clients.length);
    for (const client of clients) {
      streams.push(...(await Promise.all(Array.from({ length: perConnection }, () => openStream(client)))));
    }
  });
}

function openStream<Request, Reply>(client: EchoClient<Request, Reply>): Promise<BidiStream> {
  return new Promise((resolve, reject) => {
    if (client.bidi === undefined) throw new Error("this stack has no bidi streams");
    const payload = payloadOf(1);
    const stream = client.bidi((message) => {
      if (message.id === payload.id && message.text === payload.text) resolve(stream);
      else reject(new Error(`message differs: ${JSON.stringify(message)}`));
    });
    stream.ended.then(() => reject(new Error("the server ended the stream")), reject);
    stream.send(payload);
  });
}
