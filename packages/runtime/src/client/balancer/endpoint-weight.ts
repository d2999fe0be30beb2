import type { OrcaLoadReport } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";

/** How weights come from reports (gRFC A58). */
export interface WeightRules {
  /** A server that has just been connected counts for nothing in particular for so long. */
  readonly blackoutMs: number;
  /** Without a report for so long its weight is not known any more. */
  readonly expirationMs: number;
  /** What share of a call's cost an error adds to the utilization. */
  readonly errorPenalty: number;
  /** What stands for the utilization if the application says nothing of its own (gRFC A114). */
  readonly metricNames: readonly string[];
}

/** How many calls a server answers for the whole of its resources: what it weighs, against others. */
export class EndpointWeight {
  #weight = 0;
  #reportedAtMs = -Infinity;
  /** When the first report of this connection came; Infinity while there is none that holds. */
  #knownSinceMs = Infinity;
  #connection: unknown;

  /** `connection` stands for the connection that the server has: with another one the blackout begins anew. */
  onReady(connection: unknown): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.#knownSinceMs = Infinity;
  }

  onReport(report: OrcaLoadReport, rules: WeightRules, nowMs: number): void {
    const weight = weightOf(report, rules);
    if (weight === 0) return;
    this.#weight = weight;
    this.#reportedAtMs = nowMs;
    if (this.#knownSinceMs === Infinity) this.#knownSinceMs = nowMs;
  }

  /** Why there is, or is not, a weight now (gRFC A78 counts both). */
  standing(rules: WeightRules, nowMs: number): "usable" | "stale" | "not_yet_usable" {
    if (this.#reportedAtMs === -Infinity) return "not_yet_usable";
    if (nowMs - this.#reportedAtMs >= rules.expirationMs) return "stale";
    return this.current(rules, nowMs) > 0 ? "usable" : "not_yet_usable";
  }

  /** The weight to be used now; 0 for none that is known. */
  current(rules: WeightRules, nowMs: number): number {
    if (nowMs - this.#reportedAtMs >= rules.expirationMs) {
      this.#knownSinceMs = Infinity;
      return 0;
    }
    if (rules.blackoutMs > 0 && !(nowMs - this.#knownSinceMs >= rules.blackoutMs)) return 0;
    return this.#weight;
  }
}

/** Calls a second for each unit of utilization, errors counted as utilization (gRFC A58, "Subchannel Weights"). */
function weightOf(report: OrcaLoadReport, { errorPenalty, metricNames }: WeightRules): number {
  const { rpsFractional: callsPerSecond, eps } = report;
  const utilization = utilizationOf(report, metricNames);
  if (!(callsPerSecond > 0 && utilization > 0)) return 0;
  const penalty = eps > 0 && errorPenalty > 0 ? (eps / callsPerSecond) * errorPenalty : 0;
  const weight = callsPerSecond / (utilization + penalty);
  return Number.isFinite(weight) && weight > 0 ? weight : 0;
}

/** The application's word, else the greatest of the metrics that are named, else that of the processors (gRFC A114). */
function utilizationOf(report: OrcaLoadReport, metricNames: readonly string[]): number {
  if (report.applicationUtilization > 0) return report.applicationUtilization;
  let most = 0;
  for (const name of metricNames) {
    const value = metricOf(report, name);
    if (value > most) most = value;
  }
  return most > 0 ? most : report.cpuUtilization;
}

function metricOf(report: OrcaLoadReport, name: string): number {
  if (name === "cpu_utilization") return report.cpuUtilization;
  if (name === "mem_utilization") return report.memUtilization;
  if (name === "application_utilization") return report.applicationUtilization;
  const dot = name.indexOf(".");
  const key = name.slice(dot + 1);
  const map = name.startsWith("named_metrics.")
    ? report.namedMetrics
    : name.startsWith("utilization.")
      ? report.utilization
      : name.startsWith("request_cost.")
        ? report.requestCost
        : undefined;
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : 0;
}
