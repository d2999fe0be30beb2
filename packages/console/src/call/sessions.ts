import { Store } from "../layout/store.js";
import type { CallSession } from "./call-session.js";

/** The last call of each method, by its id: going to another method and back shows it again. A page's life long. */
const sessions = new Map<string, Store<CallSession | undefined>>();

/** As many methods have their last call kept: each may have many messages. */
const MAX_SESSIONS = 20;

/** The last call of a method. */
export function sessionOf(method: string): Store<CallSession | undefined> {
  let store = sessions.get(method);
  if (store === undefined) {
    store = new Store<CallSession | undefined>(undefined);
    sessions.set(method, store);
    // The oldest that does not run any more goes.
    for (const [id, old] of sessions) {
      if (sessions.size <= MAX_SESSIONS) break;
      if (id !== method && (old.get()?.state.kind ?? "ended") === "ended") sessions.delete(id);
    }
  }
  return store;
}
