import { spawnSync } from "node:child_process";
import { dirname, join, relative, resolve, sep } from "node:path";
import { CliError } from "../cli-error.js";
import type { FileTree } from "./file-tree.js";
import { isSearched } from "./find-proto-files.js";
import { contains } from "./source-set.js";

/** 1 GiB: what git may print. The texts of 8,000 files are a tenth of it. */
const MAX_OUTPUT = 1 << 30;

/** What of a commit is read: `.proto` files, and the files that configure their modules. */
const READ = /(\.proto|(^|\/)buf(\.work)?\.yaml)$/;

/** The files of a commit, as if they were on the disk where its repository is. */
export class GitTree implements FileTree {
  /** The top directory of the repository. */
  readonly root: string;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #directories = new Set<string>();

  private constructor(root: string, texts: ReadonlyMap<string, string>) {
    this.root = root;
    this.#texts = texts;
    this.#directories.add(root);
    for (const path of texts.keys()) {
      for (let each = dirname(path); !this.#directories.has(each); each = dirname(each)) this.#directories.add(each);
    }
  }

  /**
   * Reads a commit.
   *
   * @param directory the repository, or a directory in its work tree
   * @param ref a branch, a tag, a commit, or anything else that `git rev-parse` understands
   * @throws CliError if there is no git, no repository or no such commit
   */
  static read(directory: string, ref: string): GitTree {
    const commit = git(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
    if (commit === undefined) {
      throw new CliError(
        `${ref} is no commit of the git repository in ${relative(process.cwd(), directory) || "."}`,
        "name a branch, a tag or a commit that is there; what a remote has is to be fetched first",
      );
    }
    const top = git(directory, ["rev-parse", "--show-toplevel"])?.toString().trim();
    // A bare repository has no work tree: its files are where the repository itself is.
    const root = top === undefined || top === "" ? resolve(directory) : resolve(top);
    const listed = git(directory, ["ls-tree", "-r", "-z", "--full-tree", commit.toString().trim()]) ?? Buffer.alloc(0);
    const files: { path: string; id: string }[] = [];
    for (const line of listed.toString().split("\0")) {
      const [, type, id, name] = /^\d+ (\w+) (\w+)\t(.*)$/s.exec(line) ?? [];
      if (type === "blob" && id !== undefined && name !== undefined && READ.test(name)) {
        files.push({ path: join(root, name), id });
      }
    }
    return new GitTree(root, readBlobs(directory, files));
  }

  /** Whether a directory is a repository, or in one. */
  static isRepository(directory: string): boolean {
    return git(directory, ["rev-parse", "--git-dir"]) !== undefined;
  }

  kindOf(path: string): "file" | "directory" | undefined {
    if (this.#texts.has(path)) return "file";
    return this.#directories.has(path) ? "directory" : undefined;
  }

  protoFiles(directory: string): string[] {
    return [...this.#texts.keys()]
      .filter((path) => {
        if (!path.endsWith(".proto") || !contains(directory, path)) return false;
        return relative(directory, dirname(path))
          .split(sep)
          .every((name) => name === "" || isSearched(name));
      })
      .sort();
  }

  read(path: string): string | undefined {
    return this.#texts.get(path);
  }
}

/** What git printed; `undefined` if it says that it cannot. */
function git(directory: string, args: readonly string[], input?: string): Buffer | undefined {
  const { error, status, stdout } = spawnSync("git", args, {
    cwd: directory,
    maxBuffer: MAX_OUTPUT,
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) {
    const help = (error as NodeJS.ErrnoException).code === "ENOENT" ? "install git" : "check the repository";
    throw new CliError(`git could not be run: ${error.message}`, help);
  }
  return status === 0 ? stdout : undefined;
}

/** The texts of files by path. One process reads all of them. */
function readBlobs(directory: string, files: readonly { path: string; id: string }[]): Map<string, string> {
  const texts = new Map<string, string>();
  if (files.length === 0) return texts;
  const output = git(directory, ["cat-file", "--batch"], `${files.map(({ id }) => id).join("\n")}\n`);
  if (output === undefined) throw new CliError("git could not read the files of the commit", "check the repository");
  let at = 0;
  for (const { path } of files) {
    // `<id> blob <size>`, the bytes, a line break (git-cat-file(1), "BATCH OUTPUT").
    const end = output.indexOf(10, at);
    const size = Number(output.toString("latin1", at, end).split(" ")[2]);
    if (!Number.isSafeInteger(size)) throw new CliError(`git could not read ${path}`, "check the repository");
    texts.set(path, output.toString("utf8", end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return texts;
}
