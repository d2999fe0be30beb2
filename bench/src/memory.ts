import type { Memory } from "./job.js";

/** What this process holds; exact only with `--expose-gc`, which the memory workloads give. */
export function measureMemory(): Memory {
  // Twice, since finalizers of the first pass free more.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapAndExternal: heapUsed + external, rss };
}
