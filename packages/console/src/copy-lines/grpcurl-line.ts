import { compact } from "./hawser-line.js";
import type { LineCall, LineTarget } from "./line-call.js";
import { shellLine } from "./shell-word.js";

/** `grpcurl …` (https://github.com/fullstorydev/grpcurl): the same call by a tool that others wrote. */
export function grpcurlLine({ method, requests, metadata, timeoutMs, target }: LineCall): string {
  const groups: string[][] = [target.tls ? ["grpcurl"] : ["grpcurl", "-plaintext"]];
  groups.push(...schemaFlags(target, method.file?.name ?? ""));
  for (const [name, value] of metadata) groups.push(["-H", `${name}: ${value}`]);
  // It takes seconds, with a fraction.
  if (timeoutMs !== undefined) groups.push(["-max-time", String(timeoutMs / 1000)]);
  // Messages may follow each other. Of a stream without messages the data is empty; without -d it would be the same.
  if (requests.length > 0) groups.push(["-d", requests.map(compact).join(" ")]);
  groups.push([target.address, `${method.service}/${method.name}`]);
  return shellLine(groups);
}

/**
 * It knows no directories: of one it is told the file that declares the service, found from there. A `.proto` file is found from an import
 * root, which without any is where it lies.
 */
function schemaFlags({ schemaInputs = [], protoPaths = [] }: LineTarget, declaredIn: string): string[][] {
  const groups = protoPaths.map((path) => ["-import-path", path]);
  for (const input of schemaInputs) {
    const slash = input.lastIndexOf("/");
    if (/\.[^./]+$/.test(input) && !input.endsWith(".proto")) groups.push(["-protoset", input]);
    else if (!input.endsWith(".proto"))
      groups.push(["-import-path", input === "" ? "." : input], ["-proto", declaredIn]);
    else if (protoPaths.length > 0) groups.push(["-proto", declaredIn]);
    else groups.push(["-import-path", slash < 0 ? "." : input.slice(0, slash)], ["-proto", input.slice(slash + 1)]);
  }
  return groups;
}
