import Table from "cli-table3";
import pc from "picocolors";
import { comparedMetrics, oursOf, type Result, type Row } from "../rounds.js";
import type { Metric, Workload } from "../workload/workload.js";

/** The terminal table of one workload, best first. */
export function tableOf({ workload, rows }: Result): string {
  const table = new Table({
    head: headOf(workload),
    colAligns: ["left", ...new Array<"right">(headOf(workload).length - 1).fill("right")],
    style: { head: [], border: [], compact: true },
  });
  for (const row of sortRows(rows, workload.metrics[0]!)) {
    const title = row.name === oursOf(workload) ? pc.bold(pc.green(row.title)) : row.title;
    table.push([title, ...cellsOf(workload, row)]);
  }
  return `${pc.bold(workload.title)} ${pc.dim(`(${workload.name})`)}\n${table.toString()}`;
}

/** The heads of the columns: the row's title, each metric, each ratio. */
export function headOf(workload: Workload): string[] {
  const compared = comparedMetrics(workload);
  const ratios = compared.map(({ label }) => `${compared.length > 1 ? `${label}: ` : ""}Hawser is … times better`);
  return ["", ...workload.metrics.map(({ label }) => label), ...ratios];
}

/** The cells of a row after its title. */
export function cellsOf(workload: Workload, row: Row): string[] {
  const figures = workload.metrics.map((metric) => formatMetric(row, metric));
  return [...figures, ...comparedMetrics(workload).map(({ key }) => ratioText(row, key, oursOf(workload)))];
}

/** The rows from best to worst by a metric. */
export function sortRows(rows: readonly Row[], { key, better }: Metric): Row[] {
  const sign = better === "higher" ? -1 : 1;
  return [...rows].sort((a, b) => sign * ((a.metrics[key]?.median ?? 0) - (b.metrics[key]?.median ?? 0)));
}

/** A number with thousands separators. */
export function formatNumber(value: number, decimals: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A dash if it was not measured. */
function formatMetric(row: Row, { key, decimals }: Metric): string {
  const spread = row.metrics[key];
  return spread === undefined ? "–" : formatNumber(spread.median, decimals);
}

/** `12.3 (11.9–12.8)`: the median of the rounds and its spread. */
function ratioText({ hawserIs, name }: Row, key: string, ours: string): string {
  const ratio = hawserIs[key];
  if (ratio === undefined) return "–";
  return name === ours ? "1" : `${formatRatio(ratio.median)} (${formatRatio(ratio.min)}–${formatRatio(ratio.max)})`;
}

function formatRatio(ratio: number): string {
  return formatNumber(ratio, ratio < 10 ? 2 : 1);
}
