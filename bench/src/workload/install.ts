import { execFileSync } from "node:child_process";
import { closureOf, sizeOf } from "../installed-package.js";
import type { Stack } from "../stack.js";
import { type Sample, sessionOf, stackContestants, type Workload } from "./workload.js";

/** What `npm install` of a stack's packages puts on the disk. */
export const install: Workload = {
  name: "install",
  title: "Installed size and number of packages",
  metrics: [
    { key: "kib", label: "KiB", better: "lower", decimals: 0 },
    { key: "packages", label: "packages", better: "lower", decimals: 0 },
  ],
  varies: false,
  contestants: (stacks) =>
    stackContestants(
      stacks,
      (stack) => stack.packages.length > 0,
      async (stack) => sessionOf(async () => measure(stack)),
    ),
};

function measure(stack: Stack): Sample {
  const closure = closureOf(stack.packages);
  const bytes = closure.reduce((sum, { folder }) => sum + (publishedSize(folder) ?? sizeOf(folder)), 0);
  return { kib: bytes / 1024, packages: closure.length };
}

/** Bytes that npm would unpack for a package of this repository, which is linked here, sources and all. */
function publishedSize(folder: string): number | undefined {
  if (!folder.endsWith("node_modules/hawser")) return undefined;
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 60_000,
  });
  const [pack] = JSON.parse(output) as [{ unpackedSize: number }];
  return pack.unpackedSize;
}
