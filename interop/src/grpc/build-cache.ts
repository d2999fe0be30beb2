import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { MissingToolchain } from "./peer.js";

/** The folder `interop/`. */
export const INTEROP: string = fileURLToPath(new URL("../../", import.meta.url));

/** A cold build of the largest peer takes minutes, on a busy machine many. */
const BUILD_LIMIT_MS = 45 * 60_000;

/**
 * What was built or installed of the peers, in a folder of the user's, so that a fresh clone finds it: each under a hash
 * of what it was made from.
 */
export class BuildCache {
  /** `$HAWSER_INTEROP_CACHE`, else `hawser/interop` in the user's cache folder. */
  readonly folder: string =
    process.env["HAWSER_INTEROP_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "hawser/interop");
  readonly #log: (line: string) => void;
  readonly #paths = new Map<string, string>();

  constructor(log: (line: string) => void) {
    this.#log = log;
    mkdirSync(this.folder, { recursive: true });
  }

  /**
   * The folder that `make` filled, now or in an earlier run from the same sources.
   *
   * @param sources files and folders, whose content counts, and words, such as the version of a compiler
   * @param make builds into the folder it is given, which is put in its place when it is whole
   */
  async get(name: string, sources: readonly string[], make: (folder: string) => Promise<void>): Promise<string> {
    const folder = join(this.folder, `${name}-${hash(sources)}`);
    this.#paths.set(name, folder);
    const done = join(folder, ".done");
    if (existsSync(done)) return folder;
    this.#log(`building ${name} …`);
    const started = Date.now();
    const before = readdirSync(this.folder).filter((each) => each.startsWith(`${name}-`));
    const making = mkdtempSync(join(this.folder, `.${name}-`));
    try {
      await make(making);
      writeFileSync(join(making, ".done"), "");
      rmSync(folder, { recursive: true, force: true });
      renameSync(making, folder);
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
    // What older sources made is of no more use.
    for (const each of before) rmSync(join(this.folder, each), { recursive: true, force: true });
    this.#log(`built ${name} in ${Math.round((Date.now() - started) / 1_000)} s`);
    return folder;
  }

  /** The folder of what this run has got already. */
  path(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`${name} was not built`);
    return path;
  }

  /** A folder for what a build tool keeps by itself. */
  scratch(name: string): string {
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}

/** The version that a tool tells of itself. @throws MissingToolchain if there is none, or it is older than `least` */
export async function toolVersion(
  argv: readonly [string, ...string[]],
  pattern: RegExp,
  least: string,
): Promise<string> {
  let output: string;
  try {
    output = await run({ argv });
  } catch {
    throw new MissingToolchain(`${argv[0]} is not on this machine`);
  }
  const version = pattern.exec(output)?.[1] ?? "an unknown version";
  if (compareVersions(version, least) < 0) throw new MissingToolchain(`${argv[0]} is ${version}; ${least} is needed`);
  return version;
}

/** Runs a program to its end; resolves with all it printed. @throws Error with the end of that, if it fails */
export function run(command: {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}): Promise<string> {
  const [program, ...args] = command.argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: BUILD_LIMIT_MS,
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output.slice(-3_000)}`));
    });
  });
}

function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let i = 0; i < right.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0 || Number.isNaN(difference)) return difference;
  }
  return 0;
}

function hash(sources: readonly string[]): string {
  const made = createHash("sha256");
  for (const source of sources) {
    if (!existsSync(source)) {
      made.update(`${source}\0`);
      continue;
    }
    for (const path of filesOf(source)) {
      made
        .update(`${relative(source, path) || basename(path)}\0`)
        .update(readFileSync(path))
        .update("\0");
    }
  }
  return made.digest("hex").slice(0, 16);
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch {
    return [path];
  }
}
