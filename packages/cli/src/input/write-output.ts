import { writeFileSync } from "node:fs";
import { CliError, reasonOf } from "../cli-error.js";

/**
 * Writes a result to a file, or to standard output for `-`.
 *
 * @throws CliError if it cannot be written, or bytes would go to a terminal
 */
export function writeOutput(path: string, content: Uint8Array | string): void {
  if (path === "-") {
    if (typeof content !== "string" && process.stdout.isTTY) {
      throw new CliError("bytes are not written to a terminal", "name a file: --out file.binpb");
    }
    process.stdout.write(content);
    return;
  }
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new CliError(`cannot write ${path}: ${reasonOf(error)}`, "check the directory and its permissions");
  }
}
