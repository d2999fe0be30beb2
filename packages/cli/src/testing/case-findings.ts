import { join } from "node:path";
import { CompileCache } from "@hawser/compiler";
import { breakingWorkspace } from "../breaking/breaking-workspace.js";
import type { Finding } from "../check/finding.js";
import { loadWorkspace, type Workspace } from "../check/workspace.js";
import { lintWorkspace } from "../lint/lint-workspace.js";
import type { BreakingCase } from "./breaking-case.js";
import type { LintCase } from "./lint-case.js";
import { Sandbox } from "./sandbox.js";

/** What both programs find in a case: `file:line:column-endLine:endColumn RULE message`, sorted. */
export type CaseFindings = readonly string[];

/** What `hawser lint` finds in a case. */
export async function lintFindings({ files }: LintCase): Promise<CaseFindings> {
  return inSandbox(async (sandbox) => {
    sandbox.write(files);
    const workspace = await load("", new CompileCache());
    return (await lintWorkspace(workspace)).map((finding) => line(finding, workspace));
  });
}

/** What `hawser breaking` finds in a case. */
export async function breakingFindings({ before, now }: BreakingCase): Promise<CaseFindings> {
  return inSandbox(async (sandbox) => {
    writeBreakingCase(sandbox, { before, now });
    const cache = new CompileCache();
    const workspaceBefore = await load("before", cache);
    process.chdir(join(sandbox.path, "now"));
    const workspace = await load("", cache);
    return breakingWorkspace(workspace, workspaceBefore, false).map((finding) => line(finding, workspace));
  });
}

/** Writes the two states of a case to `before/` and `now/`. */
export function writeBreakingCase(sandbox: Sandbox, { before, now }: Pick<BreakingCase, "before" | "now">): void {
  const config = now["buf.yaml"]!;
  for (const [directory, files] of Object.entries({ before: { ...before, "buf.yaml": config }, now })) {
    sandbox.write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${directory}/${path}`, text])));
  }
}

async function load(directory: string, cache: CompileCache): Promise<Workspace> {
  const workspace = await loadWorkspace({ inputs: directory === "" ? [] : [directory], protoPaths: [], cache });
  const [error] = workspace.schema.diagnostics.filter(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(`${error.file}:${error.line}:${error.column}: ${error.message}`);
  return workspace;
}

/** The loader reads the files of the working directory, as the command does. */
async function inSandbox(run: (sandbox: Sandbox) => Promise<CaseFindings>): Promise<CaseFindings> {
  using sandbox = new Sandbox();
  const before = process.cwd();
  process.chdir(sandbox.path);
  try {
    return (await run(sandbox)).toSorted();
  } finally {
    process.chdir(before);
  }
}

function line({ rule, file, location, message }: Finding, { schema }: Workspace): string {
  const { line: start, column, endLine, endColumn } = location;
  const place = file === undefined ? "-" : `${schema.pathOf(file)}:${start}:${column}-${endLine}:${endColumn}`;
  return `${place} ${rule} ${message}`;
}
