import type { Contract } from "../contract/contract.js";
import { reflectionContract } from "../contract/reflection-contract.js";
import { metadataOf } from "./metadata-flags.js";
import { openChannel } from "./open-channel.js";
import { flagContract } from "./open-contract.js";
import type { ServerFlags } from "./server-flags.js";
import { EXIT_INTERRUPTED, Interrupt } from "./until-interrupted.js";

/**
 * Runs a command that asks a contract, and closes what was opened for it.
 *
 * @param target the server; needed unless the flags name a schema
 * @returns the exit code
 */
export async function withContract(
  target: string | undefined,
  flags: ServerFlags,
  run: (contract: Contract) => Promise<number>,
): Promise<number> {
  const metadata = metadataOf(flags.header ?? []);
  const schema = await flagContract(flags);
  if (schema !== undefined) return run(schema);
  const channel = openChannel(target!, flags);
  using interrupt = new Interrupt();
  try {
    return await run(reflectionContract(channel, metadata, interrupt.signal));
  } catch (error) {
    if (interrupt.byUser) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    await channel.close();
  }
}
