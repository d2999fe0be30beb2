import type { PlainMessage } from "./known-options.js";
import { concat } from "./wire-record.js";

/**
 * Collects the records that go into the `$unknown` of options messages, which is where custom options are. They are
 * joined once: one element may have thousands of custom options.
 */
export class UnknownRecords {
  readonly #records = new Map<PlainMessage, Uint8Array[]>();

  add(message: PlainMessage, record: Uint8Array): void {
    const records = this.#records.get(message);
    if (records !== undefined) records.push(record);
    else this.#records.set(message, message.$unknown === undefined ? [record] : [message.$unknown, record]);
  }

  /** Sets the `$unknown` of all messages that got records. */
  flush(): void {
    for (const [message, records] of this.#records)
      message.$unknown = records.length > 1 ? concat(records) : records[0]!;
    this.#records.clear();
  }
}
