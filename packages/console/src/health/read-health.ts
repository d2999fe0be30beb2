import type { HealthService } from "hawser/services";
import { type Client, Code, RpcError } from "hawser/web";

/** A client of grpc.health.v1.Health. */
export type HealthClient = Client<typeof HealthService>;

/** What a service says of itself. "" is the server as a whole. */
export interface ServiceHealth {
  readonly service: string;
  readonly status: HealthState;
}

/** `not told`: the server keeps no status for the service. */
export type HealthState = "serving" | "not serving" | "unknown" | "not told";

/** What was found out. */
export interface HealthView {
  readonly at: number;
  readonly services: readonly ServiceHealth[];
  /** Services that were not asked about, since there are too many. */
  readonly left: number;
}

const STATES: readonly HealthState[] = ["unknown", "serving", "not serving", "not told"];
/** A server without List is asked service by service. */
const MAX_CHECKS = 100;

/**
 * The status of the server and of each service: by List, which tells of all at once, else by Check.
 *
 * @param services the full names to ask for where the server can't list
 * @throws RpcError UNIMPLEMENTED if the server has no health service, or as the first call ends
 */
export async function readHealth(
  client: HealthClient,
  services: readonly string[],
  signal: AbortSignal,
): Promise<HealthView> {
  try {
    const { statuses } = await client.list({}, { signal });
    const told = Object.entries(statuses).map(([service, { status }]) => ({ service, status: stateOf(status) }));
    const silent = services.filter((service) => !Object.hasOwn(statuses, service) && !isHealth(service));
    const untold = silent.map((service) => ({ service, status: "not told" as const }));
    return { at: Date.now(), services: [...told, ...untold].sort(byName), left: 0 };
  } catch (error) {
    // RESOURCE_EXHAUSTED: it has more than one message may list.
    const cannotList =
      RpcError.is(error) && (error.code === Code.Unimplemented || error.code === Code.ResourceExhausted);
    if (!cannotList) throw error;
  }
  const wanted = ["", ...services.filter((service) => !isHealth(service))];
  const found: ServiceHealth[] = [];
  for (const service of wanted.slice(0, MAX_CHECKS)) found.push(await check(client, service, signal));
  return { at: Date.now(), services: found.sort(byName), left: Math.max(0, wanted.length - MAX_CHECKS) };
}

async function check(client: HealthClient, service: string, signal: AbortSignal): Promise<ServiceHealth> {
  try {
    return { service, status: stateOf((await client.check({ service }, { signal })).status) };
  } catch (error) {
    if (RpcError.is(error) && error.code === Code.NotFound) return { service, status: "not told" };
    throw error;
  }
}

function stateOf(status: number): HealthState {
  return STATES[status] ?? "unknown";
}

/** The service that answers says nothing of itself. */
function isHealth(service: string): boolean {
  return service === "grpc.health.v1.Health";
}

function byName(a: ServiceHealth, b: ServiceHealth): number {
  return a.service < b.service ? -1 : a.service > b.service ? 1 : 0;
}
