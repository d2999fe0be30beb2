import { join } from "node:path";
import { BuildCache, INTEROP, run, toolVersion } from "../grpc/build-cache.js";
import { MissingToolchain } from "../grpc/peer.js";
import { startServer } from "../grpc/peer-process.js";
import type { HarbourServer } from "./grpc-js-harbour.js";

/** How to start harbour.v1.Harbour by grpc-go, with its reflection, channelz and health; or why that can't be. */
export async function grpcGoHarbour(): Promise<(() => Promise<HarbourServer>) | MissingToolchain> {
  const cache = new BuildCache(() => {});
  const module = join(INTEROP, "peers/go");
  const protos = join(INTEROP, "proto");
  try {
    await toolVersion(["go", "version"], /go(\d[\d.]*)/, "1.24");
    const sources = [
      ...["go.mod", "go.sum", "harbour-server"].map((each) => join(module, each)),
      join(protos, "harbour"),
    ];
    const folder = await cache.get("grpc-go-harbour", sources, async (out) => {
      await run({ argv: ["go", "build", "-o", join(out, "server"), "./harbour-server"], cwd: module });
      const hawser = join(INTEROP, "../packages/cli/bin/hawser.js");
      const set = join(out, "harbour.binpb");
      await run({ argv: [process.execPath, hawser, "build", join(protos, "harbour"), "-I", protos, "-o", set] });
    });
    return async () => {
      const argv = [join(folder, "server"), join(folder, "harbour.binpb")] as const;
      const { port, stop } = await startServer({ argv, ready: /listening on (\d+)/ });
      return { target: `127.0.0.1:${port}`, stop };
    };
  } catch (error) {
    if (error instanceof MissingToolchain) return error;
    throw error;
  }
}
