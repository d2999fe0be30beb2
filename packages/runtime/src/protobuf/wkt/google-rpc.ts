/**
 * "hawser/google-rpc": the messages of google.rpc that tell of errors (google.aip.dev/193), for the `details` of an
 * RpcError.
 */
export * from "./google/rpc/error_details.pb.js";
export * from "./google/rpc/status.pb.js";
