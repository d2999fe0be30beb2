import type { FrameParser } from "./frame/frame-parser.js";

/**
 * How a connection ended that its peer, or the network, has ended without a word of HTTP/2; for people.
 * @param error what the socket said, if it failed
 * @param goAway what the peer had said in GOAWAY; empty if nothing
 */
export function describeEnd(
  error: unknown,
  role: "client" | "server",
  { opening, begun }: FrameParser,
  openStreams: number,
  goAway: string,
): string {
  if (opening !== "") {
    return `the peer does not speak HTTP/2: it ${role === "client" ? "answered" : "sent"} ${opening}`;
  }
  const how =
    error === undefined
      ? "the peer closed the connection (FIN)"
      : `the connection broke (${error instanceof Error ? error.message : String(error)})`;
  if (!begun) return `${how} before it had sent its HTTP/2 settings`;
  const streams =
    openStreams === 0 ? "" : ` while ${openStreams} ${openStreams === 1 ? "stream was" : "streams were"} open`;
  return goAway === "" ? `${how}${streams}` : `${how}${streams}, after ${goAway}`;
}
