import type { Code } from "hawser";

/**
 * How each call of the run ended. Bytes outside of the JavaScript heap, two a call: the record must not look like the leak
 * that the run is to find.
 */
export class CallBook {
  /** What must not have happened. */
  readonly faults: string[] = [];
  /** Calls by status code. */
  readonly codes: Map<Code, number> = new Map();
  /** The longest that a call went on after its deadline. */
  latestMs = 0;
  #count = 0;
  #entries = new Uint8Array(1 << 16);

  /** Calls that were begun. */
  get count(): number {
    return this.#count;
  }

  /** A new call, which may be executed `maxAttempts` times. Its id counts from 0. */
  begin(maxAttempts: number): number {
    const id = this.#count++;
    if (2 * id >= this.#entries.length) {
      const larger = new Uint8Array(2 * this.#entries.length);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    this.#entries[2 * id] = maxAttempts;
    this.#entries[2 * id + 1] = RUNNING;
    return id;
  }

  end(id: number, code: Code, lateMs: number): void {
    this.#entries[2 * id + 1] = code;
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    this.latestMs = Math.max(this.latestMs, lateMs);
  }

  fault(text: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push(text);
  }

  /**
   * Holds what the servers worked on against what the client was told and its policies allow: no call without a policy
   * twice, no attempt of a call twice, none that the client was told is well and no server has seen.
   *
   * @returns how many executions there were beyond the first of a call, all of them allowed unless there are faults
   */
  audit(executions: ReadonlyMap<number, readonly number[]>): number {
    let again = 0;
    for (const [id, attempts] of executions) {
      if (id >= this.#count || !Number.isInteger(id)) continue;
      const maxAttempts = this.#entries[2 * id] ?? 0;
      again += attempts.length - 1;
      if (new Set(attempts).size < attempts.length)
        this.fault(`an attempt of call ${id} was executed twice (attempts before: ${attempts.join()})`);
      if (attempts.length > maxAttempts || attempts.some((before) => before >= maxAttempts))
        this.fault(`call ${id} may be tried ${maxAttempts} times and was executed by attempts ${attempts.join()}`);
    }
    for (let id = 0; id < this.#count; id++) {
      const code = this.#entries[2 * id + 1];
      if (code === RUNNING) this.fault(`call ${id} has no status`);
      if (code === 0 && !executions.has(id)) this.fault(`call ${id} is OK and no server has seen it`);
    }
    return again;
  }
}

const RUNNING = 255;
const MAX_FAULTS = 20;
