// The end of a test run, for people and for CI: what failed, what was skipped, and the totals.
export default async function* totals(source) {
  const failures = [];
  const skipped = [];
  let passed = 0;
  for await (const { type, data } of source) {
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
  yield `\n${passed} passed, ${failures.length} failed, ${skipped.length} skipped\n`;
}
