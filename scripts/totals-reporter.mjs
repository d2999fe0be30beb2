// The end of a test run, for people and for CI: what failed, what was skipped, which files took longest, and the totals.
import { relative } from "node:path";

/** So many of the slowest files are named: `npm test` should stay a matter of minutes. */
const SLOWEST = 12;

export default async function* totals(source) {
  const failures = [];
  const skipped = [];
  /** Milliseconds that the outermost tests of a file took together. */
  const files = new Map();
  let passed = 0;
  for await (const { type, data } of source) {
    if ((type === "test:pass" || type === "test:fail") && data.nesting === 0 && data.file !== undefined) {
      files.set(data.file, (files.get(data.file) ?? 0) + data.details.duration_ms);
    }
    if (data?.details?.type === "suite") continue;
    if (type === "test:pass") {
      if (data.skip !== undefined || data.todo !== undefined) skipped.push(data.name);
      else passed++;
    } else if (type === "test:fail") {
      failures.push(data);
    }
  }
  for (const { name, file, details } of failures) {
    const cause = details?.error?.cause ?? details?.error;
    yield `\nFAILED  ${name}  (${file ?? "?"})\n${cause?.stack ?? cause}\n`;
  }
  if (skipped.length > 0) yield `\nSkipped:\n${skipped.map((name) => `  ${name}\n`).join("")}`;
  if (files.size > SLOWEST) {
    const slowest = [...files].sort((a, b) => b[1] - a[1]).slice(0, SLOWEST);
    yield `\nSlowest of ${files.size} files:\n${slowest.map(([file, ms]) => `  ${seconds(ms)} s  ${relative(".", file)}\n`).join("")}`;
  }
  yield `\n${passed} passed, ${failures.length} failed, ${skipped.length} skipped\n`;
}

function seconds(ms) {
  return (ms / 1000).toFixed(1).padStart(6);
}
