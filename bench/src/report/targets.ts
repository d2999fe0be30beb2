/** What the project promises of itself, judged by a run. */

import { shapes } from "../codec/shapes.js";
import type { Result, Row } from "../rounds.js";

/** One promise: by how much Hawser is better than a peer, by a metric of a workload. */
interface Target {
  readonly workloads: readonly string[];
  readonly metric: string;
  /** The row of the peer; absent if the figure itself is what counts. */
  readonly peer?: string;
  /** Our row, if it is not `hawser`. */
  readonly ours?: string;
  /** With a peer: how many times better than it at least. Without one: the most that the metric may be. */
  readonly bound: number;
  /** What is promised, for people. */
  readonly what: string;
  /** The heading in bench/notes.md under which stands what holds it back. */
  readonly note: string;
}

/** A promise and what the run says of it. */
export interface Verdict {
  readonly what: string;
  readonly promised: string;
  /** The figure; of several workloads the worst one, which is named. Undefined if the run does not have it. */
  readonly measured: string | undefined;
  readonly met: boolean;
  readonly note: string;
}

const codecs = shapes.map(({ name }) => `codec-${name}`);

const targets: readonly Target[] = [
  ...unaryTargets([
    ["grpc-js", "@grpc/grpc-js", 12],
    ["nice-grpc", "nice-grpc", 12],
    ["connect-grpc", "connect-node", 25],
    ["fastify", "Fastify", 4],
    ["mercurius", "mercurius", 4],
    ["grpc-go", "grpc-go", 2],
    ["grpc-cpp", "gRPC C++", 2],
  ]),
  one("unary-1", "p50Us", "grpc-js", 4, "latency of 1 call in flight (p50), @grpc/grpc-js"),
  one("unary-1", "p50Us", "tcp-echo", 1 / 1.5, "latency of 1 call in flight (p50), raw TCP echo"),
  one("unary-1", "p50Us", "fastify", 1, "latency of 1 call in flight (p50), Fastify"),
  one("unary-64x1", "rate", "fastify", 1.5, "unary, 64 connections × 1, Fastify"),
  {
    ...one("rest", "rate", "fastify", 0.9, "REST, 64 connections × 1, a hand-written route of Fastify"),
    ours: "hawser-rest",
  },
  one("unary-64x1", "rate", "tcp-echo", 0.6, "unary, 64 connections × 1, raw TCP echo"),
  one("unary-tls", "rate", "grpc-js", 8, "unary over TLS, 64 in flight, @grpc/grpc-js"),
  one("server-stream", "rate", "grpc-js", 8, "server stream, @grpc/grpc-js"),
  one("server-stream", "rate", "grpc-go", 1, "server stream, grpc-go"),
  one("unary-4mib", "rate", "grpc-js", 3, "unary of 4 MiB, @grpc/grpc-js"),
  one("client-stream-64k", "rate", "grpc-js", 3, "client stream of 64 KiB, @grpc/grpc-js"),
  one("memory-streams", "bothKib", "grpc-js", 4, "memory of an open stream, @grpc/grpc-js"),
  one("memory-idle", "bothKib", "grpc-js", 2, "memory of an idle connection, @grpc/grpc-js"),
  one("startup", "clientMs", "grpc-js", 2, "process start to first answered call, @grpc/grpc-js"),
  every(codecs, "encodeNs", "protobufjs-static", 1.3, "encoding, every shape, protobuf.js static"),
  every(codecs, "decodeNs", "protobufjs-static", 1.2, "decoding, every shape, protobuf.js static"),
  every(codecs, "encodeNs", "json", 3, "encoding, every shape, JSON"),
  every(codecs, "decodeNs", "json", 2.5, "decoding, every shape, JSON"),
  one("bundle", "gzipKib", "connect-web", 2, "browser bundle, connect-web with protobuf-es"),
  { workloads: ["install"], metric: "packages", bound: 1, what: "packages to install", note: "install" },
  { workloads: ["install"], metric: "kib", bound: 1465, what: "KiB to install (1.5 MB)", note: "install" },
];

/** The headings that bench/notes.md may have: one for each thing that may be missed. */
export const noteNames: ReadonlySet<string> = new Set(targets.map(({ note }) => note));

/** Judges every promise by a run. */
export function judge(results: readonly Result[]): Verdict[] {
  return targets.map((target) => judgeOne(target, results));
}

function judgeOne(target: Target, results: readonly Result[]): Verdict {
  const { peer, bound, what, note, workloads } = target;
  const figures = workloads
    .map((name) => ({ name, value: figureOf(target, results, name) }))
    .filter((figure): figure is { name: string; value: number } => figure.value !== undefined);
  const promised = peer === undefined ? `≤ ${bound}` : `≥ ${round(bound)} ×`;
  if (figures.length < workloads.length) return { what, promised, measured: undefined, met: false, note };
  const misses = figures.filter(({ value }) => (peer === undefined ? value > bound : value < bound));
  const [worst] = [...figures].sort((a, b) => a.value - b.value);
  const text = peer === undefined ? `${round(worst!.value)}` : `${round(worst!.value)} ×`;
  const which = workloads.length === 1 ? "" : ` (${worst!.name.replace("codec-", "")})`;
  const under =
    misses.length > 1
      ? `; under it: ${misses.map(({ name, value }) => `${name.replace("codec-", "")} ${round(value)}`).join(", ")}`
      : "";
  return { what, promised, measured: `${text}${which}${under}`, met: misses.length === 0, note };
}

/** The median, over the rounds, of how many times better Hawser is; or the figure itself. */
function figureOf(
  { metric, peer, ours: row = "hawser" }: Target,
  results: readonly Result[],
  workload: string,
): number | undefined {
  const result = results.find((each) => each.workload.name === workload);
  const ours = result?.rows.find(({ name }) => name === row);
  if (result === undefined || ours === undefined) return undefined;
  if (peer === undefined) return ours.metrics[metric]?.median;
  const theirs = result.rows.find(({ name }) => name === peer);
  const better = result.workload.metrics.find(({ key }) => key === metric)?.better;
  return theirs === undefined ? undefined : medianRatio(ours, theirs, metric, better === "higher");
}

function medianRatio(ours: Row, theirs: Row, metric: string, higher: boolean): number | undefined {
  const ratios: number[] = [];
  for (const [index, sample] of ours.rounds.entries()) {
    const mine = sample[metric];
    const other = theirs.rounds[index]?.[metric];
    if (mine !== undefined && other !== undefined) ratios.push(higher ? mine / other : other / mine);
  }
  ratios.sort((a, b) => a - b);
  const middle = ratios.length >> 1;
  return ratios.length % 2 === 1 ? ratios[middle] : (ratios[middle - 1]! + ratios[middle]!) / 2;
}

function unaryTargets(peers: readonly (readonly [name: string, title: string, bound: number])[]): Target[] {
  return peers.map(([name, title, bound]) => one("unary", "rate", name, bound, `unary, 64 in flight, ${title}`));
}

function one(workload: string, metric: string, peer: string, bound: number, what: string): Target {
  return { workloads: [workload], metric, peer, bound, what, note: workload };
}

function every(workloads: readonly string[], metric: string, peer: string, bound: number, what: string): Target {
  return { workloads, metric, peer, bound, what, note: "codec" };
}

function round(value: number): string {
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}
