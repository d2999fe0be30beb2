/** The connectivity states of gRPC (grpc/doc/connectivity-semantics-and-api.md). */
export type ConnectivityState = "idle" | "connecting" | "ready" | "transient_failure" | "shutdown";
