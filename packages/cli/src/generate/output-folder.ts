import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { GeneratedFile } from "@hawser/compiler";
import { CliError, reasonOf } from "../cli-error.js";
import { displayPath } from "../input/display-path.js";
import { contains } from "../input/source-set.js";

/** Which files a run wrote, and which had that content already: paths relative to the working directory, sorted. */
export interface WriteResult {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
}

interface Written {
  readonly content: string;
  readonly size: number;
  readonly mtimeMs: number;
}

interface Pending {
  readonly path: string;
  readonly temporary: string;
  readonly content: string;
}

/**
 * The directory that generated files go to. All of them are written under temporary names before the first one gets its
 * own, so that a full disk leaves what was there; a file that has its content already is left alone, so that those who
 * watch it see no change.
 */
export class OutputFolder {
  /** Absolute. */
  readonly path: string;
  /** What was last seen on the disk, so that an unchanged file costs a `stat` and no read. */
  readonly #known = new Map<string, Written>();

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** @throws CliError if there is a file where the directory should be */
  check(): void {
    let path = this.path;
    for (;;) {
      const found = statOf(path);
      if (found?.isDirectory() === true) return;
      if (found !== undefined) {
        throw new CliError(
          `cannot write to ${displayPath(this.path)}: ${displayPath(path)} is a file, not a directory`,
          "remove it, or name another directory with --out",
        );
      }
      const parent = dirname(path);
      if (parent === path) return;
      path = parent;
    }
  }

  /** @throws CliError if a file cannot be written */
  write(files: readonly GeneratedFile[]): WriteResult {
    const pending: Pending[] = [];
    const unchanged: string[] = [];
    for (const { path: name, content } of files) {
      const path = this.#pathOf(name);
      if (this.#has(path, content)) unchanged.push(displayPath(path));
      else {
        const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
        pending.push({ path, temporary, content });
      }
    }
    let at = "";
    try {
      for (const { path, temporary, content } of pending) {
        at = path;
        mkdirSync(dirname(path), { recursive: true });
        // Exclusive: neither a file nor a link that lies there is written through.
        writeFileSync(temporary, content, { flag: "wx" });
      }
      for (const { path, temporary, content } of pending) {
        at = path;
        renameSync(temporary, path);
        this.#remember(path, content);
      }
    } catch (error) {
      for (const { temporary } of pending) rmSync(temporary, { force: true });
      throw new CliError(`cannot write ${displayPath(at)}: ${reasonOf(error)}`, "check the directory given with --out");
    }
    return { written: pending.map(({ path }) => displayPath(path)).sort(), unchanged: unchanged.sort() };
  }

  /** The names were checked when they were found; this is the one place where they become a path to write to. */
  #pathOf(name: string): string {
    const path = resolve(this.path, name);
    if (path === this.path || !contains(this.path, path)) {
      throw new CliError(`${name} is outside of the directory to write to`, "rename the .proto file");
    }
    return path;
  }

  /** Whether there is a file for the code of the `.proto` file of that name. */
  hasCodeOf(name: string): boolean {
    return statOf(this.#pathOf(`${name.replace(/\.proto$/, "")}.pb.ts`))?.isFile() === true;
  }

  #has(path: string, content: string): boolean {
    const found = statOf(path);
    if (found === undefined || !found.isFile()) return false;
    const known = this.#known.get(path);
    if (known !== undefined && known.size === found.size && known.mtimeMs === found.mtimeMs) {
      return known.content === content;
    }
    try {
      if (readFileSync(path, "utf8") !== content) return false;
    } catch {
      return false;
    }
    this.#known.set(path, { content, size: found.size, mtimeMs: found.mtimeMs });
    return true;
  }

  #remember(path: string, content: string): void {
    const found = statOf(path);
    if (found !== undefined) this.#known.set(path, { content, size: found.size, mtimeMs: found.mtimeMs });
  }
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // What cannot be looked at cannot be written either; the attempt to write says why.
    return undefined;
  }
}
