import { systemClock } from "../../base/clock.js";
import type { Duration } from "../../protobuf/wkt/google/protobuf/duration.pb.js";
import { OpenRcaService } from "../../protobuf/wkt/xds/service/orca/v3/orca.pb.js";
import type { ServiceHost } from "../service-host.js";
import { ServerLoad } from "./server-load.js";

/** How a server tells its load to clients that ask for it. */
export interface LoadReportingOptions {
  /** A client may ask for reports more often, and gets them no more often than this. Default 30,000 ms (gRFC A51). */
  readonly minIntervalMs?: number;
  /** What is told. Default: one of its own, which is returned. */
  readonly load?: ServerLoad;
}

/**
 * Adds xds.service.orca.v3.OpenRcaService to a server: clients get its load at once and then at an interval, beside
 * their calls (gRFC A51, "out-of-band").
 *
 * @returns what the server says of its load, to be kept up to date
 * @throws TypeError if the server has the service already
 */
export function addLoadReporting(server: ServiceHost, options: LoadReportingOptions = {}): ServerLoad {
  const { minIntervalMs = DEFAULT_MIN_INTERVAL_MS, load = new ServerLoad() } = options;
  server.add(OpenRcaService, {
    async *streamCoreMetrics({ reportInterval }, call) {
      const intervalMs = Math.max(minIntervalMs, millisecondsOf(reportInterval));
      while (!call.signal.aborted) {
        // What a call costs is no business of the server as a whole.
        yield { ...load.draft, requestCost: {} };
        await pause(intervalMs, call.signal);
      }
    },
  });
  return load;
}

function millisecondsOf(duration: Duration | undefined): number {
  return duration === undefined ? 0 : Number(duration.seconds) * 1e3 + duration.nanos / 1e6;
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = systemClock.schedule(done, delayMs, true);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}

/** 30 s (gRFC A51): reports are for balancing, not for watching. */
const DEFAULT_MIN_INTERVAL_MS = 30_000;
