import type { EchoClient } from "../echo.js";
import { payloadOf } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll } from "./drive.js";
import { hold } from "./hold.js";

/** Connections opened at a time, so that no listen queue overflows. */
const batchSize = 50;

/** Opens `connections` connections, makes one call on each, and leaves them idle. */
export async function driveIdleConnections<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const [first] = connectAll(connect, { ...job, connections: 1, inFlight: 1 });
  await call(first!);
  const clients: EchoClient<Request, Reply>[] = [];
  await hold(async () => {
    if (job.pooled) {
      const [pool] = connectAll(connect, job);
      clients.push(pool!);
      // As many calls at once as the pool has sockets: each takes its own.
      await Promise.all(Array.from({ length: job.inFlight }, () => call(pool!)));
      return;
    }
    for (let opened = 0; opened < job.connections; opened += batchSize) {
      const length = Math.min(batchSize, job.connections - opened);
      const batch = connectAll(connect, { ...job, connections: length });
      clients.push(...batch);
      await Promise.all(batch.map(call));
    }
  });
}

async function call<Request, Reply>(client: EchoClient<Request, Reply>): Promise<void> {
  const request = client.prepare(payloadOf(1));
  const reply = await client.unary(request);
  if (!client.isEcho(request, reply)) throw new Error(`reply differs: ${JSON.stringify(reply)}`);
}
