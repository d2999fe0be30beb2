import type { MeterProvider } from "@opentelemetry/api";
import type { Observer } from "hawser/web";
import type { OpenTelemetryOptions } from "../options.js";
import { LIBRARY } from "../version.js";
import { ClientCallMetrics } from "./client-call-metrics.js";
import { connectionMetrics } from "./connection-metrics.js";
import { createInstruments } from "./instruments.js";
import { ServerCallMetrics } from "./server-call-metrics.js";

/** Measures calls and connections. */
export function metricsObserver(
  provider: MeterProvider,
  options: Pick<
    OpenTelemetryOptions,
    "enableMetrics" | "disableMetrics" | "optionalLabels" | "recordUnregisteredMethod"
  >,
): Observer {
  const instruments = createInstruments(provider.getMeter(LIBRARY.name, LIBRARY.version), options);
  const labels = new Set(options.optionalLabels ?? []);
  return {
    onEvent: connectionMetrics(instruments, labels),
    startClientCall: (start) => new ClientCallMetrics(instruments, labels, start),
    startServerCall: (start) => new ServerCallMetrics(instruments, options.recordUnregisteredMethod, start),
  };
}
