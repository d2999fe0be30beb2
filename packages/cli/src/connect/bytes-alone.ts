import { usageError } from "../cli-error.js";
import type { ServerFlags } from "./server-flags.js";

/**
 * For commands that send messages as the bytes that they are.
 *
 * @param command its name, for the error
 * @throws CliError if the server is to be spoken to in JSON
 */
export function bytesAlone(command: string, { protocol }: Pick<ServerFlags, "protocol">): void {
  if (protocol !== "connect-json") return;
  throw usageError(`${command} sends messages as bytes, not as JSON`, "use --protocol connect, or another");
}
