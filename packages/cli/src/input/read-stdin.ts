import { CliError } from "../cli-error.js";

/** 1 GiB: far more than any schema or message; input without an end must not fill the memory. */
const MAX_STDIN_BYTES = 1 << 30;

/**
 * All of standard input.
 *
 * @throws CliError if it is a terminal, where nothing would come, or too long
 */
export async function readStdin(): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    throw new CliError("standard input is a terminal", "pipe the input into the command: ... < file");
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Uint8Array);
    length += (chunk as Uint8Array).length;
    if (length > MAX_STDIN_BYTES) {
      throw new CliError(`standard input is longer than ${MAX_STDIN_BYTES} bytes`, "give the command less of it");
    }
  }
  return Buffer.concat(chunks);
}
