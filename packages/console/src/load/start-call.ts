import { fromJsonString } from "hawser/protobuf";
import { Code, codeName, createClient, type Metadata, RpcError, type RunningCall } from "hawser/web";
import type { CallDraft } from "../call/call-draft.js";
import { metadataOf } from "../call/metadata-rows.js";
import { filledText } from "../environments/page-environments.js";
import type { Console } from "../layout/console-context.js";
import type { MethodInfo } from "../schema/console-schema.js";
import type { CallOutcome } from "./run-load.js";

/** A call of any kind. */
interface AnyCall extends RunningCall, AsyncIterable<object>, PromiseLike<object> {}

type StartCall = (
  request: object | readonly object[],
  options: { readonly metadata: Metadata; readonly timeoutMs?: number; readonly signal: AbortSignal },
) => AnyCall;

/** A run's calls have an end, whatever the user has set up. */
const TIMEOUT_MS = 20_000;

/**
 * Makes what starts one call of a load test, with the message, metadata and deadline of the draft. The message is read once; a stream of
 * requests sends it once, a stream of replies is read to its end.
 *
 * @throws Error if the message is no JSON of its type, metadata cannot be sent, or a variable is not known
 */
export function callStarter(
  console: Console,
  method: MethodInfo,
  draft: CallDraft,
): (signal: AbortSignal) => Promise<CallOutcome> {
  const { schema, channel, fill } = console;
  const json = filledText(fill.json(draft.json));
  const request = fromJsonString(method.type.input, json === "" ? "{}" : json, { registry: schema.registry });
  const metadata = metadataOf(draft.metadata, (text) => filledText(fill.text(text)));
  const timeoutMs = draft.timeoutMs ?? TIMEOUT_MS;
  const client = createClient(method.service.type, channel) as unknown as Record<string, StartCall>;
  const start = client[method.localName]!;
  const streams = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  const replies = method.kind === "server_streaming" || method.kind === "bidi_streaming";
  return async (signal) => {
    try {
      const call = start(streams ? [request] : request, { metadata, timeoutMs, signal });
      if (replies) for await (const _ of call);
      else await call;
      return { ok: true, code: codeName(Code.Ok), message: "" };
    } catch (error) {
      if (RpcError.is(error)) return { ok: false, code: codeName(error.code), message: error.message };
      return { ok: false, code: codeName(Code.Internal), message: String(error) };
    }
  };
}
