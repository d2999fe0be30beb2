import { Pair } from "../process/pair.js";
import type { Stack } from "../stack.js";
import { type Sample, sessionOf, stackContestants, type Workload } from "./workload.js";

/** Time a process has from its start to its first answered call. */
const firstCallMs = 20_000;

/** From the start of a process to its first answered call, of a client and of a server. */
export const startup: Workload = {
  name: "startup",
  title: "Process start to first answered call",
  metrics: [
    { key: "clientMs", label: "client, ms", better: "lower", decimals: 0 },
    { key: "serverMs", label: "server (until it listens), ms", better: "lower", decimals: 0 },
  ],
  varies: true,
  // No warm-up: a cold process is what is measured.
  contestants: (stacks) =>
    stackContestants(
      stacks,
      (stack) => stack.abilities.has("unary"),
      async (stack) => sessionOf(() => measure(stack)),
    ),
};

async function measure(stack: Stack): Promise<Sample> {
  const serverBegin = performance.now();
  const pair = await Pair.start(stack, {}, []);
  try {
    const serverMs = performance.now() - serverBegin;
    const clientBegin = performance.timeOrigin + performance.now();
    pair.startClient({ drive: "startup", connections: 1, inFlight: 1, bodyBytes: 0, messages: 0 });
    const { epochMs } = await pair.expect("answered", firstCallMs);
    return { clientMs: epochMs - clientBegin, serverMs };
  } finally {
    await pair.stop();
  }
}
