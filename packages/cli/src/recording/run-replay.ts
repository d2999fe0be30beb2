import { type Channel, codeName, type Metadata } from "hawser";
import { colorsFor } from "../colors.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";
import { printJson } from "../report-error.js";
import { type CallDifference, compareCall } from "./compare-call.js";
import type { RecordedCall, Recording } from "./recording.js";
import { type ReplayedCall, replayCall } from "./replay-calls.js";

/** What is called again, and how. */
export interface ReplayPlan {
  readonly recording: Recording;
  readonly channel: Channel;
  readonly metadata: Metadata;
  readonly speed: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Paths of fields that may differ. */
  readonly ignored: ReadonlySet<string>;
  readonly json: boolean;
  /** Whether calls that come out the same are shown too. */
  readonly verbose: boolean;
}

/**
 * Makes the calls of a recording again, one after the other, and says which come out otherwise.
 *
 * @returns the exit code
 */
export async function runReplay(plan: ReplayPlan): Promise<number> {
  const { recording, signal, json } = plan;
  let different = 0;
  let made = 0;
  for (const recorded of recording.calls) {
    if (signal.aborted) break;
    const replayed = await replayCall(recorded, plan);
    if (signal.aborted) break;
    const differences = compareCall(recorded, replayed, plan.ignored, recording.schema.types);
    made++;
    if (differences.length > 0) different++;
    if (json) printJson(callJson(recorded, replayed, differences));
    else if (plan.verbose || differences.length > 0) showCall(recorded, replayed, differences);
  }
  if (json) printJson({ ok: different === 0, calls: made, same: made - different, different });
  else {
    process.stdout.write(
      `${made} ${made === 1 ? "call" : "calls"}: ${made - different} the same, ${different} different\n`,
    );
  }
  return different === 0 ? EXIT_DONE : EXIT_FAILED;
}

function callJson(
  { number, place, method }: RecordedCall,
  replayed: ReplayedCall,
  differences: readonly CallDifference[],
) {
  return {
    call: number,
    method: method.path.slice(1),
    place,
    same: differences.length === 0,
    differences,
    status: replayed.status === undefined ? null : codeName(replayed.status.code),
    ms: Math.round(replayed.ms * 1000) / 1000,
  };
}

function showCall({ place, method }: RecordedCall, { ms }: ReplayedCall, differences: readonly CallDifference[]): void {
  const colors = colorsFor(process.stdout);
  const mark = differences.length === 0 ? colors.green("✓") : colors.red("✗");
  const lines = [`${mark} ${method.path.slice(1)} (${Math.round(ms)} ms) ${colors.dim(place)}`];
  for (const { where, before, after } of differences) {
    lines.push(`    ${where}: ${colors.red(text(before))} -> ${colors.green(text(after))}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

function text(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
