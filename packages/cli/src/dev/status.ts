import { formatDiagnostic } from "@hawser/compiler";
import type { CliError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import type { GenerateResult } from "../generate/generator.js";
import { displayPath } from "../input/display-path.js";
import { printError } from "../report-error.js";

/** What `hawser dev` says beside what the program does: lines of their own on stderr, each with its name in front. */
export class Status {
  readonly #colors = colorsFor(process.stderr);

  /** Something went as it should. */
  good(text: string): void {
    this.#line(this.#colors.green(text));
  }

  /** Something is waited for. */
  note(text: string): void {
    this.#line(this.#colors.dim(text));
  }

  /** Something is wrong. */
  bad(text: string): void {
    this.#line(this.#colors.red(text));
  }

  failure(error: CliError): void {
    printError(error);
  }

  /** The diagnostics of a run, and a line about it. */
  generated(
    { ok, diagnostics, written, unchanged }: GenerateResult,
    out: string,
    ms: number,
    isRunning: boolean,
  ): void {
    const color = this.#colors.isColorSupported;
    for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n\n`);
    const time = `(${Math.round(ms)} ms)`;
    if (ok) {
      const rest = unchanged.length > 0 ? `, ${unchanged.length} unchanged` : "";
      this.good(
        `${written.length} file${written.length === 1 ? "" : "s"} written to ${displayPath(out)}${rest} ${time}`,
      );
      return;
    }
    const errors = diagnostics.filter(({ severity }) => severity === "error").length;
    const what = isRunning ? "the program goes on as it was" : "the program starts when it compiles";
    this.bad(`the contract has ${errors} error${errors === 1 ? "" : "s"}: ${what} ${time}`);
  }

  #line(text: string): void {
    process.stderr.write(`${this.#colors.bold("hawser dev:")} ${text}\n`);
  }
}
