import { closeSync, openSync, writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import type { ArrivalKind } from "../bench/arrivals.js";
import {
  appendStep,
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_IN_FLIGHT,
  type LoadFlags,
  loadOf,
  parseAtOnce,
  parseCount,
  parsePause,
  parseRate,
  parseSeed,
} from "../bench/bench-flags.js";
import { type BenchResult, resultOf } from "../bench/bench-result.js";
import { encodedRequests } from "../bench/encoded-requests.js";
import { htmlReport } from "../bench/html-report.js";
import { probe } from "../bench/probe.js";
import { ProgressBar } from "../bench/progress-bar.js";
import { runBench } from "../bench/run-bench.js";
import { callStarter } from "../bench/start-call.js";
import { textReport } from "../bench/text-report.js";
import { judge, parseThreshold } from "../bench/threshold.js";
import type { MessageFormat } from "../call/message-text.js";
import { CliError, reasonOf, usageError } from "../cli-error.js";
import { colorsFor } from "../colors.js";
import { append, type CommandSpec } from "../command.js";
import { bytesAlone } from "../connect/bytes-alone.js";
import { metadataOf } from "../connect/metadata-flags.js";
import { openChannel } from "../connect/open-channel.js";
import { openContract } from "../connect/open-contract.js";
import { addServerFlags, parseDuration, SERVER_HELP, type ServerFlags } from "../connect/server-flags.js";
import { EXIT_INTERRUPTED, Interrupt } from "../connect/until-interrupted.js";
import { findMethod } from "../contract/resolve-name.js";
import { EXIT_DONE, EXIT_FAILED } from "../exit-code.js";

interface Flags extends ServerFlags, LoadFlags {
  readonly data?: readonly string[];
  readonly format: MessageFormat;
  readonly arrival?: ArrivalKind;
  readonly connections: number;
  readonly timeout: number;
  readonly interval?: number;
  readonly replies?: number;
  readonly threshold?: readonly string[];
  readonly html?: string;
  readonly json?: true;
}

/** After Ctrl-C calls may take so long to end; then their connections are closed. */
const GRACE_MS = 1000;

/** `hawser bench`: load on a method, and how long its calls take. */
export const command: CommandSpec<Flags> = {
  configure(command) {
    command
      .argument("<target>", "the server")
      .argument("<method>", "service and method, as notes.v1.Notes/Get; the package may be left out")
      .option("-d, --data <request>", "a message, @file, or - for standard input; may be repeated", append)
      .addOption(new Option("--format <format>", "of requests").choices(["json", "text"]).default("json"));
    addLoadFlags(command);
    command
      .option("--threshold <threshold>", "what must hold, as p99<50ms; may be repeated", append)
      .option("--html <file>", "write a report with charts as well");
    addServerFlags(command);
    command.option("--json", "the result as JSON, on one line");
  },
  run: ([target, method], flags) => bench(target as string, method as string, flags),
  sections: [
    {
      title: "Load",
      text: `With --concurrency (the default) so many calls are in flight all the time, each followed by the next: a closed loop.
With --rate calls begin when they are due, whatever became of those before: an open loop. Its latencies count from when
a call was due, so that the wait behind a server that stalls is seen (no coordinated omission). --ramp goes on from there
in a straight line: --rate 100 --ramp 30s:5000 --ramp 1m:5000 rises for half a minute and stays for one.`,
    },
    {
      title: "Requests",
      text: `JSON messages follow each other; text messages have U+001E between them. A method that takes one request gets them in
turn, a stream gets all of them in each call. They are encoded once, and replies are not decoded.`,
    },
    {
      title: "Thresholds",
      text: `METRIC OP VALUE with < <= > >=: p50 p99.9 and so on, min, mean and max (us, ms, s), first-p99 for the first reply of a
stream, errors (a share in %), failed (calls), rate (successful calls a second).`,
    },
    ...SERVER_HELP,
  ],
  exitCodes: [
    { code: 0, meaning: "the load was made and every threshold held; calls may have failed" },
    { code: 1, meaning: "a threshold was missed, or an error in the schema, the request or the method's name" },
    { code: 65, meaning: "and up to 80: the first call failed with the status 1 to 16, plus 64; no load was made" },
    { code: 130, meaning: "Ctrl-C: the result is of the calls until then" },
  ],
  examples: [
    {
      line: "hawser bench localhost:8080 notes.v1.Notes/Get -d '{\"id\": 7}' --concurrency 64",
      does: "as many calls as 64 at once come to, for 10 s",
    },
    {
      line: "hawser bench localhost:8080 Notes/Get -d @notes.ndjson --rate 2000 --arrival poisson --duration 1m",
      does: "2000 calls a second, as from many users",
    },
    {
      line: "hawser bench localhost:8080 Notes/Get -d '{\"id\": 7}' --rate 500 --threshold 'p99<50ms' --threshold 'errors<0.1%'",
      does: "for CI: exit code 1 if it is slower",
    },
    {
      line: "hawser bench localhost:8080 Notes/Get -d '{\"id\": 7}' --rate 100 --ramp 30s:5000 --html report.html",
      does: "where does it bend? With charts",
    },
    {
      line: "hawser bench localhost:8080 Notes/Watch -d '{\"id\": 7}' --replies 10 --requests 1000 --json",
      does: "1000 streams, each left after 10 replies",
    },
    {
      line: "hawser bench localhost:8080 Notes/Get -d '{\"id\": -1}'",
      does: "a first call that fails ends it",
      shown: {
        files: {},
        prints: `error: the first call failed, and no load was made: INVALID_ARGUMENT: no such id
help: correct the request; hawser describe notes.v1.GetRequest shows its fields
`,
        exitCode: 67,
      },
    },
  ],
};

function addLoadFlags(command: Command): void {
  const option = (flags: string, description: string, parse: (text: string) => unknown) =>
    command.addOption(new Option(flags, description).argParser(parse));
  option("-c, --concurrency <n>", `calls in flight (default: ${DEFAULT_CONCURRENCY})`, parseAtOnce);
  option("-r, --rate <n>", "calls a second instead", parseRate);
  command.addOption(new Option("--arrival <kind>", "of --rate (default: even)").choices(["even", "poisson"]));
  option("--seed <n>", "of --arrival poisson (default: 1)", parseSeed);
  option("--max-in-flight <n>", `of --rate: as many at once (default: ${DEFAULT_MAX_IN_FLIGHT})`, parseAtOnce);
  command.option("--ramp <duration:value>", "change the load in a straight line; may be repeated", appendStep);
  command.option("--connections <n>", "connections; calls take turns on them", parseConnections, 1);
  option("-n, --requests <n>", "end after so many calls", parseCount);
  option("--duration <duration>", "end after so long (default: that of the ramps, else 10s)", parseDuration);
  option("--warmup <duration>", "so long not measured first (default: 1s, 0 with --requests)", parsePause);
  command.option("-t, --timeout <duration>", "each call's deadline", parseDuration, 20_000);
  option("--interval <duration>", "between the messages a stream sends", parsePause);
  option("--replies <n>", "leave a stream after so many replies", parseCount);
}

/** Each is a socket; systems allow a process a thousand or so. */
const MAX_CONNECTIONS = 10_000;

function parseConnections(text: string): number {
  const count = parseAtOnce(text);
  if (count > MAX_CONNECTIONS) throw usageError(`--connections ${text} is too many`, `give at most ${MAX_CONNECTIONS}`);
  return count;
}

async function bench(target: string, name: string, flags: Flags): Promise<number> {
  const metadata = metadataOf(flags.header ?? []);
  const load = loadOf(flags);
  const thresholds = (flags.threshold ?? []).map(parseThreshold);
  const data = flags.data ?? [];
  if (data.filter((each) => each === "-" || each === "@-").length > 1) {
    throw usageError("standard input is named twice", "name it once: it has one end");
  }
  bytesAlone("bench", flags);
  if (flags.html !== undefined) checkWritable(flags.html);
  const channels = Array.from({ length: flags.connections }, () => openChannel(target, flags));
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  const closeAll = () => Promise.all(channels.map((channel) => channel.close({ graceMs: 0 })));
  signal.addEventListener("abort", () => setTimeout(() => void closeAll(), GRACE_MS).unref(), { once: true });
  try {
    const found = await findMethod(await openContract(channels[0]!, flags, metadata, signal), name);
    const { method } = found;
    const requests = await encodedRequests(data, found, flags.format);
    const streamsRequests = method.kind === "client_streaming" || method.kind === "bidi_streaming";
    const plan = {
      method,
      requests,
      metadata: metadata.keys().length > 0 ? metadata : undefined,
      timeoutMs: flags.timeout,
      intervalMs: flags.interval ?? 0,
      maxReplies: flags.replies ?? Infinity,
    };
    await probe(channels, plan);
    const bar = new ProgressBar(load.durationMs, load.maxCalls);
    const start = callStarter(channels, plan);
    const run = await runBench({ ...load, start, signal, onProgress: (progress) => bar.show(progress) });
    bar.stop();
    const verdicts = judge(thresholds, run);
    const settings = {
      target,
      method: `${method.service}/${method.name}`,
      kind: method.kind,
      protocol: flags.protocol,
      loop: load.loop.kind,
      connections: flags.connections,
      load: load.text,
      requestBytes: Math.round(requests.reduce((sum, { length }) => sum + length, 0) / requests.length),
      messages: streamsRequests ? requests.length : 1,
    };
    const result: BenchResult = {
      ok: verdicts.every(({ ok }) => ok),
      ...resultOf(run.recorder, { ...run, settings, startedAt: run.startedAt.toISOString() }),
      thresholds: verdicts,
    };
    report(result, flags);
    if (!result.ok) return EXIT_FAILED;
    return interrupt.byUser ? EXIT_INTERRUPTED : EXIT_DONE;
  } catch (error) {
    if (interrupt.byUser) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    if (data.includes("-") || data.includes("@-")) process.stdin.destroy();
    await closeAll();
  }
}

function report(result: BenchResult, { json, html }: Flags): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${textReport(result, colorsFor(process.stdout))}\n`);
  if (html !== undefined) writeReport(html, () => writeFileSync(html, htmlReport(result)));
}

/** Before the run, not behind it. */
function checkWritable(path: string): void {
  writeReport(path, () => closeSync(openSync(path, "a")));
}

function writeReport(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new CliError(`cannot write ${path} (--html): ${reasonOf(error)}`, "name a file in a folder that is there");
  }
}
