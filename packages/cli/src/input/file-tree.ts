import { readFileSync, statSync } from "node:fs";
import { CliError, reasonOf } from "../cli-error.js";
import { displayPath } from "./display-path.js";
import { findProtoFiles } from "./find-proto-files.js";

/** Files and directories by absolute path: those on the disk, or those of a commit at the paths they would have there. */
export interface FileTree {
  /** What is at that path, links followed; `undefined` if there is nothing. */
  kindOf(path: string): "file" | "directory" | "other" | undefined;
  /** The paths of all `.proto` files below a directory, sorted; hidden directories and `node_modules` are left out. */
  protoFiles(directory: string): string[];
  /** The text of a file; `undefined` if there is none. */
  read(path: string): string | undefined;
}

/** The files on the disk. */
export const DISK: FileTree = {
  kindOf(path) {
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return undefined;
      return found.isFile() ? "file" : found.isDirectory() ? "directory" : "other";
    } catch (error) {
      // A file where a directory should be: there is nothing of that name.
      if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
      throw new CliError(`cannot look at ${displayPath(path)}: ${reasonOf(error)}`, "check its permissions");
    }
  },
  protoFiles: (directory) => findProtoFiles(directory),
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw new CliError(`cannot read ${displayPath(path)}: ${reasonOf(error)}`, "check the file and its permissions");
    }
  },
};
