import type { WebChannel } from "hawser/web";
import { createContext, useContext } from "react";
import { type CallDraft, type CallRecord, emptyDraft } from "../call/call-draft.js";
import type { CallWatch } from "../call/call-watch.js";
import { type Filled, fillJson, fillText } from "../environments/variables.js";
import { freshJson } from "../form/example.js";
import type { ConsoleSchema, MethodInfo } from "../schema/console-schema.js";
import { messageShape } from "../schema/shape.js";
import type { DraftMemory } from "./draft-memory.js";
import { Store } from "./store.js";

/** What every part of the page has in common. There is one, made when the schema has come. */
export class Console {
  readonly schema: ConsoleSchema;
  /** The page's own origin: all calls go through it. */
  readonly channel: WebChannel;
  /** Sees the bytes of the channel's calls. */
  readonly watch: CallWatch;
  /**
   * Puts the values of `{{variables}}` into text that is about to be sent: into plain text, or into JSON. Environments put theirs
   * here; without any, no variable has a value.
   */
  fill: { readonly text: (text: string) => Filled; readonly json: (text: string) => Filled } = {
    text: (text) => fillText(text, () => undefined),
    json: (text) => fillJson(text, () => undefined),
  };
  readonly #memory: DraftMemory | undefined;
  readonly #drafts = new Map<string, Store<CallDraft>>();
  readonly #listeners = new Set<(record: CallRecord) => void>();

  /** @param memory where drafts are kept for when the page is loaded again */
  constructor(schema: ConsoleSchema, channel: WebChannel, watch: CallWatch, memory?: DraftMemory) {
    this.#memory = memory;
    this.schema = schema;
    this.channel = channel;
    this.watch = watch;
  }

  /** What the user has set up for a method. */
  draft(method: MethodInfo): Store<CallDraft> {
    const store = this.#drafts.get(method.id);
    if (store === undefined) {
      const kept = this.#memory?.load(method.id);
      const made = new Store(kept ?? emptyDraft(method.id, freshJson(messageShape(method.type.input))));
      made.subscribe(() => this.#memory?.save(made.get()));
      this.#drafts.set(method.id, made);
      return made;
    }
    return store;
  }

  /** Shows a call that was saved: its method is opened with it. Does nothing if the server has no such method now. */
  open(draft: CallDraft): void {
    const method = this.schema.methods.get(draft.method);
    if (method === undefined) return;
    this.draft(method).set(draft);
    location.hash = methodHash(method.id);
  }

  /** Calls `listener` after each call that has ended, until the function that is returned is called. */
  onCallEnd(listener: (record: CallRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells those who listen of a call that has ended. */
  callEnded(record: CallRecord): void {
    for (const listener of [...this.#listeners]) listener(record);
  }
}

/** The part of the address that shows a method. */
export function methodHash(id: string): string {
  return `#/call/${id}`;
}

/** See {@link useConsole}. */
export const ConsoleContext: React.Context<Console | undefined> = createContext<Console | undefined>(undefined);

/** What every part of the page has in common. */
export function useConsole(): Console {
  const found = useContext(ConsoleContext);
  if (found === undefined) throw new Error("useConsole() outside of <ConsoleContext>");
  return found;
}
