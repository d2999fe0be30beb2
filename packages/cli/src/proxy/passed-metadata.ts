import { Metadata } from "hawser";

/** Fields of the way from the client to the proxy; those of the way from there to the server are its channel's. */
const OF_THE_WAY: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connect-accept-encoding",
  "connect-content-encoding",
  "connect-protocol-version",
  "connect-timeout-ms",
  "content-encoding",
  "dnt",
  "grpc-previous-rpc-attempts",
  "origin",
  "pragma",
  "priority",
  "referer",
  "user-agent",
  "x-accept-content-transfer-encoding",
  "x-grpc-web",
  "x-user-agent",
]);

/** What a client sent, without what browsers and protocols add for the way to the proxy. */
export function passedMetadata(metadata: Metadata): Metadata {
  const passed = new Metadata(metadata);
  for (const key of new Set([...metadata.toFields()].map(({ name }) => name))) {
    if (OF_THE_WAY.has(key) || key.startsWith("sec-")) passed.delete(key);
  }
  return passed;
}
