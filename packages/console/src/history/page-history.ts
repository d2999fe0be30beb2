import type { CallRecord } from "../call/call-draft.js";
import type { Console } from "../layout/console-context.js";
import { CallHistory } from "./call-history.js";

/** The calls of this browser. */
export const callHistory: CallHistory = new CallHistory();

/** The messages that each method was last sent, by its id: in memory alone, since variables are filled in. */
const lastRequests = new Map<string, { readonly json: string; readonly requests: readonly string[] }>();

/** Notes each call that ends. */
export function attachHistory(console: Console): void {
  console.onCallEnd((record: CallRecord) => {
    callHistory.add(console.schema.target, record);
    lastRequests.set(record.draft.method, { json: record.draft.json, requests: record.requests });
  });
}

/** What the last call of a method sent, if its draft has not changed since. */
export function requestsOf(method: string, json: string): readonly string[] | undefined {
  const last = lastRequests.get(method);
  return last?.json === json ? last.requests : undefined;
}
