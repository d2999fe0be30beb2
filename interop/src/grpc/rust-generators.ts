import { join } from "node:path";
import { type BuildCache, run } from "./build-cache.js";

/** `protoc-gen-prost` and `protoc-gen-tonic`, the generators of Rust. */
const VERSION = "0.5.0";

/** Builds both, and gives their paths. */
export async function rustGenerators(cache: BuildCache): Promise<{ readonly prost: string; readonly tonic: string }> {
  const folder = await cache.get("rust-generators", [VERSION], async (out) => {
    const crates = ["protoc-gen-prost", "protoc-gen-tonic"].map((name) => `${name}@${VERSION}`);
    await run({
      argv: ["cargo", "install", "--quiet", "--locked", "--root", out, ...crates],
      env: { CARGO_TARGET_DIR: cache.scratch("rust-generators-target") },
    });
  });
  return { prost: join(folder, "bin/protoc-gen-prost"), tonic: join(folder, "bin/protoc-gen-tonic") };
}
