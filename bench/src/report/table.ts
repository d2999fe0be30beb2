import Table from "cli-table3";
import pc from "picocolors";
import type { Result, Row, Spread } from "../rounds.js";
import type { Metric } from "../workload/workload.js";

/** The terminal table of one workload, best first. */
export function tableOf({ workload, rows }: Result): string {
  const table = new Table({
    head: ["", ...workload.metrics.map((metric) => metric.label), "Hawser is … times better"],
    colAligns: ["left", ...workload.metrics.map(() => "right" as const), "right"],
    style: { head: [], border: [], compact: true },
  });
  const [primary] = workload.metrics;
  for (const row of sortRows(rows, primary!)) {
    const title = row.name === "hawser" ? pc.bold(pc.green(row.title)) : row.title;
    table.push([title, ...workload.metrics.map((metric) => formatMetric(row, metric)), ratioText(row)]);
  }
  return `${pc.bold(workload.title)} ${pc.dim(`(${workload.name})`)}\n${table.toString()}`;
}

/** The rows from best to worst by a metric. */
export function sortRows(rows: readonly Row[], { key, better }: Metric): Row[] {
  const sign = better === "higher" ? -1 : 1;
  return [...rows].sort((a, b) => sign * ((a.metrics[key]?.median ?? 0) - (b.metrics[key]?.median ?? 0)));
}

/** A figure of a row with thousands separators; a dash if it was not measured. */
export function formatMetric(row: Row, { key, decimals }: Metric): string {
  const spread = row.metrics[key];
  return spread === undefined ? "–" : formatNumber(spread.median, decimals);
}

/** `12.3 (11.9–12.8)`: the median of the rounds and its spread. */
export function ratioText({ hawserIs, name }: Row): string {
  if (hawserIs === undefined) return "–";
  return name === "hawser" ? "1" : `${formatRatio(hawserIs.median)} ${spreadText(hawserIs)}`;
}

function spreadText({ min, max }: Spread): string {
  return `(${formatRatio(min)}–${formatRatio(max)})`;
}

function formatRatio(ratio: number): string {
  return formatNumber(ratio, ratio < 10 ? 2 : 1);
}

/** A number with thousands separators. */
export function formatNumber(value: number, decimals: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
