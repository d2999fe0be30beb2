/** Where the lines of a text start. */
export class LineIndex {
  readonly #starts: Int32Array;
  readonly #count: number;
  /** The line found last: lookups come mostly in order, so the next one is at or just after it. */
  #last = 0;

  constructor(text: string) {
    let starts = new Int32Array(Math.max(16, text.length >> 5));
    let count = 1;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      if (count === starts.length) {
        const grown = new Int32Array(starts.length * 2);
        grown.set(starts);
        starts = grown;
      }
      starts[count++] = at + 1;
    }
    this.#starts = starts;
    this.#count = count;
  }

  /** The offset at which `line` (from 0) starts. */
  start(line: number): number {
    return this.#starts[line]!;
  }

  /** The line (from 0) that holds `offset`. */
  lineAt(offset: number): number {
    const starts = this.#starts;
    let line = this.#last;
    if (starts[line]! <= offset) {
      for (let step = 0; step < 8; step++) {
        if (line + 1 >= this.#count || starts[line + 1]! > offset) return (this.#last = line);
        line++;
      }
    }
    let low = starts[line]! <= offset ? line : 0;
    let high = starts[line]! <= offset ? this.#count : line;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return (this.#last = low);
  }
}
