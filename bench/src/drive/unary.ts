import type { EchoClient } from "../echo.js";
import { payloadOf } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll } from "./drive.js";
import { runWindows, type Window } from "./window.js";

/** Different payloads in use, so that a mixed-up reply is noticed. A power of two. */
const smallPayloads = 1024;
const bulkPayloads = 2;

/** Keeps `inFlight` unary calls in flight and compares each reply. */
export async function driveUnary<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const clients = connectAll(connect, job);
  const first = clients[0]!;
  const length = job.bodyBytes > 0 ? bulkPayloads : smallPayloads;
  const requests = Array.from({ length }, (_, index) => first.prepare(payloadOf(index, job.bodyBytes)));
  await runWindows(async (window) => {
    const lanes = Array.from({ length: job.inFlight }, (_, lane) =>
      runLane(clients[lane % clients.length]!, requests, lane, job.inFlight, window),
    );
    await Promise.all(lanes);
  });
  await Promise.all(clients.map((client) => client.close()));
}

async function runLane<Request, Reply>(
  client: EchoClient<Request, Reply>,
  requests: readonly Request[],
  lane: number,
  step: number,
  window: Window,
): Promise<void> {
  const mask = requests.length - 1;
  let next = lane & mask;
  let begin = performance.now();
  while (!window.over) {
    const request = requests[next]!;
    const reply = await client.unary(request);
    const end = performance.now();
    if (!client.isEcho(request, reply)) throw new Error(`reply differs from request ${next}: ${JSON.stringify(reply)}`);
    window.count++;
    window.record(end - begin);
    begin = end;
    next = (next + step) & mask;
  }
}
