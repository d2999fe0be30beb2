import type { Counter, Histogram, Meter, UpDownCounter } from "@opentelemetry/api";

/** Seconds; gRFC A66, "Units". */
const LATENCY_BUCKETS: number[] = [
  0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.013,
  0.016, 0.02, 0.025, 0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 2, 5, 10,
  20, 50, 100,
];

/** Bytes; gRFC A66, "Units". */
const SIZE_BUCKETS: number[] = [
  0, 1024, 2048, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824, 4294967296,
];

/** gRFC A96. */
const RETRY_BUCKETS: number[] = [1, 2, 3, 4, 5];
const TRANSPARENT_RETRY_BUCKETS: number[] = [1, 2, 3, 4, 5, 10];

/** What an instrument is made of. */
interface Plan {
  readonly name: string;
  readonly kind: "counter" | "up_down_counter" | "histogram";
  readonly unit: string;
  readonly description: string;
  readonly buckets?: number[];
}

function plan(name: string, kind: Plan["kind"], unit: string, description: string, buckets?: number[]): Plan {
  return { name, kind, unit, description, ...(buckets === undefined ? {} : { buckets }) };
}

type StableKey =
  | "attemptStarted"
  | "attemptDuration"
  | "attemptSent"
  | "attemptReceived"
  | "callDuration"
  | "serverStarted"
  | "serverDuration"
  | "serverSent"
  | "serverReceived";

type ExperimentalKey =
  | "callRetries"
  | "callTransparentRetries"
  | "callHedges"
  | "callRetryDelay"
  | "disconnections"
  | "attemptsSucceeded"
  | "attemptsFailed"
  | "openConnections"
  | "wrrFallback"
  | "wrrNotYetUsable"
  | "wrrStale"
  | "wrrWeights"
  | "pickFirstDisconnections"
  | "pickFirstAttemptsSucceeded"
  | "pickFirstAttemptsFailed";

/** On by default (gRFC A66). */
const STABLE: Readonly<Record<StableKey, Plan>> = {
  attemptStarted: plan(
    "grpc.client.attempt.started",
    "counter",
    "{attempt}",
    "The total number of RPC attempts started, including those that have not completed.",
  ),
  attemptDuration: plan(
    "grpc.client.attempt.duration",
    "histogram",
    "s",
    "End-to-end time taken to complete an RPC attempt including the time it takes to pick a subchannel.",
    LATENCY_BUCKETS,
  ),
  attemptSent: plan(
    "grpc.client.attempt.sent_total_compressed_message_size",
    "histogram",
    "By",
    "Total bytes (compressed but not encrypted) sent across all request messages per RPC attempt.",
    SIZE_BUCKETS,
  ),
  attemptReceived: plan(
    "grpc.client.attempt.rcvd_total_compressed_message_size",
    "histogram",
    "By",
    "Total bytes (compressed but not encrypted) received across all response messages per RPC attempt.",
    SIZE_BUCKETS,
  ),
  callDuration: plan(
    "grpc.client.call.duration",
    "histogram",
    "s",
    "End-to-end time taken to complete an RPC from the application's perspective.",
    LATENCY_BUCKETS,
  ),
  serverStarted: plan(
    "grpc.server.call.started",
    "counter",
    "{call}",
    "The total number of RPCs started, including those that have not completed.",
  ),
  serverDuration: plan(
    "grpc.server.call.duration",
    "histogram",
    "s",
    "End-to-end time an RPC takes from the server transport's perspective.",
    LATENCY_BUCKETS,
  ),
  serverSent: plan(
    "grpc.server.call.sent_total_compressed_message_size",
    "histogram",
    "By",
    "Total bytes (compressed but not encrypted) sent across all response messages per RPC.",
    SIZE_BUCKETS,
  ),
  serverReceived: plan(
    "grpc.server.call.rcvd_total_compressed_message_size",
    "histogram",
    "By",
    "Total bytes (compressed but not encrypted) received across all request messages per RPC.",
    SIZE_BUCKETS,
  ),
};

/** Experimental, and so off by default (gRFC A79, "Metric Stability"). */
const EXPERIMENTAL: Readonly<Record<ExperimentalKey, Plan>> = {
  callRetries: plan(
    "grpc.client.call.retries",
    "histogram",
    "{retry}",
    "Number of retries during the client call. If there were no retries, 0 is not reported.",
    RETRY_BUCKETS,
  ),
  callTransparentRetries: plan(
    "grpc.client.call.transparent_retries",
    "histogram",
    "{transparent_retry}",
    "Number of transparent retries during the client call. If there were none, 0 is not reported.",
    TRANSPARENT_RETRY_BUCKETS,
  ),
  callHedges: plan(
    "grpc.client.call.hedges",
    "histogram",
    "{hedge}",
    "Number of hedges during the client call. If there were no hedges, 0 is not reported.",
    RETRY_BUCKETS,
  ),
  callRetryDelay: plan(
    "grpc.client.call.retry_delay",
    "histogram",
    "s",
    "Total time of delay while there is no active attempt during the client call.",
    LATENCY_BUCKETS,
  ),
  disconnections: plan(
    "grpc.subchannel.disconnections",
    "counter",
    "{disconnection}",
    "Number of times the selected subchannel becomes disconnected.",
  ),
  attemptsSucceeded: plan(
    "grpc.subchannel.connection_attempts_succeeded",
    "counter",
    "{attempt}",
    "Number of successful connection attempts.",
  ),
  attemptsFailed: plan(
    "grpc.subchannel.connection_attempts_failed",
    "counter",
    "{attempt}",
    "Number of failed connection attempts.",
  ),
  openConnections: plan(
    "grpc.subchannel.open_connections",
    "up_down_counter",
    "{connection}",
    "Number of open connections.",
  ),
  wrrFallback: plan(
    "grpc.lb.wrr.rr_fallback",
    "counter",
    "{update}",
    "Number of scheduler updates in which there were not enough endpoints with valid weight.",
  ),
  wrrNotYetUsable: plan(
    "grpc.lb.wrr.endpoint_weight_not_yet_usable",
    "counter",
    "{endpoint}",
    "Number of endpoints from each scheduler update that don't yet have usable weight information.",
  ),
  wrrStale: plan(
    "grpc.lb.wrr.endpoint_weight_stale",
    "counter",
    "{endpoint}",
    "Number of endpoints from each scheduler update whose latest weight is older than the expiration period.",
  ),
  wrrWeights: plan(
    "grpc.lb.wrr.endpoint_weights",
    "histogram",
    "{weight}",
    "Weight of each endpoint, recorded on every scheduler update; 0 for those without usable weights.",
  ),
  pickFirstDisconnections: plan(
    "grpc.lb.pick_first.disconnections",
    "counter",
    "{disconnection}",
    "Number of times the selected subchannel becomes disconnected.",
  ),
  pickFirstAttemptsSucceeded: plan(
    "grpc.lb.pick_first.connection_attempts_succeeded",
    "counter",
    "{attempt}",
    "Number of successful connection attempts.",
  ),
  pickFirstAttemptsFailed: plan(
    "grpc.lb.pick_first.connection_attempts_failed",
    "counter",
    "{attempt}",
    "Number of failed connection attempts.",
  ),
};

/** The names of the metrics that are off unless `enableMetrics` names them. */
export const OPT_IN_METRICS: readonly string[] = Object.values(EXPERIMENTAL).map(({ name }) => name);

/** The instruments; those that are off are absent. */
export type Instruments = {
  readonly [K in StableKey | ExperimentalKey]?: Instrument;
};

type Instrument = Counter | UpDownCounter | Histogram;

/** What is on. */
export interface Enabled {
  readonly enableMetrics?: readonly string[] | "all";
  readonly disableMetrics?: readonly string[];
}

/** Makes the instruments that are on. @throws TypeError for a name that is no metric */
export function createInstruments(meter: Meter, { enableMetrics = [], disableMetrics = [] }: Enabled): Instruments {
  const known = new Set([...Object.values(STABLE), ...Object.values(EXPERIMENTAL)].map(({ name }) => name));
  for (const name of [...(enableMetrics === "all" ? [] : enableMetrics), ...disableMetrics]) {
    if (!known.has(name)) {
      throw new TypeError(`there is no metric "${name}"; there are: ${[...known].sort().join(", ")}`);
    }
  }
  const instruments: Record<string, Instrument> = {};
  const make = (plans: Readonly<Record<string, Plan>>, isOn: (name: string) => boolean): void => {
    for (const [key, each] of Object.entries(plans)) {
      if (isOn(each.name) && !disableMetrics.includes(each.name)) instruments[key] = createInstrument(meter, each);
    }
  };
  make(STABLE, () => true);
  make(EXPERIMENTAL, (name) => enableMetrics === "all" || enableMetrics.includes(name));
  return instruments;
}

function createInstrument(meter: Meter, { name, kind, unit, description, buckets }: Plan): Instrument {
  switch (kind) {
    case "counter":
      return meter.createCounter(name, { unit, description });
    case "up_down_counter":
      return meter.createUpDownCounter(name, { unit, description });
    case "histogram":
      // The buckets are advice: a view of the SDK may choose others (gRFC A66, "Units").
      return meter.createHistogram(name, {
        unit,
        description,
        ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: buckets } }),
      });
  }
}
