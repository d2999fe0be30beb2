import { CompileCache } from "@hawser/compiler";
import { loadAgainst } from "../breaking/against.js";
import { breakingWorkspace } from "../breaking/breaking-workspace.js";
import { BREAKING_RULES } from "../breaking/rules.js";
import { changedLines, changeText } from "../breaking/show-change.js";
import { listRules } from "../check/list-rules.js";
import { jsonFindings, textFindings } from "../check/report-findings.js";
import { withKnownRules } from "../check/unknown-rule.js";
import { loadWorkspace } from "../check/workspace.js";
import { usageError } from "../cli-error.js";
import { append, type CommandSpec } from "../command.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";
import { IMPORT_ROOTS } from "../input/import-roots.js";

interface Flags {
  readonly against?: string;
  readonly protoPath?: readonly string[];
  readonly config?: string;
  readonly excludeImports?: true;
  readonly listRules?: true;
  readonly json?: true;
}

const BEFORE = `syntax = "proto3";
package notes.v1;
message Note {
  int64 id = 1;
  string text = 2;
}
`;

/** `hawser breaking`: the rules of `buf breaking`. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument(
        "[inputs...]",
        "directories, .proto files or descriptor sets (default: the modules of buf.yaml, or proto/)",
      )
      .option("--against <schema>", "what to compare with: a git ref, a path, a descriptor set or a server")
      .option("-I, --proto-path <dir>", "an import root; may be given more than once", append)
      .option("--config <file>", "a buf.yaml (default: the nearest at or above the first input)")
      .option("--exclude-imports", "look at the inputs alone, not at what they import")
      .option("--list-rules", "print all rules with their categories, and check nothing")
      .option("--json", "print the findings as one JSON object");
  },
  async run([given], { against, protoPath = [], config, excludeImports, listRules: isList, json }) {
    if (isList) {
      listRules(BREAKING_RULES, json === true);
      return EXIT_DONE;
    }
    if (against === undefined) {
      throw usageError("there is nothing to compare with", "say what with --against, as in --against main");
    }
    const inputs = given as string[];
    // What has not changed is compiled once.
    const cache = new CompileCache();
    const before = await loadAgainst({ against, inputs, protoPaths: protoPath, cache });
    const now = await loadWorkspace({ inputs, protoPaths: protoPath, config, cache });
    const lines = (finding: Parameters<typeof changedLines>[0]) => changedLines(finding, now.schema, before.schema);
    const report = json
      ? jsonFindings((finding) => lines(finding))
      : textFindings((finding, colors) => changeText(lines(finding), colors));
    for (const [schema, place] of [
      [now.schema, ""],
      [before.schema, against],
    ] as const) {
      if (schema.ok) continue;
      const errors = schema.diagnostics.filter(({ severity }) => severity === "error");
      report.errors(errors.map((error) => (place === "" ? error : { ...error, file: `${place}:${error.file}` })));
      return EXIT_FAILED;
    }
    const findings = await withKnownRules(BREAKING_RULES, "breaking", () =>
      breakingWorkspace(now, before, excludeImports === true),
    );
    report.findings(findings, (name) => now.schema.pathOf(name));
    return findings.length > 0 ? EXIT_FAILED : EXIT_DONE;
  },
  sections: [
    {
      title: "What to compare with",
      text: `--against main, --against v1.2.0, --against HEAD~1   the same inputs in a commit of the git repository here
--against .git#branch=main,subdir=proto              as buf has it: branch, tag, commit or ref, and subdir
--against ../released                                a directory, or .proto files
--against released.binpb                             a descriptor set (.binpb, .json, .txtpb, also with .gz)
--against http://localhost:8080                      a server, asked through reflection (https:// for TLS)`,
    },
    {
      title: "Rules",
      text: `The rules, their categories and names are those of buf breaking. FILE, which is checked without a buf.yaml, keeps
generated code compatible file by file; PACKAGE package by package; WIRE_JSON keeps messages readable in binary and
JSON; WIRE in binary. A buf.yaml of version 1 or 2 chooses rules (breaking: use, except), has them ignore files
(ignore, ignore_only) and unstable packages such as notes.v1beta1 (ignore_unstable_packages).`,
    },
    IMPORT_ROOTS,
  ],
  exitCodes: [
    { code: 0, meaning: "nothing breaks" },
    { code: 1, meaning: "findings, or an error in a file or an input" },
  ],
  examples: [
    { line: "hawser breaking --against main", does: "the work tree with the branch main" },
    {
      line: "hawser breaking new --against old",
      does: "two directories",
      shown: {
        files: {
          "old/notes/v1/note.proto": BEFORE,
          "new/notes/v1/note.proto": BEFORE.replace("int64 id", "string id"),
        },
        prints: `new/notes/v1/note.proto:4:3:Field "1" with name "id" on message "Note" changed type from "int64" to "string". (FIELD_SAME_TYPE)
  - old/notes/v1/note.proto:4   int64 id = 1;
  + new/notes/v1/note.proto:4   string id = 1;
`,
        exitCode: 1,
      },
    },
    { line: "hawser breaking --against https://api.example.com", does: "with what a server says it serves" },
    { line: "hawser breaking --against released.binpb --json", does: "for programs" },
  ],
};
