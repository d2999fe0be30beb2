import { basename, resolve } from "node:path";
import { watch as watchFiles } from "chokidar";
import { CliError } from "../cli-error.js";
import { displayPath } from "../input/display-path.js";
import { isSearched } from "../input/find-proto-files.js";
import { contains } from "../input/source-set.js";

/** Watching the program's own code. */
export interface CodeWatcher {
  close(): Promise<void>;
}

/**
 * Says when a file of the program's code has changed. Generated code, whose changes are known otherwise, `.proto` files, hidden
 * files and node_modules are left out.
 *
 * @param paths files and directories, which need not exist yet
 * @param out where the generated code is
 * @param changed told the path as the user would write it
 */
export async function watchCode(
  paths: readonly string[],
  out: string,
  changed: (path: string) => void,
  failed: (error: CliError) => void,
): Promise<CodeWatcher> {
  const roots = new Set(paths.map((path) => resolve(path)));
  const generated = resolve(out);
  const watcher = watchFiles([...roots], {
    ignoreInitial: true,
    ignored: (path, stats) => {
      const absolute = resolve(path);
      if (roots.has(absolute)) return false;
      if (contains(generated, absolute) || !isSearched(basename(absolute))) return true;
      return stats?.isFile() === true && /(\.proto|~|\.swp|\.tmp)$/.test(absolute);
    },
  });
  watcher.on("all", (event, path) => {
    if (event !== "addDir" && event !== "unlinkDir") changed(displayPath(path));
  });
  watcher.on("error", (error) =>
    failed(new CliError(`cannot watch for changes: ${String(error)}`, "start hawser dev again, or watch less")),
  );
  await new Promise<void>((done) => watcher.once("ready", done));
  return watcher;
}
