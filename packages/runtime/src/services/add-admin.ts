import { addChannelz, type ObservedServer } from "./channelz/add-channelz.js";
import { addHealth, type Health } from "./health/add-health.js";
import { addReflection } from "./reflection/add-reflection.js";
import type { ServiceHost } from "./service-host.js";

/**
 * Adds what operators expect of a server: health, reflection and channelz (gRFC A38). Add it to a port that the outside
 * can't reach if the outside should not see who is connected.
 *
 * @returns the server's health, to be set
 * @throws TypeError if the server has one of them already
 */
export function addAdmin(server: ServiceHost & ObservedServer): Health {
  addReflection(server);
  addChannelz(server);
  return addHealth(server);
}
