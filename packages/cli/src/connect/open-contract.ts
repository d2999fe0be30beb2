import type { Channel, Metadata } from "hawser";
import { usageError } from "../cli-error.js";
import type { Contract } from "../contract/contract.js";
import { reflectionContract } from "../contract/reflection-contract.js";
import { schemaContract } from "../contract/schema-contract.js";
import type { ServerFlags } from "./server-flags.js";

/** The contract that the flags name, else what the server tells of itself. */
export async function openContract(
  channel: Channel,
  flags: ServerFlags,
  metadata: Metadata,
  signal: AbortSignal,
): Promise<Contract> {
  const schema = await flagContract(flags);
  return schema ?? reflectionContract(channel, metadata, signal);
}

/** The contract that `--schema` names, if it is there. */
export async function flagContract(flags: Pick<ServerFlags, "schema" | "protoPath">): Promise<Contract | undefined> {
  const { schema, protoPath = [] } = flags;
  if (schema === undefined) {
    if (protoPath.length === 0) return undefined;
    throw usageError("--proto-path is given without --schema", "name the files as well: --schema proto/");
  }
  return schemaContract({ inputs: schema, protoPaths: protoPath, sourceInfo: true });
}
