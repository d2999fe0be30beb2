import { type Channel, createClient, type Metadata, RpcError } from "hawser";
import { CliError } from "../cli-error.js";
import type { LateTypes } from "../connect/late-types.js";
import type { Contract } from "../contract/contract.js";
import type { FoundMethod } from "../contract/resolve-name.js";
import type { CallOutput } from "./call-output.js";
import type { CallTimings } from "./call-timings.js";
import { shownDetails } from "./error-details.js";
import { EXIT_STATUS_BASE, statusHelp } from "./status-help.js";

/** A call to make. */
export interface CallPlan {
  readonly channel: Channel;
  readonly contract: Contract;
  readonly found: FoundMethod;
  readonly metadata: Metadata;
  /** Without one, the call may take as long as it likes. */
  readonly timeoutMs: number | undefined;
  /** Cancels the call. */
  readonly signal: AbortSignal;
  readonly timings: CallTimings;
  /** Those of the channel, which learn the method's. */
  readonly types: LateTypes;
  readonly output: CallOutput;
}

/** What all kinds of calls have in common. */
interface AnyCall extends AsyncIterable<object>, Promise<object> {
  readonly header: Promise<Metadata>;
  readonly trailer: Promise<Metadata>;
  readonly peer: { readonly address: string } | undefined;
  cancel(reason?: unknown): void;
}

/**
 * Makes a call, and shows replies as they arrive.
 *
 * @param requests sent as they come; a method that takes one request is called when they are at their end
 * @returns the exit code
 * @throws what `requests` throw, after the call was cancelled; CliError if their number does not fit the method
 */
export async function runCall(plan: CallPlan, requests: AsyncIterable<object>): Promise<number> {
  const { found, output, metadata, signal } = plan;
  const { method, localName, service, view } = found;
  plan.types.use(view.types);
  const streamsRequests = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  const streamsReplies = method.kind === "server_streaming" || method.kind === "bidi_streaming";
  let faulty: unknown;
  const passed = async function* (): AsyncGenerator<object> {
    try {
      yield* requests;
    } catch (error) {
      faulty = error;
      throw error;
    }
  };
  const request = streamsRequests ? passed() : await onlyRequest(plan, requests);
  // The kind of the method, and with it the type of the call, is known only now.
  const client = createClient(service, plan.channel) as unknown as Record<
    string,
    (request: unknown, options: object) => AnyCall
  >;
  output.begin(method, metadata);
  const call = client[localName]!(request, { metadata, signal, timeoutMs: plan.timeoutMs });
  void call.header.then((header) => output.header(call.peer?.address, header));
  let failure: RpcError | undefined;
  try {
    if (streamsReplies) {
      for await (const reply of call) await output.reply(method.output, reply, view.types);
    } else await output.reply(method.output, await call, view.types);
  } catch (error) {
    if (faulty !== undefined) throw faulty;
    if (!RpcError.is(error)) throw error;
    failure = error;
  }
  output.end({
    error: failure,
    details: failure === undefined ? [] : await shownDetails(failure, plan.contract),
    help: failure === undefined ? "" : statusHelp(failure, method.input.typeName),
    header: await call.header,
    trailer: await call.trailer,
    timings: plan.timings.timings,
  });
  return failure === undefined ? 0 : EXIT_STATUS_BASE + failure.code;
}

/** The request of a method that takes one: an empty message if none is given. */
async function onlyRequest({ found }: CallPlan, requests: AsyncIterable<object>): Promise<object> {
  let only: object | undefined;
  for await (const request of requests) {
    if (only !== undefined) {
      throw new CliError(
        `${found.method.service}/${found.method.name} takes one request, and more were given`,
        "call it once for each",
      );
    }
    only = request;
  }
  return only ?? (found.method.input.empty() as object);
}
