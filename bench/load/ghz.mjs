// How much load `hawser bench` makes beside ghz: the same server (ours), the same message, 64 calls at once on one connection, in turns.
//
//   node bench/load/ghz.mjs [rounds] [seconds]      after a build; default: 4 rounds of 5 s; needs Go, which builds ghz into .cache
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run, startServer } from "./start-server.mjs";

const VERSION = "v0.120.0";
const HAWSER = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const CACHE = fileURLToPath(new URL(`../.cache/ghz-${VERSION}`, import.meta.url));
const GHZ = join(CACHE, "ghz");
const [rounds = 4, seconds = 5] = process.argv.slice(2).map(Number);
const CONCURRENCY = "64";
const MESSAGE = '{"text":"a message of some forty characters, or so"}';
const METHOD = "bench.load.Echo/Unary";

if (!existsSync(GHZ)) {
  mkdirSync(CACHE, { recursive: true });
  const { status } = spawnSync("go", ["install", `github.com/bojand/ghz/cmd/ghz@${VERSION}`], {
    env: { ...process.env, GOBIN: CACHE },
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("ghz could not be built: is Go on the PATH?");
}

const server = await startServer();
try {
  const programs = {
    async ghz() {
      const load = ["-c", CONCURRENCY, "--connections", "1", "-z", `${seconds}s`, "--duration-stop", "wait"];
      const args = ["--insecure", "--call", METHOD, "-d", MESSAGE, ...load, "-O", "json", server.target];
      const { rps, count, statusCodeDistribution: codes } = JSON.parse(await run(GHZ, args));
      return { rate: rps, calls: count, failed: count - (codes.OK ?? 0) };
    },
    async hawser() {
      const load = ["--concurrency", CONCURRENCY, "--duration", `${seconds}s`, "--warmup", "0"];
      const args = [HAWSER, "bench", server.target, METHOD, "-d", MESSAGE, ...load, "--json"];
      const { callsPerSecond, calls, failed } = JSON.parse(await run(process.execPath, args));
      return { rate: callsPerSecond, calls, failed };
    },
  };
  const rates = { ghz: [], hawser: [] };
  console.log(
    `${rounds} rounds of ${seconds} s, ghz ${VERSION}, ${availableParallelism()} processors, Node ${process.version}`,
  );
  for (let round = 0; round < rounds; round++) {
    for (const [name, program] of Object.entries(programs)) {
      const { rate, calls, failed } = await program();
      // The server's own count is what can be believed; hawser's probing call is one more.
      const seen = await server.calls();
      if (seen < calls) throw new Error(`${name} tells of ${calls} calls, and the server has seen ${seen}`);
      rates[name].push(rate);
      console.log(
        `${name}: ${Math.round(rate)} calls/s, ${calls} calls, ${seen} seen by the server${failed > 0 ? `, ${failed} failed` : ""}`,
      );
    }
  }
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  console.log(`hawser / ghz: ${(median(rates.hawser) / median(rates.ghz)).toFixed(2)} (medians)`);
} finally {
  await server.stop();
}
