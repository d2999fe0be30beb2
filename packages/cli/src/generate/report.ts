import { formatDiagnostic } from "@hawser/compiler";
import type { CliError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import { diagnosticJson } from "../diagnostic-json.js";
import { displayPath } from "../input/display-path.js";
import { printError, printJson } from "../report-error.js";
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
  const pc = colorsFor(process.stdout);
  return {
    result({ ok, diagnostics, written, unchanged }, ms) {
      const { red, dim, isColorSupported: color } = colorsFor(process.stderr);
      for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n\n`);
      const time = `(${Math.round(ms)} ms)`;
      if (!ok) {
        const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
        process.stderr.write(`${red(`${count(errors, "error")}:`)} nothing was written ${dim(time)}\n`);
        return;
      }
      const rest = unchanged.length > 0 ? `, ${unchanged.length} unchanged` : "";
      process.stdout.write(`${count(written.length, "file")} written to ${displayPath(out)}${rest} ${pc.dim(time)}\n`);
    },
    failure: printError,
    watching() {
      process.stdout.write(pc.dim("Watching for changes; press Ctrl-C to stop.\n"));
    },
  };
}

/** For programs: one JSON object on a line of stdout for each run, and nothing on stderr. */
export function jsonReport(out: string): Report {
  return {
    result({ ok, diagnostics, written, unchanged }, ms) {
      printJson({
        ok,
        out: displayPath(out),
        written,
        unchanged,
        diagnostics: diagnostics.map(diagnosticJson),
        durationMs: Math.round(ms * 10) / 10,
      });
    },
    failure({ message, help }) {
      printJson({
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

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
