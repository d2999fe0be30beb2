import type { CallDraft } from "../call/call-draft.js";
import { filledText } from "../environments/page-environments.js";
import type { Console } from "../layout/console-context.js";
import type { MethodInfo } from "../schema/console-schema.js";
import type { LineCall } from "./line-call.js";

/**
 * What the user has set up, with its variables filled in, as the lines need it.
 *
 * @param sent what a stream has sent; without it, it sends the one message that is in the editor
 * @throws Error naming a variable that nobody knows
 */
export function draftCall(
  { schema, fill }: Console,
  method: MethodInfo,
  draft: CallDraft,
  sent: readonly string[] | undefined,
): LineCall {
  const streams = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  return {
    method: method.type,
    localName: method.localName,
    registry: schema.registry,
    requests: streams && sent !== undefined ? sent : [filledText(fill.json(draft.json))],
    metadata: draft.metadata
      .filter(({ on, name }) => on && name.trim() !== "")
      .map(({ name, value }) => [filledText(fill.text(name)).trim(), filledText(fill.text(value))] as const),
    timeoutMs: draft.timeoutMs,
    target: {
      address: schema.target,
      tls: schema.tls,
      protocols: schema.protocols,
      schemaInputs: schema.schemaInputs,
      protoPaths: schema.protoPaths,
    },
  };
}
