import { existsSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { type FSWatcher, watch as watchFiles } from "chokidar";
import { CliError } from "../cli-error.js";
import { isSearched } from "../input/find-proto-files.js";
import { contains } from "../input/source-set.js";
import type { Generator } from "./generator.js";
import type { Report } from "./report.js";

/** 10 ms: saving a file is several events, saving all files of an editor many more; together they make one run. */
const DEBOUNCE_MS = 10;

/** 200 ms: how often it is looked whether a missing import is there now, in folders that may not even exist. */
const MISSED_MS = 200;

/**
 * Generates at once and after every change, until the process is told to end (SIGINT or SIGTERM). Errors are reported
 * and waited out.
 *
 * @param inputs the directories and files whose changes count, and those of what they import
 * @returns the exit code: 128 and the number of the signal, as a shell counts
 * @throws CliError if the first run cannot be made
 */
export async function watch(generator: Generator, inputs: readonly string[], report: Report): Promise<number> {
  const roots = inputs.map((input) => resolve(input));
  const explicit = new Set(roots);
  const watcher = watchFiles([], {
    // A file that is added later says so once it is watched: it may have changed since it was read.
    ignoreInitial: false,
    ignored: (path, stats) => isIgnored(path, stats?.isFile() === true, roots, explicit),
  });
  let timer: NodeJS.Timeout | undefined;
  let missed: readonly string[] = [];

  const run = (isFirst: boolean): void => {
    timer = undefined;
    const started = performance.now();
    try {
      const result = generator.run();
      if (result.isNews || isFirst) report.result(result, performance.now() - started);
      missed = result.missed;
      follow(watcher, result.imports, roots, explicit);
    } catch (error) {
      if (isFirst || !(error instanceof CliError)) throw error;
      report.failure(error);
    }
  };
  const changed = (path: string): void => {
    generator.forget(path);
    timer ??= setTimeout(run, DEBOUNCE_MS, false);
  };

  // Ready first, then the first run: a change in between must not be lost.
  const ready = new Promise<void>((done) => watcher.once("ready", done));
  watcher.add(roots);
  await ready;
  watcher.on("all", (_event, path) => changed(path));
  // Of two changes of a file within 50 ms, "all" has only the first. "raw" has every one, in the words of the platform.
  watcher.on("raw", (_event, path, details) => {
    const watched = resolve((details as { watchedPath?: string }).watchedPath ?? ".");
    const file = watched.endsWith(".proto") ? watched : resolve(watched, path ?? "");
    if (file.endsWith(".proto") || explicit.has(file)) changed(file);
  });
  watcher.on("error", (error) => {
    report.failure(new CliError(`cannot watch for changes: ${String(error)}`, "start hawser generate --watch again"));
  });
  const looking = setInterval(() => missed.filter((path) => existsSync(path)).forEach(changed), MISSED_MS);
  try {
    run(true);
    report.watching();
    return await ended();
  } finally {
    clearInterval(looking);
    clearTimeout(timer);
    await watcher.close();
  }
}

/** Watches files that lie outside of the inputs. */
function follow(watcher: FSWatcher, imports: readonly string[], roots: readonly string[], explicit: Set<string>): void {
  for (const path of imports) {
    if (explicit.has(path) || roots.some((root) => contains(root, path))) continue;
    explicit.add(path);
    watcher.add(path);
  }
}

function isIgnored(path: string, isFile: boolean, roots: readonly string[], explicit: ReadonlySet<string>): boolean {
  const absolute = resolve(path);
  if (explicit.has(absolute)) return false;
  if (isFile && !absolute.endsWith(".proto")) return true;
  const root = roots.find((candidate) => contains(candidate, absolute));
  return root !== undefined && !relative(root, absolute).split(sep).every(isSearched);
}

function ended(): Promise<number> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve(130));
    process.once("SIGTERM", () => resolve(143));
  });
}
