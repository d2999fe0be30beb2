import { measureMemory } from "../memory.js";
import { print } from "./drive.js";

/**
 * The frame of a memory drive: tells what the process holds once it is set up, opens when the suite says so, tells
 * again, and holds everything until the suite ends its stdin.
 */
export async function hold(open: () => Promise<void>): Promise<void> {
  const ended = new Promise<void>((resolve) => process.stdin.once("end", resolve));
  await settle();
  print({ event: "ready", memory: measureMemory() });
  await new Promise<void>((resolve) => process.stdin.once("data", () => resolve()));
  await open();
  await settle();
  print({ event: "open", memory: measureMemory() });
  await ended;
}

/** Long enough for acknowledgements and timers of the set-up to be gone. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}
