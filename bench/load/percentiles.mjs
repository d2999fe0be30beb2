// Are the percentiles of `hawser bench` right? Calls that take 20 ms and an exponential share more (mean 40 ms) at a rate the machine
// holds; the server notes how long each took, and the percentiles of both must be within 5 % of each other.
//
//   node bench/load/percentiles.mjs [rate] [seconds]      after a build; default: 200 a second for 20 s
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, startServer } from "./start-server.mjs";

const HAWSER = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const [rate = "200", seconds = "20"] = process.argv.slice(2);

const scratch = mkdtempSync(join(tmpdir(), "hawser-"));
const server = await startServer();
try {
  // The quantiles of the distribution in an order that looks random: the same delays in every run.
  const waits = Array.from({ length: 997 }, (_, i) => 20 - 40 * Math.log(1 - (((i * 617) % 997) + 0.5) / 997));
  const file = join(scratch, "waits.ndjson");
  writeFileSync(file, waits.map((ms) => `{"ms":${ms}}\n`).join(""));
  const call = [HAWSER, "bench", server.target, "bench.load.Echo/Delayed", "-d", `@${file}`, "--json"];
  let worst = 0;
  for (const arrival of ["even", "poisson"]) {
    await run(process.execPath, [...call, "--rate", rate, "--requests", rate]);
    await server.delays();
    const load = ["--rate", rate, "--arrival", arrival, "--duration", `${seconds}s`, "--warmup", "0"];
    const result = JSON.parse(await run(process.execPath, [...call, ...load]));
    // The first is the probing call's.
    const delays = (await server.delays()).slice(1).sort((a, b) => a - b);
    console.log(`${arrival}: ${result.succeeded} of ${result.calls} calls, ${delays.length} seen by the server`);
    for (const p of ["50", "75", "90", "95", "99"]) {
      const made = delays[Math.ceil((delays.length * Number(p)) / 100) - 1];
      const measured = result.latency.percentiles[p];
      const off = (measured / made - 1) * 100;
      worst = Math.max(worst, Math.abs(off));
      console.log(`  p${p}: server ${made.toFixed(1)} ms, hawser bench ${measured.toFixed(1)} ms, ${off.toFixed(1)} %`);
    }
  }
  console.log(`off by at most ${worst.toFixed(1)} % (5 % are allowed)`);
  process.exitCode = worst <= 5 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
