import type { OrcaLoadReport } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";

/**
 * What a server says of its load (gRFC A51), to clients that balance by it. What is left away is not told. A value outside
 * its range, as a quotient of two zeros may be, is ignored: a measurement must not fail a call.
 */
export interface LoadReport {
  /** The share of the processors that is in use, from 0; over 1 when more is asked of them than they have. */
  readonly cpuUtilization?: number | undefined;
  /** The share of the memory that is in use, from 0 to 1. */
  readonly memoryUtilization?: number | undefined;
  /** The share of whatever limits this application, from 0; balancers prefer it to `cpuUtilization`. */
  readonly applicationUtilization?: number | undefined;
  /** Calls a second that the server answers. */
  readonly callsPerSecond?: number | undefined;
  /** Calls a second that it fails. */
  readonly errorsPerSecond?: number | undefined;
  /** Shares of resources of your own, each from 0 to 1. */
  readonly utilization?: LoadValues | undefined;
  /** What this call has cost, in units of your own; only in the report of a call. */
  readonly requestCost?: LoadValues | undefined;
  /** Numbers of your own that are neither. */
  readonly namedMetrics?: LoadValues | undefined;
}

/** Numbers by name. */
export interface LoadValues {
  readonly [name: string]: number | undefined;
}

/** A report on its way: what the message's fields will be. */
export type ReportDraft = Partial<Omit<OrcaLoadReport, "rps" | "$unknown" | MapField>> & Record<MapField, Values>;

type MapField = "utilization" | "requestCost" | "namedMetrics";
type Values = { [name: string]: number };

/** A report that says nothing yet. */
export function emptyDraft(): ReportDraft {
  return { utilization: newValues(), requestCost: newValues(), namedMetrics: newValues() };
}

/** A copy that may be changed. */
export function copyDraft(draft: ReportDraft): ReportDraft {
  return {
    ...draft,
    utilization: newValues(draft.utilization),
    requestCost: newValues(draft.requestCost),
    namedMetrics: newValues(draft.namedMetrics),
  };
}

/** Puts what `report` says over what `draft` says; a key that is there and undefined is taken away. */
export function mergeReport(draft: ReportDraft, report: LoadReport): void {
  for (const [key, field, most] of NUMBERS) {
    if (!Object.hasOwn(report, key)) continue;
    const value = report[key];
    if (value === undefined) delete draft[field];
    else if (value >= 0 && value <= most) draft[field] = value;
  }
  for (const [key, least, most] of MAPS) {
    const values = report[key] ?? {};
    for (const name of Object.keys(values)) {
      const value = values[name];
      if (value === undefined) delete draft[key][name];
      else if (value >= least && value <= most) draft[key][name] = value;
    }
  }
}

/** Names come from outside: without a prototype none of them means anything else. */
function newValues(from?: Values): Values {
  return Object.assign(Object.create(null) as Values, from);
}

/** Keys, the fields that they become, and the greatest value that A51 allows. */
const NUMBERS = [
  ["cpuUtilization", "cpuUtilization", Number.MAX_VALUE],
  ["memoryUtilization", "memUtilization", 1],
  ["applicationUtilization", "applicationUtilization", Number.MAX_VALUE],
  ["callsPerSecond", "rpsFractional", Number.MAX_VALUE],
  ["errorsPerSecond", "eps", Number.MAX_VALUE],
] as const;

const MAPS = [
  ["utilization", 0, 1],
  ["requestCost", -Number.MAX_VALUE, Number.MAX_VALUE],
  ["namedMetrics", -Number.MAX_VALUE, Number.MAX_VALUE],
] as const;
