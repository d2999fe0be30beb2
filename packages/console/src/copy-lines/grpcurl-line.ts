import { compact } from "./hawser-line.js";
import type { LineCall } from "./line-call.js";
import { shellLine } from "./shell-word.js";

/** `grpcurl …` (https://github.com/fullstorydev/grpcurl): the same call by a tool that others wrote. */
export function grpcurlLine({ method, requests, metadata, timeoutMs, target }: LineCall): string {
  const groups: string[][] = [target.tls ? ["grpcurl"] : ["grpcurl", "-plaintext"]];
  for (const root of target.protoRoots ?? []) groups.push(["-import-path", root]);
  for (const file of target.protoFiles ?? []) groups.push(["-proto", file]);
  for (const [name, value] of metadata) groups.push(["-H", `${name}: ${value}`]);
  // It takes seconds, with a fraction.
  if (timeoutMs !== undefined) groups.push(["-max-time", String(timeoutMs / 1000)]);
  // Messages may follow each other. Of a stream without messages the data is empty; without -d it would be the same.
  if (requests.length > 0) groups.push(["-d", requests.map(compact).join(" ")]);
  groups.push([target.address, `${method.service}/${method.name}`]);
  return shellLine(groups);
}
