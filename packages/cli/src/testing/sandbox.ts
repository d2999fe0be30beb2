import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program. */
export const HAWSER: string = fileURLToPath(new URL("../../bin/hawser.js", import.meta.url));

/** How a command ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory of its own in which `hawser` is run as a user would; it is gone when it is disposed of. */
export class Sandbox {
  /** The directory: absolute, no link in it. */
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), "hawser-cli-")));

  /** Writes files, given by path within the directory and content. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), content);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  /** The paths of all files below a directory, sorted; none if there is no such directory. */
  list(name: string): string[] {
    if (!this.has(name)) return [];
    return readdirSync(join(this.path, name), { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.path.length + 1))
      .sort();
  }

  /** Starts `hawser`. */
  start(...args: string[]): ChildProcessWithoutNullStreams {
    const { FORCE_COLOR: _, ...environment } = process.env;
    const env = { ...environment, NO_COLOR: "1" };
    return spawn(process.execPath, [HAWSER, ...args], { cwd: this.path, env });
  }

  /** Runs `hawser` to its end. */
  run(...args: string[]): Promise<Ended> {
    return ended(this.start(...args));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Waits for the end of a process; what it printed before the call is not in the result. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
