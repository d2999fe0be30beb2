/** Counts how often the texts of files have changed from one run to the next. */
export class TextVersions {
  readonly #files = new Map<string, { text: string | undefined; version: number }>();
  #changes = 0;

  /** Is to be told of every file that a compilation reads, by name; `undefined` is a file that does not exist. */
  note(name: string, text: string | undefined): void {
    const before = this.#files.get(name);
    if (before !== undefined && before.text === text) return;
    this.#files.set(name, { text, version: (before?.version ?? 0) + 1 });
    this.#changes++;
  }

  /** 1 for the first text of a file, 2 for the next; 0 for a file that was never read. */
  versionOf(name: string): number {
    return this.#files.get(name)?.version ?? 0;
  }

  /** How many changes there have been, in all files. */
  get changes(): number {
    return this.#changes;
  }
}
