/** Measures one shape in a process of its own and prints one line of JSON. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { decode, encode } from "hawser/protobuf";
import { shapes } from "./shapes.mjs";

const [, , shape, cache, seconds] = process.argv;
const [typeName, message] = shapes[shape];
const hawser = await import(pathToFileURL(join(cache, "hawser.mjs")).href);
const peer = createRequire(import.meta.url)(join(cache, "protobufjs.cjs")).bench.codec[typeName];
const type = hawser[typeName];

const bytes = encode(type, message);
const theirs = peer.decode(bytes);
if (decode(type, peer.encode(theirs).finish()) === undefined) throw new Error("unreachable");
if (peer.encode(theirs).finish().length !== bytes.length) throw new Error(`${shape}: the two encodings differ`);
const plain = JSON.parse(
  JSON.stringify(message, (_key, value) =>
    typeof value === "bigint"
      ? value.toString()
      : value instanceof Uint8Array
        ? Buffer.from(value).toString("base64")
        : value,
  ),
);
const text = JSON.stringify(plain);
const textBytes = Buffer.from(text);

const tasks = {
  "encode hawser": () => encode(type, message),
  "encode protobufjs": () => peer.encode(theirs).finish(),
  "encode json": () => Buffer.from(JSON.stringify(plain)),
  "decode hawser": () => decode(type, bytes),
  "decode protobufjs": () => peer.decode(bytes),
  "decode json": () => JSON.parse(textBytes.toString()),
};

let sink;
function time(task, count) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) sink = task();
  return Number(process.hrtime.bigint() - start) / count;
}

// Rounds that take turns, so that whatever else the machine does strikes all of them; the best round counts.
const counts = {};
const best = {};
for (const [name, task] of Object.entries(tasks)) {
  for (let i = 0; i < 3; i++) time(task, 2000);
  counts[name] = Math.max(1, Math.round((Number(seconds) * 1e9) / 20 / Math.max(1, time(task, 500))));
  best[name] = Number.POSITIVE_INFINITY;
}
for (let round = 0; round < 20; round++) {
  for (const [name, task] of Object.entries(tasks)) best[name] = Math.min(best[name], time(task, counts[name]));
}
if (sink === undefined) throw new Error("unreachable");
process.stdout.write(`${JSON.stringify({ shape, size: bytes.length, jsonSize: text.length, best })}\n`);
