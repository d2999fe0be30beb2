/** Collects the lines of the text format. */
export class TextPrinter {
  readonly #pieces: string[] = [];
  readonly #indent: string;
  #margin = "";
  readonly #oneLine: boolean;

  /** @param indent how many spaces a level; 0: everything on one line */
  constructor(indent: number) {
    this.#indent = " ".repeat(Math.min(Math.max(Math.trunc(indent), 0), 16));
    this.#oneLine = this.#indent === "";
  }

  /** A scalar field. */
  value(name: string, value: string): void {
    this.#line(`${name}: ${value}`);
  }

  /** A message field. */
  message(name: string, print: () => void): void {
    this.#line(`${name} {`);
    const margin = this.#margin;
    this.#margin += this.#indent;
    print();
    this.#margin = margin;
    this.#line("}");
  }

  /** Everything that was printed. */
  finish(): string {
    const text = this.#pieces.join("");
    return this.#oneLine ? text.trimEnd() : text;
  }

  #line(text: string): void {
    this.#pieces.push(this.#oneLine ? `${text} ` : `${this.#margin}${text}\n`);
  }
}
