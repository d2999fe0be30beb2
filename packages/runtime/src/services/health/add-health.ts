import {
  type HealthCheckResponse,
  Health as HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../../protobuf/wkt/grpc/health/v1/health.pb.js";
import { Code } from "../../rpc/code.js";
import { RpcError } from "../../rpc/rpc-error.js";
import type { ServiceHost } from "../service-host.js";
import { type HealthStatus, HealthStatuses } from "./health-statuses.js";

/** What a server says of its health. Made by {@link addHealth}. */
export interface Health {
  /**
   * Sets the health of a service by its full name, as `notes.v1.Notes`, or of the server as a whole by "", and tells
   * those who watch it. A service of the server that was given none has that of the server, which begins as "serving".
   */
  setStatus(service: string, status: HealthStatus): void;
  /** The health of a service, or of the server by ""; undefined if there is no such service. */
  status(service: string): HealthStatus | undefined;
  /** Says "not_serving" of everything, for good. `shutdownOnSignal` calls it before it drains the server. */
  shutdown(): void;
}

/** Services that `List` names at most: the answer of one with more is RESOURCE_EXHAUSTED (gRFC A90). */
export const MAX_LISTED_SERVICES = 100;

/** Adds grpc.health.v1.Health (gRFC A90 for `List`) to a server. @throws TypeError if the server has it already */
export function addHealth(server: ServiceHost): Health {
  const statuses = new HealthStatuses((name) => server.services.has(name));
  server.add(HealthService, {
    check({ service }) {
      const status = statuses.get(service);
      if (status === undefined) throw new RpcError(Code.NotFound, `there is no service "${service}" here`);
      return { status: NUMBERS[status] };
    },
    async *watch({ service }, call) {
      for await (const status of statuses.watch(service, call.signal)) {
        yield { status: status === undefined ? ServingStatus.SERVICE_UNKNOWN : NUMBERS[status] };
      }
    },
    list() {
      const names = new Set([...statuses.names(), ...server.services.keys()]);
      if (names.size > MAX_LISTED_SERVICES) {
        throw new RpcError(
          Code.ResourceExhausted,
          `there are more than ${MAX_LISTED_SERVICES} services: check them one by one`,
        );
      }
      const entries = Object.create(null) as Record<string, HealthCheckResponse>;
      for (const name of names) entries[name] = { status: NUMBERS[statuses.get(name) ?? "unknown"] };
      return { statuses: entries };
    },
  });
  return {
    setStatus: (service, status) => statuses.set(service, status),
    status: (service) => statuses.get(service),
    shutdown: () => statuses.shutdown(),
  };
}

const NUMBERS: Readonly<Record<HealthStatus, ServingStatus>> = {
  serving: ServingStatus.SERVING,
  not_serving: ServingStatus.NOT_SERVING,
  unknown: ServingStatus.UNKNOWN,
};
