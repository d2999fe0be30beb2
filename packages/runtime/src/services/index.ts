/**
 * "hawser/services": the services that operators and tools expect of every gRPC server. They are built on the public
 * API, so that a server without them carries none of their code.
 */
export {
  Address_Type as BinaryLogAddressType,
  GrpcLogEntry,
  GrpcLogEntry_EventType,
  GrpcLogEntry_Logger,
} from "../protobuf/wkt/grpc/binarylog/v1/binarylog.pb.js";
export { Channelz } from "../protobuf/wkt/grpc/channelz/v1/channelz.pb.js";
export { Health as HealthService } from "../protobuf/wkt/grpc/health/v1/health.pb.js";
export {
  ServerReflection,
  type ServerReflectionRequestInit,
  type ServerReflectionResponse,
} from "../protobuf/wkt/grpc/reflection/v1/reflection.pb.js";
export { ServerReflection as ServerReflectionV1Alpha } from "../protobuf/wkt/grpc/reflection/v1alpha/reflection.pb.js";
export { addAdmin } from "./add-admin.js";
export { type BinaryLogOptions, binaryLog } from "./binary-log/binary-log.js";
export type { BinaryLogSink } from "./binary-log/call-log.js";
export { readBinaryLog } from "./binary-log/read-binary-log.js";
export { addChannelz, CHANNELZ_PAGE, type ObservedServer } from "./channelz/add-channelz.js";
export { addHealth, type Health, MAX_LISTED_SERVICES } from "./health/add-health.js";
export type { HealthStatus } from "./health/health-statuses.js";
export { addOpenApi, type OpenApiOptions } from "./openapi/add-open-api.js";
export { type OpenApiInput, openApiDocument } from "./openapi/openapi-document.js";
export { addLoadReporting, type LoadReportingOptions } from "./orca/add-load-reporting.js";
export type { LoadReport, LoadValues } from "./orca/load-report.js";
export { reportLoad, reportServerLoad } from "./orca/report-load.js";
export { ServerLoad } from "./orca/server-load.js";
export { addReflection } from "./reflection/add-reflection.js";
export type { ServiceHost } from "./service-host.js";
