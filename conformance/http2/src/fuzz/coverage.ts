import { Session } from "node:inspector";

interface Coverage {
  result: { url: string; functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[] }[];
}

/** Which blocks of the engine have run, and about how often, by V8's precise coverage. */
export class CoverageMap {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Blocks and orders of magnitude that have been seen. */
  get size(): number {
    return this.#seen.size;
  }

  /** Takes what has run since the last call. Returns true if any of it is new; notes it if `note` is set. */
  take(note: boolean): boolean {
    let fresh = false;
    // In-process sessions answer before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      for (const script of (answer as unknown as Coverage).result) {
        if (!script.url.includes("/http2/") || script.url.includes("/conformance/")) continue;
        for (const { ranges } of script.functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            if (count === 0) continue;
            const key = `${script.url.slice(-24)}:${startOffset}-${endOffset}:${Math.min(12, 32 - Math.clz32(count))}`;
            if (this.#seen.has(key)) continue;
            fresh = true;
            if (note) this.#seen.add(key);
          }
        }
      }
    });
    return fresh;
  }
}
