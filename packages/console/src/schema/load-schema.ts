import type { CallOptions, WebChannel } from "hawser/web";
import { createClient } from "hawser/web";
import { Console as ConsoleService } from "./console.pb.js";
import { type ConsoleSchema, readSchema } from "./console-schema.js";

/**
 * Asks the server that the page came from what there is to call.
 *
 * @param refresh whether it asks its target anew
 * @throws RpcError if it does not say; ProtobufError if what it says is broken
 */
export async function loadSchema(channel: WebChannel, refresh: boolean, options?: CallOptions): Promise<ConsoleSchema> {
  const schema = await createClient(ConsoleService, channel).getSchema({ refresh }, options);
  const { target } = schema;
  return readSchema({ ...schema, target: target === "" ? location.host : target });
}
