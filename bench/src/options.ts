import { parseArgs } from "node:util";
import { workloads } from "./workload/list.js";

/** What the command line asks for. */
export interface Options {
  /** Workloads whose name matches one of these; empty means all. */
  readonly workloads: readonly RegExp[];
  readonly stacks: RegExp;
  readonly rounds: number;
  /** Length of the measured window in seconds. */
  readonly seconds: number;
  readonly smoke: boolean;
  readonly json: boolean;
  readonly report: boolean;
  readonly list: boolean;
}

/** The text of `--help`. */
export const usage = `npm run bench -- [options] [workload …]

  workload            a name, or a regular expression for several names (default: all)
  --stacks <regex>    run these stacks only, and Hawser
  --rounds <n>        rounds per workload, interleaved (default 5)
  --seconds <n>       measured time per round (default 1)
  --smoke             a very short run of every workload: checks answers, not speed
  --json              print the result as JSON instead of tables
  --report            rewrite docs/benchmarks.md and its charts with this run
  --list              print the names of workloads and stacks
  --help              print this text
`;

/** A command line that cannot be read; its message is for the user. */
export class UsageError extends Error {}

/** Reads the command line; undefined if it asks for help. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const smoke = values.smoke === true;
  return {
    workloads: positionals.map(nameOrExpression),
    stacks: regularExpression(values.stacks ?? ""),
    rounds: Math.round(positive("--rounds", values.rounds ?? (smoke ? "1" : "5"))),
    seconds: positive("--seconds", values.seconds ?? (smoke ? "0.1" : "1")),
    smoke,
    json: values.json === true,
    report: values.report === true,
    list: values.list === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stacks: { type: "string" },
        rounds: { type: "string" },
        seconds: { type: "string" },
        smoke: { type: "boolean" },
        json: { type: "boolean" },
        report: { type: "boolean" },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A whole name means this workload alone, though it may be part of other names. */
function nameOrExpression(text: string): RegExp {
  return workloads.some(({ name }) => name === text) ? new RegExp(`^${text}$`) : regularExpression(text);
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0 || value > 3600)
    throw new UsageError(`${name} takes a number above 0, not ${text}`);
  return value;
}
