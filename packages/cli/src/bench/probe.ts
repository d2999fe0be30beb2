import { type Channel, Code, codeName, RpcError } from "hawser";
import { EXIT_STATUS_BASE, statusHelp } from "../call/status-help.js";
import { CliError } from "../cli-error.js";
import type { Outcome } from "./outcome.js";
import { type CallPlan, callStarter } from "./start-call.js";

/**
 * One call on each connection, before anything is measured: connecting is no part of the first latencies, and what every
 * call would fail with is said at once.
 *
 * @throws CliError with the status of the first that failed, and what to do about it
 */
export async function probe(channels: readonly Channel[], plan: CallPlan): Promise<void> {
  const outcomes = await Promise.all(
    channels.map((channel) => new Promise<Outcome>((resolve) => callStarter([channel], plan)(0, resolve))),
  );
  const failed = outcomes.find(({ code }) => code !== Code.Ok);
  if (failed === undefined) return;
  const { code, message } = failed;
  const what = `the first call failed, and no load was made: ${codeName(code)}${message === "" ? "" : `: ${message}`}`;
  throw new CliError(what, helpOf(code, message, plan), EXIT_STATUS_BASE + code);
}

function helpOf(code: Code, message: string, { method, maxReplies }: CallPlan): string {
  const streamsReplies = method.kind === "server_streaming" || method.kind === "bidi_streaming";
  if (code === Code.DeadlineExceeded && streamsReplies && maxReplies === Infinity) {
    return "give it more time, or leave the stream before its end: --timeout 30s, --replies 10";
  }
  return statusHelp(new RpcError(code, message), method.input.typeName);
}
