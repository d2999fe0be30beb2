import { measureMemory } from "../memory.js";

/** What a process holds. */
export interface Held {
  /** After a collection: the JavaScript heap and what lies outside of it, in bytes. */
  readonly bytes: number;
  /** Sockets, timers, servers, pipes, by what Node calls them. */
  readonly handles: readonly string[];
}

// Node opens it when the first socket closes (net.js), and keeps it: it is to be there from the beginning.
void process.stderr;

/** What this process holds. Needs `--expose-gc`. */
export function measure(): Held {
  return { bytes: measureMemory().heapAndExternal, handles: process.getActiveResourcesInfo() };
}
