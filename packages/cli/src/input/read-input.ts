import { readFileSync } from "node:fs";
import { CliError, reasonOf } from "../cli-error.js";
import { readStdin } from "./read-stdin.js";

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @throws CliError if it cannot be read
 */
export async function readInput(path: string): Promise<Uint8Array> {
  if (path === "-") return readStdin();
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${reasonOf(error)}`, "check the path and its permissions");
  }
}
