import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { CliError, reasonOf } from "../cli-error.js";
import { displayPath } from "./display-path.js";

/**
 * The paths of all `.proto` files below a directory, sorted. Directories whose names start with a dot and
 * `node_modules` are left out; symbolic links are followed, but no directory is entered twice.
 *
 * @param onDirectory told every directory that is looked into
 * @throws CliError if a directory cannot be read
 */
export function findProtoFiles(directory: string, onDirectory?: (path: string) => void): string[] {
  const found: string[] = [];
  const entered = new Set<string>();
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const real = realpathSync(next);
    if (entered.has(real)) continue;
    entered.add(real);
    onDirectory?.(next);
    for (const entry of list(next)) {
      const path = join(next, entry.name);
      const type = entry.isSymbolicLink() ? linkedType(path) : entry;
      if (type?.isDirectory() === true && isSearched(entry.name)) pending.push(path);
      else if (type?.isFile() === true && entry.name.endsWith(".proto")) found.push(path);
    }
  }
  return found.sort();
}

/** Whether a directory of this name, found within an input, is looked into. */
export function isSearched(name: string): boolean {
  return !name.startsWith(".") && name !== "node_modules";
}

function list(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw new CliError(
      `cannot read the directory ${displayPath(directory)}: ${reasonOf(error)}`,
      "check its permissions",
    );
  }
}

/** What a link leads to; a link that leads nowhere is nothing. */
function linkedType(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}
