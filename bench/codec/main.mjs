/**
 * The codec beside protobuf.js (static code) and JSON: nanoseconds per message, and the ratios, per shape.
 *
 *   node bench/codec/main.mjs [shape ...] [--seconds 0.4] [--json]
 *
 * All three are measured from objects to bytes and back, for bytes are what a connection carries.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, out } from "./build.mjs";
import { shapes } from "./shapes.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: "string", default: "0.4" }, json: { type: "boolean", default: false } },
});
await build();
const wanted = positionals.length > 0 ? positionals : Object.keys(shapes);
const results = [];
if (!values.json) {
  console.log("ns per message; ratios are peer / hawser: over 1 means that Hawser is faster\n");
  console.log("shape        bytes |  encode  protobufjs      json |  decode  protobufjs      json");
}
for (const shape of wanted) {
  const worker = join(import.meta.dirname, "worker.mjs");
  const run = spawnSync(process.execPath, [worker, shape, out, values.seconds], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${shape}: ${run.stderr}`);
  const result = JSON.parse(run.stdout);
  results.push(result);
  if (!values.json) console.log(row(result));
}
if (values.json) console.log(JSON.stringify(results, null, 2));

function row({ shape, size, best }) {
  const part = (kind) => {
    const own = best[`${kind} hawser`];
    const peer = (name) => {
      const ns = best[`${kind} ${name}`];
      return `${ns.toFixed(0)} ${(ns / own).toFixed(1)}x`.padStart(name === "json" ? 10 : 12);
    };
    return `${own.toFixed(0).padStart(8)}${peer("protobufjs")}${peer("json")}`;
  };
  return `${shape.padEnd(12)}${String(size).padStart(6)} |${part("encode")} |${part("decode")}`;
}
