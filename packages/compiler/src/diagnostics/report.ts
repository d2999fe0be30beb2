import type { SourceFile } from "../source/source-file.js";
import type { Diagnostic } from "./diagnostic.js";

/**
 * 1,000: enough to fix a large change in one go, and few enough that a file of garbage cannot fill the memory with
 * complaints about itself.
 */
export const MAX_DIAGNOSTICS = 1000;

/** 100: finding the nearest of many names is the most expensive part of an error. */
const MAX_SUGGESTIONS = 100;

/** Collects what the phases have to say about one file, so that one run tells everything. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  errorCount = 0;
  readonly #source: SourceFile;

  constructor(source: SourceFile) {
    this.#source = source;
  }

  /** Reports an error at the offsets `start` to `end`. */
  error(code: string, start: number, end: number, message: string, help?: string): void {
    this.errorCount++;
    this.#add("error", code, start, end, message, help);
  }

  /** Reports a warning at the offsets `start` to `end`. */
  warning(code: string, start: number, end: number, message: string, help?: string): void {
    this.#add("warning", code, start, end, message, help);
  }

  /** Forgets everything that was reported. */
  clear(): void {
    this.diagnostics.length = 0;
    this.errorCount = 0;
  }

  /** False once there are so many errors that looking for what was meant would cost more than it helps. */
  get wantsSuggestions(): boolean {
    return this.errorCount < MAX_SUGGESTIONS;
  }

  /** True once nothing more is kept: a phase that only looks for more errors may stop. */
  get full(): boolean {
    return this.diagnostics.length >= MAX_DIAGNOSTICS;
  }

  #add(severity: "error" | "warning", code: string, start: number, end: number, message: string, help?: string): void {
    if (this.full) return;
    const { line, column } = this.#source.position(start);
    this.diagnostics.push({
      severity,
      code,
      message,
      file: this.#source.name,
      line,
      column,
      start,
      end: Math.max(end, start),
      help,
      source: this.#source,
    });
  }
}
