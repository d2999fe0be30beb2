import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes in use, on the heap and in buffers, once the garbage is gone. */
export async function memoryInUse(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    // What waits for its turn to be let go of is garbage in the next one.
    await new Promise(setImmediate);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
