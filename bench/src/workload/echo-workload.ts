import type { WindowDriveName } from "../job.js";
import { Pair } from "../process/pair.js";
import type { Ability, Stack } from "../stack.js";
import { certificate } from "./certificate.js";
import { type Metric, type Sample, type Scale, type Session, stackContestants, type Workload } from "./workload.js";

/** What distinguishes the workloads in which a client drives a server for a while. */
export interface EchoPlan {
  readonly name: string;
  readonly title: string;
  readonly drive: WindowDriveName;
  readonly needs: readonly Ability[];
  /** What is counted, per second. */
  readonly unit: "calls" | "messages" | "MiB";
  readonly connections?: number;
  readonly inFlight?: number;
  readonly bodyBytes?: number;
  /** Messages per stream. */
  readonly messages?: number;
  readonly tls?: boolean;
  /** The row to which the ratios are, if it is not Hawser's; they are taken of the server's CPU time, too. */
  readonly ours?: string;
}

/** What a client may take beyond its window: its start, connecting, the last calls. */
const slackMs = 30_000;

/** The most windows of a warm-up, and what a call's cost falls to in one that is worth another. */
const maxWarmUpWindows = 6;
const noticeable = 0.96;

const mebi = 1024 * 1024;

/** Makes the workload of a plan. */
export function echoWorkload(plan: EchoPlan): Workload {
  const needs: readonly Ability[] = plan.tls === true ? [...plan.needs, "tls"] : plan.needs;
  return {
    name: plan.name,
    title: plan.title,
    metrics: metricsOf(plan),
    ...(plan.ours === undefined ? {} : { ours: plan.ours }),
    varies: true,
    contestants: (stacks) =>
      stackContestants(
        stacks,
        (stack) => needs.every((ability) => stack.abilities.has(ability)),
        (stack, scale) => open(plan, stack, scale),
      ),
  };
}

function metricsOf({ unit, drive, ours }: EchoPlan): Metric[] {
  const perUnit = unit === "calls" ? "call" : unit === "messages" ? "message" : "MiB";
  return [
    { key: "rate", label: `${unit}/s`, better: "higher", decimals: unit === "MiB" ? 1 : 0 },
    ...(drive === "server-stream"
      ? []
      : ([
          { key: "p50Us", label: "p50 µs", better: "lower", decimals: 0 },
          { key: "p99Us", label: "p99 µs", better: "lower", decimals: 0 },
        ] as const)),
    { key: "clientCpuUs", label: `client CPU µs/${perUnit}`, better: "lower", decimals: 1 },
    {
      key: "serverCpuUs",
      label: `server CPU µs/${perUnit}`,
      better: "lower",
      decimals: 1,
      compared: ours !== undefined,
    },
  ];
}

async function open(plan: EchoPlan, stack: Stack, scale: Scale): Promise<Session> {
  const tls = plan.tls === true ? await certificate() : undefined;
  const pair = await Pair.start(stack, tls === undefined ? {} : { tls }, []);
  const close = (): Promise<void> => pair.stop();
  try {
    pair.startClient({
      drive: plan.drive,
      connections: plan.connections ?? 1,
      inFlight: plan.inFlight ?? 1,
      bodyBytes: plan.bodyBytes ?? 0,
      messages: plan.messages ?? 0,
      ...(tls === undefined ? {} : { ca: tls.cert }),
    });
    await warmUp(plan, pair, scale);
  } catch (error) {
    await close();
    throw error;
  }
  return { round: () => run(plan, pair, scale.measureMs), close };
}

/**
 * Runs until two windows in a row have not made a call cheaper: compilers differ in how long they take, and a stack with
 * much code would otherwise be measured by its warm-up. CPU time tells it, since the rate also depends on what else the
 * machine does.
 */
async function warmUp(plan: EchoPlan, pair: Pair, { warmupMs, measureMs }: Scale): Promise<void> {
  if (warmupMs === 0) {
    await run(plan, pair, measureMs);
    return;
  }
  let best = Number.POSITIVE_INFINITY;
  let without = 0;
  for (let windows = 0; windows < maxWarmUpWindows && without < 2; windows++) {
    const { clientCpuUs, serverCpuUs } = await run(plan, pair, warmupMs);
    const cost = clientCpuUs! + serverCpuUs!;
    without = cost < best * noticeable ? 0 : without + 1;
    best = Math.min(best, cost);
  }
}

async function run(plan: EchoPlan, pair: Pair, runMs: number): Promise<Sample> {
  pair.send({ runMs });
  await pair.expect("measuring", slackMs);
  const cpuBefore = await pair.serverCpuUs();
  const { measured } = await pair.expect("measured", runMs + slackMs);
  const cpuAfter = await pair.serverCpuUs();
  const count = measured.count / (plan.unit === "MiB" ? mebi * bytesPerCount(plan) : 1);
  return {
    rate: (count * 1000) / measured.elapsedMs,
    clientCpuUs: measured.cpuUs / count,
    serverCpuUs: (cpuAfter - cpuBefore) / count,
    ...(measured.p50Us === undefined ? {} : { p50Us: measured.p50Us }),
    ...(measured.p99Us === undefined ? {} : { p99Us: measured.p99Us }),
  };
}

/** A client stream counts bytes; a unary call counts as the bytes of its body, one way. */
function bytesPerCount({ drive, bodyBytes }: EchoPlan): number {
  return drive === "unary" ? 1 / (bodyBytes ?? 1) : 1;
}
