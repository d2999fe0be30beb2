// The protoc of the npm package `protoc`, and where its google/protobuf files are.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = dirname(createRequire(import.meta.url).resolve("protoc/package.json"));
const assets = JSON.parse(readFileSync(join(folder, "assets.json"), "utf8"));
const asset = assets.find(({ arch, platform }) => arch === process.arch && platform === process.platform);
if (asset === undefined) throw new Error(`the package protoc has no binary for ${process.platform} ${process.arch}`);

/** The binary itself: its Node wrapper would add its own start to every measurement. */
export const PROTOC = join(folder, "bin", asset.executable);

/** The folder that has google/protobuf. */
export const INCLUDE = join(folder, "include");

/** 64 MB of messages are more than any run writes; protoc gets three minutes, then it is stopped. */
const LIMITS = { maxBuffer: 1 << 26, timeout: 180_000 };

/** Runs protoc with these arguments; does not look at how it ends. */
export function protoc(args, options = {}) {
  const run = spawnSync(PROTOC, args, { encoding: "utf8", ...LIMITS, ...options });
  if (run.error !== undefined) throw run.error;
  return run;
}
