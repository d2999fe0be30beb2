/**
 * Text that grows: spaces and line breaks are kept back until more text comes, so that of several in a row the widest
 * counts, and none is left at the end of a line.
 */
export class Writer {
  #out = "";
  #spaces = 0;
  #breaks = 0;
  #indent = 0;
  /** A line comment was written: whatever comes next would be part of it. */
  #mustBreak = false;

  /** Text without a line break. */
  text(text: string): void {
    if (this.#mustBreak && this.#breaks === 0) this.#breaks = 1;
    if (this.#out === "") this.#breaks = 0;
    if (this.#breaks > 0) this.#out += `${"\n".repeat(this.#breaks)}${"  ".repeat(this.#indent)}`;
    else if (this.#out !== "") this.#out += " ".repeat(this.#joins(text) ? 1 : this.#spaces);
    this.#out += text;
    this.#spaces = 0;
    this.#breaks = 0;
    this.#mustBreak = false;
  }

  /** A comment right behind the slash of a type's URL: the two would be read as the beginning of another comment. */
  #joins(text: string): boolean {
    return this.#spaces === 0 && text.startsWith("/") && this.#out.endsWith("/") && !this.#out.endsWith("*/");
  }

  lineComment(text: string): void {
    this.text(text);
    this.#mustBreak = true;
  }

  space(): void {
    this.#spaces = 1;
  }

  /** @param count 2 for an empty line */
  break(count: number): void {
    this.#breaks = Math.max(this.#breaks, count);
  }

  indented(write: () => void): void {
    this.#indent++;
    write();
    this.#indent--;
  }

  /** Everything, with one line break at the end. */
  finish(): string {
    return this.#out === "" ? "" : `${this.#out}\n`;
  }
}
