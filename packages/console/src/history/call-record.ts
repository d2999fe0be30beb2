import { type CallDraft, type CallRecord, isCallDraft } from "../call/call-draft.js";

/** A call of the history: as it was typed, with its variables, whose values are not kept; and how it ended. */
export interface HistoryEntry {
  readonly id: string;
  /** The server it went to, as `localhost:50051`. */
  readonly target: string;
  readonly draft: CallDraft;
  /** When it began, ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** The number of the status. */
  readonly code: number;
  readonly message: string;
  /** Messages that were sent and that came. */
  readonly sent: number;
  readonly received: number;
  /** Whether the request was too large to be kept: then it is empty. */
  readonly cut: boolean;
}

/** A call that was given a name. */
export interface SavedCall {
  readonly id: string;
  readonly name: string;
  readonly draft: CallDraft;
}

/** As many calls as a person looks through. */
export const MAX_HISTORY = 200;
/** Likewise of those with a name. */
export const MAX_SAVED = 500;
/** Characters of a request that are kept: 200 calls stay below 26 MB, far from what browsers let an origin have. */
export const MAX_REQUEST = 65_536;
/** Characters of what a server says with a status. */
const MAX_MESSAGE = 2_000;

/** The entry for a call that has ended. */
export function historyEntry(id: string, target: string, record: CallRecord): HistoryEntry {
  const cut = record.draft.json.length > MAX_REQUEST;
  return {
    id,
    target,
    draft: cut ? { ...record.draft, json: "{}" } : record.draft,
    startedAt: record.startedAt,
    durationMs: record.durationMs,
    code: record.code,
    message: record.message.slice(0, MAX_MESSAGE),
    sent: record.sent,
    received: record.received,
    cut,
  };
}

/** Whether a stored value is an entry of the history. */
export function isHistoryEntry(value: unknown): value is HistoryEntry {
  return (
    isObject(value) &&
    ["id", "target", "message"].every((name) => typeof value[name] === "string") &&
    ["startedAt", "durationMs", "code", "sent", "received"].every((name) => typeof value[name] === "number") &&
    isCallDraft(value["draft"])
  );
}

/** Whether a stored value is a saved call. */
export function isSavedCall(value: unknown): value is SavedCall {
  return (
    isObject(value) &&
    typeof value["id"] === "string" &&
    typeof value["name"] === "string" &&
    isCallDraft(value["draft"])
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
