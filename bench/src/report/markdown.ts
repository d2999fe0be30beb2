import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { oursOf, type Result } from "../rounds.js";
import { chartOf } from "./chart.js";
import type { Environment } from "./environment.js";
import { readNotes } from "./notes.js";
import { cellsOf, formatNumber, headOf, sortRows } from "./table.js";
import { judge, type Verdict } from "./targets.js";

const docs = fileURLToPath(new URL("../../../../docs/", import.meta.url));

const readme = fileURLToPath(new URL("../../../../README.md", import.meta.url));

/** Between these lines of the README stands what a report writes. */
const begin = "<!-- speed: written by npm run bench -- --report -->";
const end = "<!-- /speed -->";

/** Rewrites docs/benchmarks.md, the charts in docs/benchmarks/ and the table in the README. Gives the page's path. */
export function writeReport(environment: Environment, results: readonly Result[]): string {
  const charts = `${docs}benchmarks/`;
  mkdirSync(charts, { recursive: true });
  for (const file of readdirSync(charts)) if (file.endsWith(".svg")) rmSync(`${charts}${file}`);
  const shown = results.filter(({ rows }) => rows.length > 0);
  for (const result of shown) writeFileSync(`${charts}${result.workload.name}.svg`, chartOf(result));
  const verdicts = judge(shown);
  const page = [
    intro,
    environmentOf(environment),
    targetsOf(verdicts),
    ...shown.map(sectionOf),
    versionsOf(environment),
  ].join("\n");
  writeFileSync(`${docs}benchmarks.md`, page);
  writeSpeed(environment, shown);
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

/** The promises, those that are not met with what bench/notes.md says of them. */
function targetsOf(verdicts: readonly Verdict[]): string {
  const notes = readNotes();
  const lines = verdicts.map(({ what, promised, measured, met, note }) => {
    const link = notes.has(note)
      ? `[not met](#${anchorOf(note)})`
      : `not met, and bench/notes.md has no section "${note}" that says why`;
    return `| ${what} | ${promised} | ${measured ?? "–"} | ${measured === undefined ? "not in this run" : met ? "met" : link} |`;
  });
  const missed = [
    ...new Set(verdicts.filter(({ met, measured }) => !met && measured !== undefined).map((v) => v.note)),
  ];
  const texts = missed
    .filter((note) => notes.has(note))
    .map((note) => `#### Not met: ${note}\n\n${notes.get(note)!}\n`);
  return `## Targets

How many times better than each peer Hawser means to be, and is in this run (medians of the rounds' ratios).

| what, and beside whom | target | measured | |
|---|---:|---:|---|
${lines.join("\n")}

${texts.join("\n")}`;
}

/** As GitHub makes it of the heading. */
function anchorOf(note: string): string {
  return `not-met-${note.toLowerCase().replaceAll(" ", "-")}`;
}

/** The README's table: calls per second of each stack in three workloads. */
function writeSpeed({ cpu, cores, node, date }: Environment, results: readonly Result[]): void {
  const text = readFileSync(readme, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  const chosen = ["unary", "unary-64x1", "server-stream"].flatMap((name) =>
    results.filter(({ workload }) => workload.name === name),
  );
  if (from < 0 || to < from || chosen.length === 0) return;
  const titles = new Map(
    chosen.flatMap(({ rows, workload }) => sortRows(rows, workload.metrics[0]!)).map((r) => [r.name, r.title]),
  );
  const cell = (result: Result, name: string): string => {
    const rate = result.rows.find((row) => row.name === name)?.metrics.rate;
    return rate === undefined ? "–" : formatNumber(rate.median, 0);
  };
  const lines = [...titles].map(([name, title]) => {
    const shown = name === "hawser" ? `**${title}**` : title;
    return `| ${[shown, ...chosen.map((result) => cell(result, name))].join(" | ")} |`;
  });
  const table = `| ${["per second", ...chosen.map(({ workload }) => workload.title)].join(" | ")} |
|---${"|---:".repeat(chosen.length)}|
${lines.join("\n")}

${cores} × ${cpu}, Node ${node}, ${date.slice(0, 10)}; a server process and a client process, codec included.`;
  writeFileSync(readme, `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`);
}

function sectionOf({ workload, rows }: Result): string {
  const head = headOf(workload);
  const lines = sortRows(rows, workload.metrics[0]!).map((row) => {
    const title = row.name === oursOf(workload) ? `**${row.title}**` : row.title;
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
