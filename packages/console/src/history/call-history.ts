import type { CallDraft, CallRecord } from "../call/call-draft.js";
import { type HistoryEntry, historyEntry, MAX_HISTORY, MAX_SAVED, type SavedCall } from "./call-record.js";
import { historyOf, openRecordStore, type RecordStore, savedOf, type Table } from "./record-store.js";

/** What is shown: the same object until something changes. */
export interface CallHistoryState {
  /** False until the database has answered. */
  readonly loaded: boolean;
  /** Newest first, {@link MAX_HISTORY} at most. */
  readonly history: readonly HistoryEntry[];
  /** By name. */
  readonly saved: readonly SavedCall[];
}

/** The calls that were made and those that were saved. They are shown from memory; the database follows. */
export class CallHistory {
  readonly #store: Promise<RecordStore>;
  readonly #listeners = new Set<() => void>();
  #state: CallHistoryState = { loaded: false, history: [], saved: [] };
  /** Resolves when everything that was asked for so far is in the database. */
  #writing: Promise<void>;

  constructor(store: Promise<RecordStore> = openRecordStore()) {
    this.#store = store;
    this.#writing = this.#load();
  }

  readonly get = (): CallHistoryState => this.#state;

  /** Calls `listener` after each change. Gives the function that ends this. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Notes a call that has ended. */
  add(target: string, record: CallRecord): void {
    const entry = historyEntry(this.#id(), target, record);
    const all = historyOf([entry, ...this.#state.history]);
    this.#set({ history: all.slice(0, MAX_HISTORY) });
    this.#write((store) => store.put("history", entry));
    this.#forget(
      "history",
      all.slice(MAX_HISTORY).map(({ id }) => id),
    );
  }

  /** Keeps a call under a name; one that has the name is replaced. False if there is no room. */
  save(name: string, draft: CallDraft): boolean {
    const known = this.#state.saved.find((each) => each.name === name);
    if (known === undefined && this.#state.saved.length >= MAX_SAVED) return false;
    const saved: SavedCall = { id: known?.id ?? this.#id(), name, draft };
    this.#set({ saved: savedOf([...this.#state.saved.filter(({ id }) => id !== saved.id), saved]) });
    this.#write((store) => store.put("saved", saved));
    return true;
  }

  /** Takes a call out of the history, or a saved one. */
  remove(table: Table, id: string): void {
    this.#set({ [table]: this.#state[table].filter((each) => each.id !== id) });
    this.#forget(table, [id]);
  }

  /** Empties the history; saved calls stay. */
  clear(): void {
    const ids = this.#state.history.map(({ id }) => id);
    this.#set({ history: [] });
    this.#forget("history", ids);
  }

  /** Resolves when all that was asked for so far is in the database. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #load(): Promise<void> {
    let history: HistoryEntry[] = [];
    let saved: SavedCall[] = [];
    try {
      const store = await this.#store;
      history = historyOf(await store.all("history"));
      saved = savedOf(await store.all("saved"));
    } catch {
      // It cannot be read: what is made from now on is shown.
    }
    // Calls may have ended meanwhile.
    const all = historyOf([...this.#state.history, ...history]);
    this.#set({
      loaded: true,
      history: all.slice(0, MAX_HISTORY),
      saved: savedOf([
        ...this.#state.saved,
        ...saved.filter(({ name }) => !this.#state.saved.some((each) => each.name === name)),
      ]),
    });
    const store = await this.#store.catch(() => undefined);
    const old = all.slice(MAX_HISTORY).map(({ id }) => id);
    if (old.length > 0) await store?.delete("history", old).catch(() => {});
  }

  #forget(table: Table, ids: readonly string[]): void {
    if (ids.length > 0) this.#write((store) => store.delete(table, ids));
  }

  /** One after the other. What cannot be written is lost with the page, and nothing else is. */
  #write(write: (store: RecordStore) => Promise<void>): void {
    this.#writing = this.#writing.then(async () => {
      try {
        await write(await this.#store);
      } catch {
        // The database is full, or was taken away.
      }
    });
  }

  /** Unique also among tabs that write at the same time. */
  #id(): string {
    return crypto.getRandomValues(new Uint32Array(3)).join("-");
  }

  #set(change: Partial<CallHistoryState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener();
  }
}
