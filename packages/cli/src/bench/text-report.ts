import Table from "cli-table3";
import type { Colors } from "../colors.js";
import type { BenchResult, Latencies } from "./bench-result.js";

/** The result for people, in a terminal. */
export function textReport(result: BenchResult, colors: Colors): string {
  const { settings } = result;
  const lines = [
    `${colors.bold(settings.method)} (${settings.kind}) on ${settings.target}: ${settings.load}, ${count(settings.connections, "connection")}, ${settings.protocol}`,
    "",
    `calls       ${integer(result.calls)} in ${duration(result.durationMs)}: ${colors.green(`${integer(result.succeeded)} OK`)}${
      result.failed > 0 ? `, ${colors.red(`${integer(result.failed)} failed`)}` : ""
    }${result.notStarted > 0 ? `, ${colors.red(`${integer(result.notStarted)} never begun`)}` : ""}`,
    `rate        ${colors.bold(integer(result.callsPerSecond))} calls/s`,
  ];
  if (result.messagesReceived > result.succeeded || settings.messages > 1) {
    lines.push(
      `messages    ${integer(result.messagesSent)} sent, ${integer(result.messagesReceived)} received, ${integer(((result.messagesSent + result.messagesReceived) * 1000) / result.durationMs)} a second`,
    );
  }
  const columns: [string, Latencies][] = [];
  if (result.latency) columns.push(["latency", result.latency]);
  if (result.firstReply) columns.push(["first reply", result.firstReply]);
  if (result.lateness) columns.push(["begun late by", result.lateness]);
  if (columns.length > 0) lines.push("", latencyTable(columns));
  if (result.failures.length > 0) {
    lines.push("");
    for (const { code, count, example } of result.failures) {
      lines.push(`${colors.red(code)} ${integer(count)} ×, first: ${example}`);
    }
  }
  const warning = latenessWarning(result);
  if (warning !== undefined) lines.push("", `${colors.yellow("warning:")} ${warning}`);
  if (result.thresholds.length > 0) {
    lines.push("");
    for (const { threshold, ok, measured } of result.thresholds) {
      const value = measured === undefined ? "nothing measured" : decimals(measured);
      lines.push(`${ok ? colors.green("✓") : colors.red("✗")} ${threshold} (${value})`);
    }
  }
  if (result.interrupted) lines.push("", colors.yellow("stopped before its end"));
  return `${lines.join("\n")}\n`;
}

/**
 * A word of warning if the generator itself was late: then the latencies tell of this machine, too.
 *
 * @returns undefined if it kept up
 */
export function latenessWarning({ latency, lateness }: Pick<BenchResult, "latency" | "lateness">): string | undefined {
  if (latency === undefined || lateness === undefined) return undefined;
  const late = lateness.percentiles["99"] ?? 0;
  // A tenth of what is measured is as much as one can overlook; a timer's millisecond is no news.
  if (late < 1 || late < (latency.percentiles["99"] ?? 0) / 10) return undefined;
  return `one call in a hundred was begun ${duration(late)} late or more, which is counted as its latency: this machine, or the limit of calls in flight, does not keep up with the rate`;
}

function latencyTable(columns: readonly (readonly [title: string, latencies: Latencies])[]): string {
  const table = new Table({
    head: ["", ...columns.map(([title]) => title)],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  const rows: [string, (latencies: Latencies) => number][] = [
    ["min", ({ minMs }) => minMs],
    ["mean", ({ meanMs }) => meanMs],
    ...Object.keys(columns[0]?.[1].percentiles ?? {}).map(
      (p) => [`p${p}`, ({ percentiles }: Latencies) => percentiles[p] ?? 0] as [string, (l: Latencies) => number],
    ),
    ["max", ({ maxMs }) => maxMs],
  ];
  for (const [title, value] of rows) table.push([title, ...columns.map(([, latencies]) => duration(value(latencies)))]);
  return table.toString();
}

/** A time in a unit that suits it. */
export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${decimals(ms)} ms`;
  return `${decimals(ms / 1000)} s`;
}

/** A whole number with its thousands apart. */
export function integer(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** Three digits, or all of the whole part. */
function decimals(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
