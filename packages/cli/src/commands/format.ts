import { type Diagnostic, formatDiagnostic } from "@hawser/compiler";
import { usageError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import type { CommandSpec } from "../command.js";
import { diagnosticJson } from "../diagnostic-json.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";
import { formatProto } from "../format/format.js";
import { decodeText, type FormattedFile, formatFiles, replaceFile } from "../format/format-files.js";
import { colorDiff, unifiedDiff } from "../format/show-diff.js";
import { displayPath } from "../input/display-path.js";
import { readStdin } from "../input/read-stdin.js";
import { findSources } from "../input/source-set.js";
import { printJson } from "../report-error.js";

interface Flags {
  readonly write?: true;
  readonly check?: true;
  readonly exitCode?: true;
  readonly diff?: true;
  readonly json?: true;
}

/** `hawser format`: the layout of `buf format`. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("[inputs...]", "directories and .proto files, or - for standard input (default: proto/)")
      .option("-w, --write", "write the files anew, those that change")
      .option("--check", "exit with 1 if a file would change, and name it")
      .option("--exit-code", "the same as --check, by buf's name")
      .option("-d, --diff", "print what changes")
      .option("--json", "print the result as one JSON object");
  },
  run: ([inputs], flags) => format(inputs as string[], flags),
  sections: [
    {
      title: "What it does",
      text: `The layout is that of buf format: two blanks of indentation, one statement to a line, imports and file options sorted
behind syntax and package. Comments stay with what they belong to. What a file means stays the same, and formatting it
again changes nothing. A file with a syntax error is left alone.
One file, or standard input, is printed unless --write, --check, --diff or --json says what else to do.`,
    },
  ],
  exitCodes: [
    { code: 0, meaning: "done; with --check, nothing would change" },
    { code: 1, meaning: "an error in a file or an input; with --check, a file would change" },
  ],
  examples: [
    { line: "hawser format --write", does: "all of proto/" },
    {
      line: "hawser format proto/note.proto --diff",
      does: "what would change",
      shown: {
        files: { "proto/note.proto": 'syntax = "proto3";\nmessage  Note { string text=1; }\n' },
        prints: `--- a/proto/note.proto
+++ b/proto/note.proto
@@ -1,2 +1,5 @@
 syntax = "proto3";
-message  Note { string text=1; }
+
+message Note {
+  string text = 1;
+}
`,
      },
    },
    { line: "hawser format --check", does: "for continuous integration" },
    { line: "hawser format - < note.proto", does: "a filter, as editors want it" },
  ],
};

async function format(inputs: readonly string[], flags: Flags): Promise<number> {
  if (inputs.includes("-")) return formatStdin(inputs, flags);
  const sources = findSources(inputs, []);
  const paths = [...sources.entries.values()];
  const isAction = flags.write || flags.check || flags.exitCode || flags.diff || flags.json;
  if (!isAction && paths.length > 1) {
    throw usageError(`there are ${paths.length} files`, "say what to do with them: --write, --check or --diff");
  }
  const { files, diagnostics } = formatFiles(paths);
  const changed = files.filter(({ before, text }) => before !== text);
  if (flags.write) for (const { path, text } of changed) replaceFile(path, text);
  if (flags.json) {
    report(changed, diagnostics, flags);
    return exitCode(changed.length, diagnostics, flags);
  }
  printErrors(diagnostics);
  if (flags.diff) for (const file of changed) printDiff(displayPath(file.path), file.before, file.text);
  else if (isCheck(flags) && !flags.write)
    for (const { path } of changed) process.stdout.write(`${displayPath(path)}\n`);
  else if (flags.write)
    process.stdout.write(`${count(changed.length, "file")} written, ${files.length - changed.length} unchanged\n`);
  else for (const { text } of files) process.stdout.write(text);
  return exitCode(changed.length, diagnostics, flags);
}

async function formatStdin(inputs: readonly string[], flags: Flags): Promise<number> {
  if (inputs.length > 1) throw usageError("standard input is not formatted along with files", "give - alone");
  if (flags.write) throw usageError("standard input cannot be written to", "leave --write away: the text is printed");
  const name = "stdin.proto";
  const before = decodeText(await readStdin(), "standard input");
  const result = formatProto(before, name);
  const changed = result.ok && result.text !== before ? [{ path: name, before, text: result.text }] : [];
  const diagnostics = result.ok ? [] : result.diagnostics;
  if (flags.json) report(changed, diagnostics, flags);
  else {
    printErrors(diagnostics);
    if (flags.diff) for (const { text } of changed) printDiff(name, before, text);
    else if (result.ok && !isCheck(flags)) process.stdout.write(result.text);
  }
  return exitCode(changed.length, diagnostics, flags);
}

function isCheck(flags: Flags): boolean {
  return flags.check === true || flags.exitCode === true;
}

function exitCode(changed: number, diagnostics: readonly Diagnostic[], flags: Flags): number {
  if (diagnostics.length > 0) return EXIT_FAILED;
  return isCheck(flags) && changed > 0 ? EXIT_FAILED : EXIT_DONE;
}

function report(changed: readonly FormattedFile[], diagnostics: readonly Diagnostic[], flags: Flags): void {
  printJson({
    ok: exitCode(changed.length, diagnostics, flags) === EXIT_DONE,
    changed: changed.map(({ path }) => displayPath(path)),
    written: flags.write === true,
    diagnostics: diagnostics.map(diagnosticJson),
    ...(flags.diff
      ? { diffs: changed.map(({ path, before, text }) => unifiedDiff(displayPath(path), before, text)) }
      : {}),
  });
}

function printDiff(name: string, before: string, after: string): void {
  process.stdout.write(colorDiff(unifiedDiff(name, before, after), colorsFor(process.stdout)));
}

function printErrors(diagnostics: readonly Diagnostic[]): void {
  const { isColorSupported: color } = colorsFor(process.stderr);
  for (const diagnostic of diagnostics) process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n\n`);
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
