/** ORCA, as the cases orca_per_rpc and orca_oob and the test server's features of the same name need it (gRFC A51). */
import { deepStrictEqual } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Channel, createClient, type Metadata, type NodeServer } from "hawser";
import { decode } from "hawser/protobuf";
import { addLoadReporting, type LoadReport } from "hawser/services";
import type { TestOrcaReport } from "../gen/grpc/testing/messages.pb.js";
import { OrcaLoadReport } from "../gen/xds/data/orca/v3/orca_load_report.pb.js";
import { OpenRcaService } from "../gen/xds/service/orca/v3/orca.pb.js";

/** What a test says of a server's load. */
export interface TestReport {
  readonly cpuUtilization: number;
  readonly memoryUtilization: number;
  readonly requestCost?: Readonly<Record<string, number>>;
  readonly utilization?: Readonly<Record<string, number>>;
}

/** Peers report to the second; the test shall not wait for a minute. */
const MIN_INTERVAL_MS = 100;

/** The out-of-band reports of a test server. A stream that sets them keeps them to itself until it ends. */
export class OutOfBandReports {
  readonly #load: ReturnType<typeof addLoadReporting>;
  #free: Promise<void> = Promise.resolve();

  constructor(server: NodeServer) {
    this.#load = addLoadReporting(server, { minIntervalMs: MIN_INTERVAL_MS });
  }

  /** Waits for its turn; call the result when the stream ends. */
  async hold(): Promise<() => void> {
    const before = this.#free;
    let release = () => {};
    this.#free = new Promise((resolve) => (release = resolve));
    await before;
    return release;
  }

  report(report: TestOrcaReport): void {
    this.#load.replace(loadReport(report));
  }
}

/** A report in the test service's form as our server takes it. */
export function loadReport({
  cpuUtilization,
  memoryUtilization,
  requestCost,
  utilization,
}: TestOrcaReport): LoadReport {
  return { cpuUtilization, memoryUtilization, requestCost, utilization };
}

/** Fails unless the trailer has a report that says this. */
export function checkCallReport(trailer: Metadata, expected: TestReport): void {
  const bytes = trailer.get("endpoint-load-metrics-bin");
  if (!(bytes instanceof Uint8Array)) throw new Error("the trailer has no endpoint-load-metrics-bin");
  checkReport(decode(OrcaLoadReport, bytes), expected);
}

/** Waits until the server's out-of-band report says this. The caller bounds the wait. */
export async function waitForOobReport(channel: Channel, expected: TestReport): Promise<void> {
  const reports = createClient(OpenRcaService, channel).streamCoreMetrics({ reportInterval: { seconds: 1n } });
  for await (const report of reports) {
    try {
      checkReport(report, expected);
      return;
    } catch {
      await sleep(10);
    }
  }
  throw new Error(`the reports ended before one said ${JSON.stringify(expected)}`);
}

function checkReport(report: OrcaLoadReport, expected: TestReport): void {
  deepStrictEqual(
    {
      cpuUtilization: report.cpuUtilization,
      memoryUtilization: report.memUtilization,
      requestCost: { ...report.requestCost },
      utilization: { ...report.utilization },
    },
    { requestCost: {}, utilization: {}, ...expected },
  );
}
