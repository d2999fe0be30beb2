/**
 * "hawser/google-api": what `google/api/annotations.proto` and its kin declare: HTTP rules of methods
 * (google.aip.dev/127), bodies of any content type, and how fields behave (google.aip.dev/203).
 */
export * from "./google/api/annotations.pb.js";
export * from "./google/api/field_behavior.pb.js";
export * from "./google/api/http.pb.js";
export * from "./google/api/httpbody.pb.js";
