import { encode, fromJsonString } from "hawser/protobuf";
import { compact } from "./hawser-line.js";
import type { LineCall } from "./line-call.js";
import { shellLine, shellWord } from "./shell-word.js";

/**
 * `curl …`: a unary call by the Connect protocol, whose request is plain JSON, where the server speaks it; else gRPC itself over
 * HTTP/2, whose body is base64 in the line and whose replies `hawser decode` shows.
 *
 * @throws ProtobufError if a request is no JSON of its type
 */
export function curlLine(call: LineCall): string {
  return call.method.kind === "unary" && call.target.protocols.includes("connect") ? connectLine(call) : grpcLine(call);
}

/** Connect, "Unary-Request". */
function connectLine(call: LineCall): string {
  const { requests, timeoutMs } = call;
  return shellLine([
    ["curl", urlOf(call)],
    ["-H", "content-type: application/json"],
    ...(timeoutMs === undefined ? [] : [["-H", `connect-timeout-ms: ${Math.ceil(timeoutMs)}`]]),
    ...headers(call),
    ["-d", compact(requests[0] ?? "{}")],
  ]);
}

/** gRPC over HTTP2, "Requests": each message behind a flag and four bytes of length. The status is in the trailers, which -v shows. */
function grpcLine(call: LineCall): string {
  const { method, registry, requests, timeoutMs, target } = call;
  const bodies = requests.map((request) => encode(method.input, fromJsonString(method.input, request, { registry })));
  const framed = new Uint8Array(bodies.reduce((sum, body) => sum + 5 + body.length, 0));
  let at = 0;
  for (const body of bodies) {
    new DataView(framed.buffer).setUint32(at + 1, body.length);
    framed.set(body, at + 5);
    at += 5 + body.length;
  }
  const curl = shellLine([
    ["curl", "-sSv", urlOf(call)],
    [target.tls ? "--http2" : "--http2-prior-knowledge"],
    ["-H", "content-type: application/grpc"],
    ["-H", "te: trailers"],
    ...(timeoutMs === undefined ? [] : [["-H", `grpc-timeout: ${grpcTimeout(timeoutMs)}`]]),
    ...headers(call),
    ["--data-binary", "@-"],
  ]);
  return `printf %s ${shellWord(base64(framed))} | base64 -d \\\n  | ${curl} \\\n  | hawser decode --grpc`;
}

function urlOf({ method, target }: LineCall): string {
  return `${target.tls ? "https" : "http"}://${target.address}${method.path}`;
}

/** curl leaves out a header without a value unless a semicolon stands for the colon. */
function headers({ metadata }: LineCall): string[][] {
  return metadata.map(([name, value]) => ["-H", value.trim() === "" ? `${name};` : `${name}: ${value}`]);
}

/** "Timeout": at most eight digits. */
function grpcTimeout(ms: number): string {
  const whole = Math.ceil(ms);
  return whole < 100_000_000 ? `${whole}m` : `${Math.ceil(whole / 1000)}S`;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
