import type { LineCall } from "./line-call.js";
import { shellLine } from "./shell-word.js";

/** `hawser call …` */
export function hawserLine(call: LineCall): string {
  return shellLine([["hawser", "call", ...serverWords(call)], ...requestWords(call), ...flagWords(call)]);
}

/** `hawser bench …`: the same call, as a load. */
export function benchLine(call: LineCall, load: { readonly concurrency: number; readonly durationMs: number }): string {
  return shellLine([
    ["hawser", "bench", ...serverWords(call)],
    ...call.requests.map((request) => ["-d", compact(request)]),
    ...flagWords(call),
    ["--concurrency", String(load.concurrency)],
    ["--duration", duration(load.durationMs)],
  ]);
}

/** JSON without the space between its parts, if it is JSON; else as it is. */
export function compact(json: string): string {
  // Numbers that a double cannot hold would change if it were parsed: only the space between tokens goes.
  return json.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ""));
}

function serverWords({ target, method }: LineCall): string[] {
  return [target.address, `${method.service}/${method.name}`];
}

function requestWords({ requests }: LineCall): string[][] {
  return requests.map((request) => {
    const text = compact(request);
    // A number below 0, which is a whole message of type Int32Value, would be taken for a flag.
    return text.startsWith("{") ? [text] : ["-d", text];
  });
}

function flagWords({ metadata, timeoutMs, target }: LineCall): string[][] {
  const groups: string[][] = metadata.map(([name, value]) => ["-H", `${name}: ${value}`]);
  if (timeoutMs !== undefined) groups.push(["--timeout", duration(timeoutMs)]);
  if (target.tls) groups.push(["--tls"]);
  for (const file of target.schemaInputs ?? []) groups.push(["--schema", file]);
  for (const root of target.protoPaths ?? []) groups.push(["--proto-path", root]);
  return groups;
}

function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
