import { type Diagnostic, formatDiagnostic } from "@hawser/compiler";
import type { Colors } from "../colors.js";
import { colorsFor } from "../colors.js";
import { diagnosticJson } from "../diagnostic-json.js";
import { printJson } from "../report-error.js";
import type { Finding } from "./finding.js";

/** How findings are printed. */
export interface FindingsReport {
  /** Files that cannot be compiled, so that nothing was checked. */
  errors(diagnostics: readonly Diagnostic[]): void;
  /** @param pathOf the path of a file of that name, as the user would write it */
  findings(findings: readonly Finding[], pathOf: (name: string) => string): void;
}

/**
 * For people: `file:line:column:message (RULE)` on stdout, one to a line.
 *
 * @param more lines to print behind a finding
 */
export function textFindings(more: (finding: Finding, colors: Colors) => string = () => ""): FindingsReport {
  return {
    errors(diagnostics) {
      const { isColorSupported: color } = colorsFor(process.stderr);
      for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n\n`);
    },
    findings(findings, pathOf) {
      const colors = colorsFor(process.stdout);
      for (const finding of findings) {
        const { rule, file, location, message } = finding;
        const place = file === undefined ? "" : `${pathOf(file)}:${location.line}:${location.column}:`;
        process.stdout.write(`${colors.bold(place)}${message} ${colors.dim(`(${rule})`)}\n${more(finding, colors)}`);
      }
    },
  };
}

/**
 * For programs: one object.
 *
 * @param more more members of a finding
 */
export function jsonFindings(more: (finding: Finding) => object = () => ({})): FindingsReport {
  return {
    errors(diagnostics) {
      printJson({ ok: false, findings: [], diagnostics: diagnostics.map(diagnosticJson) });
    },
    findings(findings, pathOf) {
      printJson({
        ok: findings.length === 0,
        findings: findings.map((finding) => ({ ...findingJson(finding, pathOf), ...more(finding) })),
        diagnostics: [],
      });
    },
  };
}

function findingJson({ rule, file, location, message }: Finding, pathOf: (name: string) => string): object {
  if (file === undefined) return { rule, message };
  const { line, column, endLine, endColumn } = location;
  return { rule, file: pathOf(file), line, column, endLine, endColumn, message };
}
