import { payloadOf } from "../echo.js";
import type { Job } from "../job.js";
import type { Connect } from "./drive.js";
import { connectAll, print } from "./drive.js";

/** Makes one call and tells when its answer was there. */
export async function driveStartup<Request, Reply>(connect: Connect<Request, Reply>, job: Job): Promise<void> {
  const [client] = connectAll(connect, job);
  const request = client!.prepare(payloadOf(1));
  const reply = await client!.unary(request);
  const epochMs = performance.timeOrigin + performance.now();
  if (!client!.isEcho(request, reply)) throw new Error(`reply differs: ${JSON.stringify(reply)}`);
  print({ event: "answered", epochMs });
}
