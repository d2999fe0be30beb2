/**
 * OpenTelemetry for Hawser: the metrics of gRFC A66, A78, A94 and A96, and the traces of gRFC A72.
 *
 * @module
 */
export { OPT_IN_METRICS } from "./metrics/instruments.js";
export { openTelemetry } from "./open-telemetry.js";
export type { OpenTelemetryOptions } from "./options.js";
export { GrpcTraceBinPropagator } from "./propagation/grpc-trace-bin.js";
