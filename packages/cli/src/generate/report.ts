import { type Diagnostic, formatDiagnostic } from "@hawser/compiler";
import pc from "picocolors";
import type { CliError } from "../cli-error.js";
import { displayPath } from "./display-path.js";
import type { GenerateResult } from "./generator.js";

/** Says on the standard streams what became of a run. */
export interface Report {
  /** @param ms how long it took, in milliseconds */
  result(result: GenerateResult, ms: number): void;
  /** The run could not be made at all. */
  failure(error: CliError): void;
  /** Waiting for changes has begun. */
  watching(): void;
}

/** For people: diagnostics and errors on stderr, one line about a run on stdout. */
export function textReport(out: string): Report {
  return {
    result({ ok, diagnostics, written, unchanged }, ms) {
      const color = pc.isColorSupported;
      for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n\n`);
      const time = pc.dim(`(${Math.round(ms)} ms)`);
      if (!ok) {
        const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
        process.stderr.write(`${pc.red(`${count(errors, "error")}:`)} nothing was written ${time}\n`);
        return;
      }
      const rest = unchanged.length > 0 ? `, ${unchanged.length} unchanged` : "";
      process.stdout.write(`${count(written.length, "file")} written to ${displayPath(out)}${rest} ${time}\n`);
    },
    failure: printError,
    watching() {
      process.stdout.write(pc.dim("Watching for changes; press Ctrl-C to stop.\n"));
    },
  };
}

/** For programs: one JSON object on a line of stdout for each run, and nothing on stderr. */
export function jsonReport(out: string): Report {
  const print = (value: object): void => {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  return {
    result({ ok, diagnostics, written, unchanged }, ms) {
      print({
        ok,
        out: displayPath(out),
        written,
        unchanged,
        diagnostics: diagnostics.map(toJson),
        durationMs: Math.round(ms * 10) / 10,
      });
    },
    failure({ message, help }) {
      print({
        ok: false,
        out: displayPath(out),
        written: [],
        unchanged: [],
        diagnostics: [],
        error: { message, help },
      });
    },
    watching() {},
  };
}

/** Prints an error with what to do about it on stderr. */
export function printError({ message, help }: CliError): void {
  process.stderr.write(`${pc.red("error:")} ${message}\n${pc.cyan("help:")} ${help}\n`);
}

function toJson({ severity, code, message, file, line, column, start, end, help }: Diagnostic): object {
  return { severity, code, message, file, line, column, start, end, help };
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
