/** The width that biome and prettier are set to in this repository; lists are broken where they would pass it. */
export const LINE_WIDTH = 120;

/** Collects lines of code with their indentation (two spaces a level). */
export class Printer {
  readonly #lines: string[] = [];
  #level = 0;

  /** Adds one line; an empty one has no indentation. */
  line(text = ""): this {
    this.#lines.push(text === "" ? "" : "  ".repeat(this.#level) + text);
    return this;
  }

  /** Adds several lines. */
  lines(texts: readonly string[]): this {
    for (const text of texts) this.line(text);
    return this;
  }

  /** Adds an empty line unless there is one already. */
  gap(): this {
    if (this.#lines.length > 0 && this.#lines[this.#lines.length - 1] !== "") this.#lines.push("");
    return this;
  }

  /** Adds `open`, what `body` adds one level deeper, and `close`; each of the two only if it is not empty. */
  block(open: string, body: () => void, close = "}"): this {
    if (open !== "") this.line(open);
    this.#level++;
    body();
    this.#level--;
    return close === "" ? this : this.line(close);
  }

  /** `open` + items + `close` on one line if they fit, else one item a line with a comma behind each. */
  list(open: string, items: readonly string[], close: string, padding = ""): this {
    const flat = `${open}${padding}${items.join(", ")}${padding}${close}`;
    if (flat.length + this.#level * 2 <= LINE_WIDTH && !flat.includes("\n")) return this.line(flat);
    return this.block(
      open,
      () => {
        for (const item of items) this.line(`${item},`);
      },
      close,
    );
  }

  /** Whether nothing was printed. */
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** How many columns are left on a line at this level. */
  get room(): number {
    return LINE_WIDTH - this.#level * 2;
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }
}
