import type { BidiStream, EchoClient, Payload } from "../echo.js";
import { payloadOf } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll } from "./drive.js";
import { runWindows, type Window } from "./window.js";

/** Different messages in use. A power of two, and at least as many as are under way. */
const messages = 1024;

/**
 * Keeps `inFlight` messages under way on one bidi stream: one makes it ping-pong, many make it full speed without
 * leaving the bound to each stack's notion of backpressure. Compares each message.
 */
export async function driveBidi<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const [client] = connectAll(connect, job);
  const payloads = Array.from({ length: messages }, (_, index) => payloadOf(index));
  await runWindows((window) => runStream(client!, payloads, job.inFlight, window));
  await client!.close();
}

function runStream<Request, Reply>(
  client: EchoClient<Request, Reply>,
  payloads: readonly Payload[],
  inFlight: number,
  window: Window,
): Promise<void> {
  if (client.bidi === undefined) throw new Error("this stack has no bidi streams");
  const bidi = client.bidi;
  const mask = payloads.length - 1;
  const sentAt = new Float64Array(payloads.length);
  let sent = 0;
  let received = 0;
  return new Promise((resolve, reject) => {
    const stream: BidiStream = bidi((message) => {
      const index = received & mask;
      const expected = payloads[index]!;
      if (message.id !== expected.id || message.text !== expected.text) {
        reject(new Error(`message ${received} differs: ${JSON.stringify(message)}`));
        return;
      }
      received++;
      window.count++;
      window.record(performance.now() - sentAt[index]!);
      if (!window.over) send();
      else if (received === sent) stream.end();
    });
    const send = (): void => {
      sentAt[sent & mask] = performance.now();
      stream.send(payloads[sent & mask]!);
      sent++;
    };
    stream.ended.then(resolve, reject);
    for (let i = 0; i < inFlight; i++) send();
  });
}
