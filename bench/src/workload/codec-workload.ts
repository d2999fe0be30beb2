import { fileURLToPath } from "node:url";
import { create, encode, toJsonString } from "hawser/protobuf";
import type { CodecCommand, CodecJob, CodecLine } from "../codec/codec.js";
import { type Shape, shapes } from "../codec/shapes.js";
import { LineProcess } from "../process/line-process.js";
import type { Contestant, Metric, Scale, Session, Workload } from "./workload.js";

interface CodecEntry {
  /** The file in codecs/. */
  readonly name: string;
  readonly title: string;
  /** Names of shapes that it does not encode as they were. */
  readonly cannot?: readonly string[];
}

const codecs: readonly CodecEntry[] = [
  { name: "hawser", title: "Hawser" },
  { name: "hawser-dynamic", title: "Hawser, dynamic types" },
  { name: "protobufjs-static", title: "protobuf.js, static code" },
  { name: "protobufjs-reflection", title: "protobuf.js, reflection" },
  { name: "protobuf-es", title: "protobuf-es" },
  { name: "google-protobuf", title: "google-protobuf" },
  // It takes an empty optional field for an absent one.
  { name: "pbf", title: "pbf", cannot: ["events"] },
  { name: "json", title: "JSON" },
];

const metrics: readonly Metric[] = [
  { key: "encodeNs", label: "encode, ns", better: "lower", decimals: 0, compared: true },
  { key: "decodeNs", label: "decode, ns", better: "lower", decimals: 0, compared: true },
];

/** Time a process has to start and to use every shape, and to answer beyond what it was asked to measure. */
const slackMs = 30_000;

/** How long a process uses every shape, each direction, before it measures one. */
const warmUpEachMs = 20;

/** A window measures each direction for this part of the round. */
const share = 0.25;

/** Makes the workload of a shape: what encoding and decoding its message takes, with nothing else around. */
export function codecWorkload(shape: Shape): Workload {
  return {
    name: `codec-${shape.name}`,
    title: `Codec: ${shape.title}`,
    metrics,
    varies: true,
    contestants: () => codecs.filter((codec) => can(codec, shape)).map((codec) => contestant(codec, shape)),
  };
}

function can({ cannot }: CodecEntry, { name }: Shape): boolean {
  return cannot?.includes(name) !== true;
}

function contestant(codec: CodecEntry, shape: Shape): Contestant {
  return { name: codec.name, title: codec.title, open: (scale) => open(codec, shape, scale) };
}

async function open(codec: CodecEntry, shape: Shape, { warmupMs, measureMs }: Scale): Promise<Session> {
  const file = fileURLToPath(new URL(`../../codecs/${codec.name}.js`, import.meta.url));
  const job: CodecJob = {
    shapes: shapes.filter((each) => can(codec, each)).map(encodedShape),
    measure: shape.name,
    warmupMs: warmupMs > 0 ? warmUpEachMs : 0,
  };
  const child = new LineProcess<CodecLine>(`codec ${codec.name}`, [process.execPath, file], job);
  const ask = async (command: CodecCommand): Promise<number> => {
    child.send(JSON.stringify(command));
    const line = await child.next(command.runMs + slackMs);
    return line.event === "coded" ? line.nsPerMessage : Number.NaN;
  };
  const round = async (runMs: number): Promise<{ encodeNs: number; decodeNs: number }> => ({
    encodeNs: await ask({ direction: "encode", runMs }),
    decodeNs: await ask({ direction: "decode", runMs }),
  });
  try {
    await child.next(slackMs);
    if (warmupMs > 0) await round(warmupMs * share);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { round: () => round(measureMs * share), close: () => child.stop() };
}

function encodedShape({ name, type, message }: Shape): CodecJob["shapes"][number] {
  return {
    name,
    type: type.typeName.replace(/^.*\./, ""),
    bytes: Buffer.from(encode(type, message)).toString("base64"),
    json: toJsonString(type, create(type, message)),
  };
}
