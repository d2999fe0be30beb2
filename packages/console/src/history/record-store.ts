import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type HistoryEntry, isHistoryEntry, isSavedCall, type SavedCall } from "./call-record.js";

/** Where the calls are kept. What it gives back may be of any shape: {@link CallHistory} looks at it. */
export interface RecordStore {
  all(table: Table): Promise<unknown[]>;
  put(table: Table, record: HistoryEntry | SavedCall): Promise<void>;
  delete(table: Table, ids: readonly string[]): Promise<void>;
}

/** The two kinds of records. */
export type Table = "history" | "saved";

interface Schema extends DBSchema {
  history: { key: string; value: HistoryEntry };
  saved: { key: string; value: SavedCall };
}

/**
 * The browser's own database. Where there is none (a private window, a page that may not) records last as long as the page.
 */
export async function openRecordStore(): Promise<RecordStore> {
  try {
    const database = await openDB<Schema>("hawser-console", 1, {
      upgrade(fresh) {
        fresh.createObjectStore("history", { keyPath: "id" });
        fresh.createObjectStore("saved", { keyPath: "id" });
      },
      // Another tab has a newer version: this one must not hold it up.
      blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
    });
    return new DatabaseStore(database);
  } catch {
    return new MemoryStore();
  }
}

class DatabaseStore implements RecordStore {
  readonly #database: IDBPDatabase<Schema>;

  constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  all(table: Table): Promise<unknown[]> {
    return this.#database.getAll(table);
  }

  async put(table: Table, record: HistoryEntry | SavedCall): Promise<void> {
    await this.#database.put(table, record);
  }

  async delete(table: Table, ids: readonly string[]): Promise<void> {
    const transaction = this.#database.transaction(table, "readwrite");
    await Promise.all([...ids.map((id) => transaction.store.delete(id)), transaction.done]);
  }
}

/** Records in memory. */
export class MemoryStore implements RecordStore {
  readonly #tables: Record<Table, Map<string, unknown>> = { history: new Map(), saved: new Map() };

  async all(table: Table): Promise<unknown[]> {
    return [...this.#tables[table].values()];
  }

  async put(table: Table, record: HistoryEntry | SavedCall): Promise<void> {
    this.#tables[table].set(record.id, record);
  }

  async delete(table: Table, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#tables[table].delete(id);
  }
}

/** Of stored values those that are what they should be. */
export function historyOf(values: readonly unknown[]): HistoryEntry[] {
  return values.filter(isHistoryEntry).sort((a, b) => b.startedAt - a.startedAt);
}

/** As {@link historyOf}, by name. */
export function savedOf(values: readonly unknown[]): SavedCall[] {
  return values.filter(isSavedCall).sort((a, b) => a.name.localeCompare(b.name));
}
