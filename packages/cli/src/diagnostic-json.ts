import type { Diagnostic } from "@hawser/compiler";

/** A diagnostic as `--json` prints it: everything but the text of the file. */
export function diagnosticJson({ severity, code, message, file, line, column, start, end, help }: Diagnostic): object {
  return { severity, code, message, file, line, column, start, end, help };
}
