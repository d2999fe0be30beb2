import {
  type Context,
  context,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { Metadata, type Observer } from "hawser/web";
import type { OpenTelemetryOptions } from "../options.js";
import { metadataGetter } from "../propagation/metadata-carrier.js";
import { LIBRARY } from "../version.js";
import { ClientCallTrace } from "./client-call-trace.js";
import { ServerCallTrace } from "./server-call-trace.js";

/** Makes spans of calls and attempts, and carries the trace from one process to the next (gRFC A72). */
export function tracesObserver(
  provider: TracerProvider,
  options: Pick<OpenTelemetryOptions, "propagator" | "recordUnregisteredMethod">,
): Observer {
  const tracer = provider.getTracer(LIBRARY.name, LIBRARY.version);
  // The API's own object has the shape of a propagator, but for `fields`.
  const propagator: Pick<TextMapPropagator, "inject" | "extract"> = options.propagator ?? propagation;
  /** The contexts of calls that handlers are at work on, for the calls that name one as their parent. */
  const contexts = new WeakMap<object, Context>();
  return {
    startClientCall(start) {
      let parent = context.active();
      // Without a context manager, or where its context was lost, `parent` says whose call this is.
      if (trace.getSpan(parent) === undefined && start.parent !== undefined) {
        parent = contexts.get(start.parent) ?? parent;
      }
      return new ClientCallTrace(tracer, propagator, parent, start);
    },
    startServerCall(start) {
      const parent = propagator.extract(context.active(), Metadata.fromFields(start.fields), metadataGetter);
      const call = new ServerCallTrace(tracer, parent, options.recordUnregisteredMethod, start);
      if (start.call !== undefined) contexts.set(start.call, call.context);
      return call;
    },
  };
}
