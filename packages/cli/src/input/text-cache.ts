import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { CliError, reasonOf } from "../cli-error.js";
import { displayPath } from "./display-path.js";

interface CachedText {
  readonly text: string;
  readonly isUtf8: boolean;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/** The texts of files: one that looks on the disk as it did is not read again. */
export class TextCache {
  readonly #files = new Map<string, CachedText>();

  /**
   * The text of the file, or `undefined` if there is none. Bytes that are not UTF-8 become U+FFFD.
   *
   * @throws CliError if it exists but cannot be read
   */
  read(path: string): string | undefined {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      const { size, mtimeMs, ctimeMs, ino: inode } = found;
      const known = this.#files.get(path);
      if (known?.size === size && known.mtimeMs === mtimeMs && known.ctimeMs === ctimeMs && known.inode === inode) {
        return known.text;
      }
      const bytes = readFileSync(path);
      const text = bytes.toString("utf8");
      this.#files.set(path, { text, isUtf8: isUtf8(bytes), size, mtimeMs, ctimeMs, inode });
      return text;
    } catch (error) {
      // Between finding and reading it, the file can have gone: with --watch that happens.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new CliError(`cannot read ${displayPath(path)}: ${reasonOf(error)}`, "check the file and its permissions");
    }
  }

  /** Whether a file that was read is UTF-8 from end to end. */
  isUtf8(path: string): boolean {
    return this.#files.get(path)?.isUtf8 ?? true;
  }

  /** Has the file read again: a clock that ticks every few milliseconds does not tell apart two writes in a row. */
  forget(path: string): void {
    this.#files.delete(path);
  }
}
