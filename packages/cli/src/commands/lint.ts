import { listRules } from "../check/list-rules.js";
import { jsonFindings, textFindings } from "../check/report-findings.js";
import { withKnownRules } from "../check/unknown-rule.js";
import { loadWorkspace } from "../check/workspace.js";
import { append, type CommandSpec } from "../command.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";
import { lintWorkspace } from "../lint/lint-workspace.js";
import { LINT_RULES } from "../lint/rules.js";

interface Flags {
  readonly protoPath?: readonly string[];
  readonly config?: string;
  readonly listRules?: true;
  readonly json?: true;
}

const NOTE = `syntax = "proto3";
package notes.v1;
message note {
  string noteText = 1;
}
`;

/** `hawser lint`: the rules of `buf lint`. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument(
        "[inputs...]",
        "directories, .proto files or descriptor sets (default: the modules of buf.yaml, or proto/)",
      )
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .option("--config <file>", "a buf.yaml (default: the nearest at or above the first input)")
      .option("--list-rules", "print all rules with their categories, and check nothing")
      .option("--json", "print the findings as one JSON object");
  },
  async run([inputs], { protoPath = [], config, listRules: isList, json }) {
    if (isList) {
      listRules(LINT_RULES, json === true);
      return EXIT_DONE;
    }
    const report = json ? jsonFindings() : textFindings();
    const workspace = await loadWorkspace({ inputs: inputs as string[], protoPaths: protoPath, config });
    const { schema } = workspace;
    if (!schema.ok) {
      report.errors(schema.diagnostics.filter(({ severity }) => severity === "error"));
      return EXIT_FAILED;
    }
    const findings = await withKnownRules(LINT_RULES, "lint", () => lintWorkspace(workspace));
    report.findings(findings, (name) => schema.pathOf(name));
    return findings.length > 0 ? EXIT_FAILED : EXIT_DONE;
  },
  sections: [
    {
      title: "Rules",
      text: `The rules, their categories and names are those of buf lint; without a buf.yaml those of STANDARD are checked.
PROTOVALIDATE reads the rules of buf.validate and their CEL expressions: rules that do not go with a field's type, that contradict
each other or that no value can meet, expressions that do not compile, examples that break the rules.
A buf.yaml of version 1 or 2 chooses rules (lint: use, except), has them ignore files (ignore, ignore_only) and sets
their options; a buf.work.yaml lists modules. In a .proto file, a comment in front of a declaration
  // buf:lint:ignore RULE
has the rule ignore it and what is in it (version 1: with allow_comment_ignores).`,
    },
    IMPORT_ROOTS,
  ],
  exitCodes: [
    { code: 0, meaning: "nothing was found" },
    { code: 1, meaning: "findings, or an error in a file or an input" },
  ],
  examples: [
    {
      line: "hawser lint",
      does: "the modules of buf.yaml, or proto/",
      shown: {
        files: { "proto/notes/v1/note.proto": NOTE },
        prints: `proto/notes/v1/note.proto:3:9:Message name "note" should be PascalCase, such as "Note". (MESSAGE_PASCAL_CASE)
proto/notes/v1/note.proto:4:10:Field name "noteText" should be lower_snake_case, such as "note_text". (FIELD_LOWER_SNAKE_CASE)
`,
        exitCode: 1,
      },
    },
    { line: "hawser lint api/notes.proto -I api -I vendor", does: "one file, with import roots" },
    { line: "hawser lint --json | jq -r .findings[].rule", does: "for programs" },
    { line: "hawser lint --list-rules", does: "what there is to use and except" },
  ],
};
