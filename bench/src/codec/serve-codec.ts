import { createInterface } from "node:readline";
import type { Codec, CodecCommand, CodecJob, CodecLine, TypeCodec } from "./codec.js";

/** Messages between two looks at the clock. */
const batch = 20;

/** Keeps what is measured from being optimised away. */
let sink: unknown;

/**
 * The frame of each codecs/<name>.ts. It first checks and uses the codec on every shape: a real program has more than one
 * message type, and a codec whose shared code slows down on the second type must not look better here. Then it measures.
 */
export async function serveCodec<Message, Wire>(codec: Codec<Message, Wire>): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? "{}") as CodecJob;
  let measured: { type: TypeCodec<Message, Wire>; message: Message; wire: Wire } | undefined;
  for (const { name, type, bytes, json } of job.shapes) {
    const functions = codec.typeCodec(type);
    const wire = codec.wireOf({ bytes: new Uint8Array(Buffer.from(bytes, "base64")), json });
    const message = functions.decode(wire);
    check(name, functions.encode(message), wire);
    time(() => functions.encode(message), job.warmupMs);
    time(() => functions.decode(wire), job.warmupMs);
    if (name === job.measure) measured = { type: functions, message, wire };
  }
  if (measured === undefined) throw new Error(`there is no shape ${job.measure}`);
  const { type, message, wire } = measured;
  print({ event: "ready" });
  for await (const line of createInterface({ input: process.stdin })) {
    const { direction, runMs } = JSON.parse(line) as CodecCommand;
    const nsPerMessage =
      direction === "encode" ? time(() => type.encode(message), runMs) : time(() => type.decode(wire), runMs);
    print({ event: "coded", nsPerMessage });
  }
}

/** Decoding and encoding again must give the same: nothing was lost on the way. */
function check<Wire>(shape: string, actual: Wire, expected: Wire): void {
  const same =
    actual instanceof Uint8Array && expected instanceof Uint8Array
      ? Buffer.compare(actual, expected) === 0
      : actual === expected;
  if (!same) throw new Error(`${shape}: what was decoded and encoded again differs`);
}

function time(run: () => unknown, forMs: number): number {
  const begin = performance.now();
  let elapsed = 0;
  let count = 0;
  do {
    for (let i = 0; i < batch; i++) sink = run();
    count += batch;
    elapsed = performance.now() - begin;
  } while (elapsed < forMs);
  if (sink === undefined) throw new Error("the codec gave nothing");
  return (elapsed * 1e6) / count;
}

function print(line: CodecLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
