import { joinObservers, type Observer } from "hawser/web";
import { metricsObserver } from "./metrics/metrics-observer.js";
import type { OpenTelemetryOptions } from "./options.js";
import { tracesObserver } from "./traces/traces-observer.js";

/**
 * What to give to channels and servers: `createChannel(target, { observers: [otel] })`, `createServer({ observers:
 * [otel] })`. One may serve any number of both.
 */
export function openTelemetry(options: OpenTelemetryOptions): Observer {
  const observers: Observer[] = [];
  // Traces first: what a handler does belongs to its span.
  if (options.tracerProvider !== undefined) observers.push(tracesObserver(options.tracerProvider, options));
  if (options.meterProvider !== undefined) observers.push(metricsObserver(options.meterProvider, options));
  return joinObservers({ observers }) ?? {};
}
