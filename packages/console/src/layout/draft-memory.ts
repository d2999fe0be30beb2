import { type CallDraft, isCallDraft } from "../call/call-draft.js";

/** Larger drafts are not kept: a browser gives an origin some 5 MB. */
const MAX_CHARACTERS = 65_536;

/**
 * Keeps drafts while a tab is open, so that loading the page again loses nothing. Each server has its own: two of them may have
 * methods of the same name.
 */
export class DraftMemory {
  readonly #prefix: string;
  readonly #storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;

  /** @param storage default: the tab's own; without one, nothing is kept */
  constructor(target: string, storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined = tabStorage()) {
    this.#prefix = `hawser-console.draft ${target} `;
    this.#storage = storage;
  }

  /** What was kept of a method. What is in a browser's storage may be of any age: what is no draft is nothing. */
  load(method: string): CallDraft | undefined {
    try {
      const value: unknown = JSON.parse(this.#storage?.getItem(this.#prefix + method) ?? "null");
      // JSON leaves out what is undefined.
      return isCallDraft(value) && value.method === method ? { ...value, timeoutMs: value.timeoutMs } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps a draft in the place of the one that was kept of its method. */
  save(draft: CallDraft): void {
    const text = JSON.stringify(draft);
    try {
      if (text.length > MAX_CHARACTERS) this.#storage?.removeItem(this.#prefix + draft.method);
      else this.#storage?.setItem(this.#prefix + draft.method, text);
    } catch {
      // Storage is full or forbidden: the draft lasts as long as the page.
    }
  }
}

function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
