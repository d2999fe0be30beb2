import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Result } from "../rounds.js";
import { chartOf } from "./chart.js";
import type { Environment } from "./environment.js";
import { cellsOf, headOf, sortRows } from "./table.js";

const docs = fileURLToPath(new URL("../../../../docs/", import.meta.url));

/** Rewrites docs/benchmarks.md, and the charts in docs/benchmarks/. Gives the page's path. */
export function writeReport(environment: Environment, results: readonly Result[]): string {
  const charts = `${docs}benchmarks/`;
  mkdirSync(charts, { recursive: true });
  for (const file of readdirSync(charts)) if (file.endsWith(".svg")) rmSync(`${charts}${file}`);
  const shown = results.filter(({ rows }) => rows.length > 0);
  for (const result of shown) writeFileSync(`${charts}${result.workload.name}.svg`, chartOf(result));
  const page = [intro, environmentOf(environment), ...shown.map(sectionOf), versionsOf(environment)].join("\n");
  writeFileSync(`${docs}benchmarks.md`, page);
  return `${docs}benchmarks.md`;
}

const intro = `# Benchmarks

Written by \`npm run bench -- --report\`: every figure on this page is from one run on one machine. Absolute figures differ
from machine to machine and from day to day; what counts is the ratio of two stacks in the same run, so run it on yours.

Server and client are a process each, on the loopback interface. The client logic is the same for all stacks: it keeps
so many calls in flight, compares every reply with its request and notes every latency. Each process warms up until a
call gets no cheaper; then the rounds take turns, one window of each stack after the other, so that whatever else the machine does meets all alike.
A table shows the medians of the rounds. *Hawser is … times better* is the ratio taken round by round: its median, and in
brackets the least and the greatest. The payload of a small call is a record of 100 bytes: a number and two texts.
bench/README.md says how each stack is set up, and how to add a workload or a stack.
`;

function environmentOf(environment: Environment): string {
  const { date, node, os, cpu, cores, memoryGib, load, rounds, measureMs } = environment;
  return `## This run

| | |
|---|---|
| date | ${date} |
| machine | ${cores} × ${cpu}, ${memoryGib} GiB, ${os} |
| load before the run | ${load} |
| Node | ${node} |
| method | ${rounds} rounds of ${measureMs / 1000} s |
`;
}

function sectionOf({ workload, rows }: Result): string {
  const head = headOf(workload);
  const lines = sortRows(rows, workload.metrics[0]!).map((row) => {
    const title = row.name === "hawser" ? `**${row.title}**` : row.title;
    return [title, ...cellsOf(workload, row)];
  });
  const align = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return `## ${workload.title}

![${workload.title}](benchmarks/${workload.name}.svg)

${[head, align, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}
`;
}

function versionsOf({ versions }: Environment): string {
  const lines = Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1));
  return `## Versions

| package | version |
|---|---|
${lines.map(([name, version]) => `| ${name} | ${version} |`).join("\n")}
`;
}
