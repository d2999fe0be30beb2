import { decode } from "../protobuf/codec/decode.js";
import { OrcaLoadReport } from "../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import type { HttpFields } from "../rpc/http-types.js";
import { Metadata } from "../rpc/metadata.js";

/** What the server said of its load with the status of a call (gRFC A51); undefined for nothing, or what can't be read. */
export function loadReportOf(fields: HttpFields): OrcaLoadReport | undefined {
  const field = fields.find(({ name }) => name === LOAD_REPORT_KEY);
  if (field === undefined) return undefined;
  try {
    const bytes = Metadata.fromFields([field]).get(LOAD_REPORT_KEY);
    return bytes === undefined ? undefined : decode(OrcaLoadReport, bytes);
  } catch {
    // The server's own affair: a call is no worse for it.
    return undefined;
  }
}

const LOAD_REPORT_KEY = "endpoint-load-metrics-bin";
