import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BenchResult, Latencies } from "./bench-result.js";
import { duration, integer, latenessWarning } from "./text-report.js";

/**
 * The result as one HTML file: figures, the course of the run, the distribution of the latencies, and the result itself as
 * JSON. It asks no other host for anything; the charts are drawn by uPlot, which is in the file.
 */
export function htmlReport(result: BenchResult): string {
  const { settings } = result;
  const warning = latenessWarning(result);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(settings.method)}: ${integer(result.callsPerSecond)} calls/s</title>
<style>${asset("uPlot.min.css")}
${STYLE}</style>
<h1>${escapeHtml(settings.method)}</h1>
<p class="muted">${escapeHtml(`${settings.kind} · ${settings.target} · ${settings.protocol} · ${settings.load} · ${settings.connections} connections · ${result.startedAt}`)}${
    result.interrupted ? " · <strong>stopped before its end</strong>" : ""
  }</p>
<dl class="figures">
${figure("calls/s", integer(result.callsPerSecond))}
${figure("calls", integer(result.calls))}
${figure("failed", integer(result.failed), result.failed > 0)}
${result.notStarted > 0 ? figure("never begun", integer(result.notStarted), true) : ""}
${result.latency === undefined ? "" : figure("p50", duration(result.latency.percentiles["50"] ?? 0)) + figure("p99", duration(result.latency.percentiles["99"] ?? 0))}
${figure("duration", duration(result.durationMs))}
</dl>
${warning === undefined ? "" : `<p class="warning">${escapeHtml(warning)}</p>`}
${thresholds(result)}
${failures(result)}
<h2>Over time</h2>
<div id="rate"></div>
<div id="over-time"></div>
<h2>Latency by percentile</h2>
<div id="distribution"></div>
${latencyTable(result)}
<script type="application/json" id="result">${jsonForScript(result)}</script>
<script>${asset("uPlot.iife.min.js")}
${SCRIPT}</script>
</html>
`;
}

function figure(name: string, value: string, isBad = false): string {
  return `<div${isBad ? ' class="bad"' : ""}><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function thresholds({ thresholds }: BenchResult): string {
  if (thresholds.length === 0) return "";
  const rows = thresholds.map(
    ({ threshold, ok, measured }) =>
      `<tr class="${ok ? "good" : "bad"}"><td>${ok ? "✓" : "✗"}</td><td>${escapeHtml(threshold)}</td><td>${
        measured === undefined ? "nothing measured" : escapeHtml(String(Number(measured.toPrecision(4))))
      }</td></tr>`,
  );
  return `<h2>Thresholds</h2>\n<table><tr><th></th><th>threshold</th><th>measured</th></tr>${rows.join("")}</table>`;
}

function failures({ failures }: BenchResult): string {
  if (failures.length === 0) return "";
  const rows = failures.map(
    ({ code, count, example }) =>
      `<tr><td>${escapeHtml(code)}</td><td>${integer(count)}</td><td>${escapeHtml(example)}</td></tr>`,
  );
  return `<h2>Failures</h2>\n<table><tr><th>code</th><th>calls</th><th>the first one's message</th></tr>${rows.join("")}</table>`;
}

function latencyTable({ latency, firstReply, lateness }: BenchResult): string {
  const columns: [string, Latencies][] = [];
  if (latency) columns.push(["latency", latency]);
  if (firstReply) columns.push(["first reply", firstReply]);
  if (lateness) columns.push(["begun late by", lateness]);
  if (columns.length === 0) return "";
  const row = (title: string, value: (latencies: Latencies) => number) =>
    `<tr><th>${title}</th>${columns.map(([, latencies]) => `<td>${duration(value(latencies))}</td>`).join("")}</tr>`;
  return `<table><tr><th></th>${columns.map(([title]) => `<th>${title}</th>`).join("")}</tr>
${row("min", ({ minMs }) => minMs)}${row("mean", ({ meanMs }) => meanMs)}${row("standard deviation", ({ stdDevMs }) => stdDevMs)}
${Object.keys(columns[0]?.[1].percentiles ?? {})
  .map((p) => row(`p${p}`, ({ percentiles }) => percentiles[p] ?? 0))
  .join("")}${row("max", ({ maxMs }) => maxMs)}</table>`;
}

/** A file of uPlot's. In a script, its end must not end the element. */
function asset(name: string): string {
  const path = createRequire(import.meta.url).resolve(`uplot/dist/${name}`);
  return readFileSync(path, "utf8").replaceAll("</script", "<\\/script").replaceAll("</style", "<\\/style");
}

/** JSON that can't end the script element it stands in, nor begin a comment there (HTML, "Restrictions for contents of script elements"). */
function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** Text that HTML takes for text: names and messages come from files and servers. */
function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --muted: #656d76; --line: #d1d9e0; --bad: #cf222e; --good: #1a7f37; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #8d96a0; --line: #3d444d; --bad: #f85149; --good: #3fb950; --page: #0d1117; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 860px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.muted { color: var(--muted); margin-top: .25rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 2rem; } .figures dt { color: var(--muted); font-size: .85rem; } .figures dd { margin: 0; font-size: 1.4rem; font-weight: 600; }
.bad, .bad dd { color: var(--bad); } .good { color: var(--good); } .warning { border-left: 3px solid #bf8700; padding-left: .75rem; }
table { border-collapse: collapse; margin-top: 1rem; } th { text-align: left; font-weight: 500; color: var(--muted); } th, td { padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.u-legend { font-size: .8rem; }`;

const SCRIPT = `
(() => {
  const result = JSON.parse(document.getElementById("result").textContent);
  const styles = getComputedStyle(document.documentElement);
  const text = styles.getPropertyValue("--muted"), line = styles.getPropertyValue("--line");
  const width = Math.min(820, document.body.clientWidth - 32);
  const axis = (label) => ({ label, stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, size: 64 });
  const draw = (id, title, data, series, x, y) => new uPlot({ title, width, height: 240, scales: { x: { time: false, ...x.scale }, y: y.scale || {} },
    series: [{ label: x.label }, ...series], axes: [{ ...axis(x.label), ...x.axis }, axis(y.label)] }, data, document.getElementById(id));
  const { intervals, latency } = result;
  if (intervals.length > 0) {
    const at = intervals.map((i) => (i.startMs + i.durationMs) / 1000);
    const rate = (of) => intervals.map((i) => of(i) * 1000 / i.durationMs);
    draw("rate", "calls a second", [at, rate((i) => i.calls - i.failed), rate((i) => i.failed)],
      [{ label: "OK", stroke: "#2f81f7", width: 2 }, { label: "failed", stroke: "#cf222e", width: 2 }], { label: "seconds" }, { label: "calls/s" });
    const ms = (of) => intervals.map((i) => of(i) === undefined ? null : of(i) / 1000);
    draw("over-time", "latency", [at, ms((i) => i.p50Us), ms((i) => i.p99Us)],
      [{ label: "p50", stroke: "#2f81f7", width: 2 }, { label: "p99", stroke: "#bf8700", width: 2 }], { label: "seconds" }, { label: "ms" });
  }
  if (latency) {
    // As HDR histograms are drawn: each step to the right is ten times as rare.
    draw("distribution", "", [latency.distribution.map(([share]) => -Math.log10(1 - share)), latency.distribution.map(([, ms]) => ms)],
      [{ label: "ms", stroke: "#2f81f7", width: 2 }], { label: "percentile", axis: { values: (_, ticks) => ticks.map((t) => t % 1 === 0 ? String(100 - 100 / 10 ** t) : "") } }, { label: "ms" });
  }
})();`;
