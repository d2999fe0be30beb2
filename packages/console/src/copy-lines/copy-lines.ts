import { curlLine } from "./curl-line.js";
import { grpcurlLine } from "./grpcurl-line.js";
import { hawserLine } from "./hawser-line.js";
import type { LineCall } from "./line-call.js";
import { typescriptLine } from "./typescript-line.js";

/** A call in the words of a tool. */
export interface CopyLine {
  readonly tool: "hawser" | "grpcurl" | "curl" | "TypeScript";
  readonly text: string;
  /** Why there is no text: a request that is no message of its type. */
  readonly error: string | undefined;
}

const WRITERS: readonly (readonly [CopyLine["tool"], (call: LineCall) => string])[] = [
  ["hawser", hawserLine],
  ["grpcurl", grpcurlLine],
  ["curl", curlLine],
  ["TypeScript", typescriptLine],
];

/** The call for each tool. Lines that need the message itself have an error if the JSON is none. */
export function copyLines(call: LineCall): CopyLine[] {
  return WRITERS.map(([tool, write]) => {
    try {
      return { tool, text: write(call), error: undefined };
    } catch (error) {
      return { tool, text: "", error: error instanceof Error ? error.message : String(error) };
    }
  });
}
