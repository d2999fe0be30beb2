import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { CompileCache } from "@hawser/compiler";
import { loadWorkspace, type Workspace } from "../check/workspace.js";
import { CliError, usageError } from "../cli-error.js";
import { GitTree } from "../input/git-tree.js";
import { isDescriptorSet } from "../input/load-schema.js";
import { isServerAddress } from "../input/server-address.js";
import { DEFAULT_INPUT } from "../input/source-set.js";
import { DEFAULT_LINT_CONFIG } from "../lint/lint.js";
import { DEFAULT_BREAKING_CONFIG } from "./breaking-config.js";

/** What to compare with, and how what is compared is found. */
export interface AgainstInput {
  /** As given with `--against`. */
  readonly against: string;
  /** The inputs of the schema of today: in a commit, the same ones. */
  readonly inputs: readonly string[];
  readonly protoPaths: readonly string[];
  readonly cache: CompileCache;
}

/**
 * Loads the schema to compare with.
 *
 * @throws CliError if it cannot be found or read
 */
export async function loadAgainst(input: AgainstInput): Promise<Workspace> {
  const { against, protoPaths, cache } = input;
  if (isServerAddress(against)) return reflected(against);
  const [path = "", ...options] = against.split("#");
  if (options.length > 0)
    return ofCommit(resolve(path.replace(/(^|\/)\.git\/?$/, "") || "."), options.join("#"), input);
  if (isDescriptorSet(against) || existsSync(against)) return loadWorkspace({ inputs: [against], protoPaths, cache });
  if (GitTree.isRepository(".")) return ofTree(GitTree.read(".", against), undefined, input);
  throw new CliError(
    `there is no ${against} to compare with`,
    "name a path, a descriptor set, a branch or commit of the git repository here, or the address of a server",
  );
}

/** `.git#branch=main,subdir=proto`, as buf has it. */
function ofCommit(repository: string, text: string, input: AgainstInput): Promise<Workspace> {
  let ref = "HEAD";
  let subdir: string | undefined;
  for (const option of text.split(",")) {
    const at = option.indexOf("=");
    const [key, value] = at < 0 ? ["ref", option] : [option.slice(0, at), option.slice(at + 1)];
    if (["ref", "branch", "tag", "commit"].includes(key)) ref = value;
    else if (key === "subdir") subdir = value;
    else if (key !== "depth" && key !== "recurse_submodules") {
      throw usageError(
        `--against: ${key} is no option of a git input`,
        "there are branch, tag, commit, ref and subdir",
      );
    }
  }
  if (!existsSync(repository)) throw new CliError(`there is no ${relative(".", repository)}`, "check the path");
  return ofTree(GitTree.read(repository, ref), subdir, input);
}

function ofTree(tree: GitTree, subdir: string | undefined, input: AgainstInput): Promise<Workspace> {
  const { inputs, protoPaths, cache } = input;
  if (subdir !== undefined) return loadWorkspace({ inputs: [shown(join(tree.root, subdir))], protoPaths, cache, tree });
  const isElsewhere = relative(tree.root, process.cwd()).startsWith("..");
  if (isElsewhere) return loadWorkspace({ inputs: [shown(defaultInput(tree))], protoPaths, cache, tree });
  // What is new today was not there; a directory that is new is compared with nothing.
  const there = (path: string): boolean => tree.kindOf(resolve(path)) !== undefined;
  const sources = inputs.filter((each) => !isDescriptorSet(each));
  const found = sources.filter(there);
  if (sources.length > 0 && found.length === 0) return Promise.resolve(EMPTY);
  return loadWorkspace({ inputs: found, protoPaths: protoPaths.filter(there), cache, tree });
}

/** Of a repository elsewhere: what a command would read that runs there without inputs. */
function defaultInput(tree: GitTree): string {
  const hasConfig = ["buf.yaml", "buf.work.yaml"].some((name) => tree.kindOf(join(tree.root, name)) === "file");
  const usual = join(tree.root, DEFAULT_INPUT);
  return !hasConfig && tree.kindOf(usual) === "directory" ? usual : tree.root;
}

/** A path that the inputs of a workspace can be given as. */
function shown(path: string): string {
  return relative(process.cwd(), path) || dirname(join(path, "."));
}

async function reflected(address: string): Promise<Workspace> {
  // The client is loaded for this alone.
  const { channelTo, reflectFiles } = await import("../contract/reflected-files.js");
  const channel = channelTo(address);
  try {
    const files = await reflectFiles(channel, address);
    return workspaceOf(files);
  } finally {
    await channel.close();
  }
}

function workspaceOf(files: Workspace["schema"]["files"]): Workspace {
  const entries = files.map((file) => file.name ?? "");
  return {
    schema: {
      ok: true,
      files,
      entries,
      diagnostics: [],
      sources: undefined,
      textOf: () => undefined,
      pathOf: (name) => name,
    },
    modules: [{ path: ".", entries, lint: DEFAULT_LINT_CONFIG, breaking: DEFAULT_BREAKING_CONFIG }],
  };
}

const EMPTY: Workspace = workspaceOf([]);
