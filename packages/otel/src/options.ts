import type { MeterProvider, TextMapPropagator, TracerProvider } from "@opentelemetry/api";

/** What is measured, and where it goes. */
export interface OpenTelemetryOptions {
  /** Takes the metrics. Without it there are none: the API's global provider is not used (gRFC A66). */
  readonly meterProvider?: MeterProvider;
  /** Takes the spans. Without it there are none. */
  readonly tracerProvider?: TracerProvider;
  /**
   * Carries the trace from process to process: `W3CTraceContextPropagator` of `@opentelemetry/core`,
   * `GrpcTraceBinPropagator` for peers that still speak OpenCensus' format, or both in a `CompositePropagator`. Default:
   * the API's global one.
   */
  readonly propagator?: TextMapPropagator;
  /**
   * Metrics beside those that are on by default: names of {@link OPT_IN_METRICS}, or "all". They are experimental in the
   * gRFCs, and off unless they are named here.
   */
  readonly enableMetrics?: readonly string[] | "all";
  /** Metrics that are on by default and shall not be. */
  readonly disableMetrics?: readonly string[];
  /**
   * Labels that are left away by default: `grpc.lb.locality` and `grpc.lb.backend_service` (empty unless a balancer
   * knows them), `grpc.disconnect_error`, `grpc.security_level`.
   */
  readonly optionalLabels?: readonly string[];
  /**
   * Whether the name of a method that a server does not have, as `pkg.Service/Method`, is recorded as it came. Default:
   * never, it is recorded as "other": anybody can make up names, and each would be a time series (gRFC A66).
   */
  readonly recordUnregisteredMethod?: (method: string) => boolean;
}
