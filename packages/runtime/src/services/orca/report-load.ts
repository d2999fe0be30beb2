import { encode } from "../../protobuf/codec/encode.js";
import { OrcaLoadReport } from "../../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import type { Call, Interceptor, Payload } from "../../rpc/interceptor.js";
import type { ServerCall } from "../../server/server-call.js";
import { copyDraft, emptyDraft, type LoadReport, mergeReport, type ReportDraft } from "./load-report.js";
import type { ServerLoad } from "./server-load.js";

/** The trailer in which a call's report goes (gRFC A51). */
export const LOAD_REPORT_KEY = "endpoint-load-metrics-bin";

/** What has been said of the calls that are under way. */
const drafts = new WeakMap<Call, ReportDraft>();

/**
 * Says what a call has cost, or how busy the server is: sent with the status of the call, to clients that balance by it
 * (gRFC A51). Called again, it adds to what was said before. Without effect once the call has ended.
 *
 * ```ts
 * get(request, call) { reportLoad(call, { requestCost: { rows: 40 } }); return ...; }
 * ```
 */
export function reportLoad(call: ServerCall, report: LoadReport): void {
  let draft = drafts.get(call);
  if (draft === undefined) drafts.set(call, (draft = emptyDraft()));
  mergeReport(draft, report);
  call.trailer.set(LOAD_REPORT_KEY, encode(OrcaLoadReport, draft));
}

/**
 * An interceptor that has every call report the load of the server, as it is at the end of the call, under what
 * {@link reportLoad} says of the call itself.
 */
export function reportServerLoad(load: ServerLoad): Interceptor {
  const report = (call: ServerCall): void => {
    const draft = copyDraft(load.draft);
    const own = drafts.get(call);
    if (own !== undefined) {
      const { utilization, requestCost, namedMetrics, ...numbers } = own;
      Object.assign(draft, numbers);
      Object.assign(draft.utilization, utilization);
      Object.assign(draft.requestCost, requestCost);
      Object.assign(draft.namedMetrics, namedMetrics);
    }
    call.trailer.set(LOAD_REPORT_KEY, encode(OrcaLoadReport, draft));
  };
  return async (call, next) => {
    const serverCall = call as ServerCall;
    const { kind } = call.method;
    let reply: Payload;
    try {
      reply = await next();
    } catch (error) {
      report(serverCall);
      throw error;
    }
    if (kind === "server_streaming" || kind === "bidi_streaming") return reportAtEnd(reply, () => report(serverCall));
    report(serverCall);
    return reply;
  };
}

async function* reportAtEnd(replies: AsyncIterable<unknown>, report: () => void): AsyncGenerator<unknown> {
  try {
    yield* replies;
  } finally {
    report();
  }
}
