import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INTEROP, run } from "./build-cache.js";

/** The test service's own files. */
export const PROTO: string = join(INTEROP, "proto/grpc");

/** A generator of another language, as `hawser generate --plugin` takes it. */
export interface Plugin {
  readonly name: string;
  readonly path: string;
  readonly out: string;
  readonly options?: readonly string[];
}

/** Has `hawser generate` run other languages' generators over the test service, or over the inputs that are named. */
export async function generate(
  cwd: string,
  plugins: readonly Plugin[],
  inputs: readonly string[] = ["-I", join(INTEROP, "proto"), PROTO],
): Promise<void> {
  const typescript = mkdtempSync(join(tmpdir(), "hawser-interop-"));
  try {
    await run({
      cwd,
      argv: [
        process.execPath,
        join(INTEROP, "../packages/cli/bin/hawser.js"),
        "generate",
        ...inputs,
        "--out",
        typescript,
        ...plugins.flatMap(({ name, path, out, options = [] }) => [
          "--plugin",
          `${name}=${path}`,
          "--plugin-out",
          `${name}=${out}`,
          ...options.flatMap((option) => ["--plugin-opt", `${name}=${option}`]),
        ]),
      ],
    });
  } finally {
    rmSync(typescript, { recursive: true, force: true });
  }
}
