import { deepStrictEqual } from "node:assert/strict";
import pc from "picocolors";

/** Where a client calls, and how it trusts. */
export interface Where {
  readonly target: string;
  /** The authority to trust, PEM; absent for cleartext. */
  readonly ca: string | undefined;
  /** The `.proto`, for clients that load it at run time. */
  readonly proto: string;
}

/** Prints a line for each call, with its result and time, and remembers whether all came out as they should. */
export class Account {
  ok = true;
  count = 0;

  /** Makes a call and compares what it gives. */
  async call(
    client: string,
    where: Where,
    title: string,
    make: () => Promise<unknown>,
    expected: unknown,
  ): Promise<void> {
    this.count++;
    const begin = performance.now();
    let result: unknown;
    let mark = pc.green("✓");
    try {
      result = await make();
      deepStrictEqual(result, expected);
    } catch (error) {
      mark = pc.red("✗");
      this.ok = false;
      result ??= error instanceof Error ? error.message : error;
    }
    const time = `${(performance.now() - begin).toFixed(1)} ms`.padStart(9);
    const transport = where.ca === undefined ? "TCP" : "TLS";
    console.log(
      `${mark} ${client.padEnd(8)} ${transport}  ${title.padEnd(26)} ${pc.dim(time)}  ${JSON.stringify(result)}`,
    );
  }
}
