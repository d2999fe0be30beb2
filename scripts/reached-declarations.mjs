// A package holds the declarations that editors can reach from its doors, and not those of the modules behind them: what
// the others would take is written to `dist/.npmignore`, which npm reads beside `files` of package.json.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** `from "./x.js"` and `import("./x.js")`: all the ways in which tsc lets one declaration file refer to another. */
const REFERENCE = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)"(\.{1,2}\/[^"]+)\.js"/g;

/** Writes the ignore file of `dist`. Doors are read from the package's `exports`. */
export function ignoreUnreached(folder) {
  const dist = join(folder, "dist");
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const reached = new Set();
  const waiting = Object.values(exports).map(({ types }) => join(folder, types));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, target] of readFileSync(file, "utf8").matchAll(REFERENCE)) {
      waiting.push(`${join(dirname(file), target)}.d.ts`);
    }
  }
  const unreached = readdirSync(dist, { recursive: true, encoding: "utf8" })
    .map((path) => join(dist, path))
    .filter((file) => file.endsWith(".d.ts") && !reached.has(file))
    .map((file) => `/${relative(dist, file).replaceAll("\\", "/")}`)
    .sort();
  writeFileSync(join(dist, ".npmignore"), `${unreached.join("\n")}\n`);
}
