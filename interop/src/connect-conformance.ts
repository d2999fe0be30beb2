import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildCache, INTEROP, run, toolVersion } from "./grpc/build-cache.js";
import { MissingToolchain } from "./grpc/peer.js";
import { type Section, table } from "./section.js";

const SUITE = join(INTEROP, "../conformance/connect");
const TITLE = "connectconformance: connect-go's suite";

/** A run takes seconds; a hanging one must not hang its caller. */
const RUN_LIMIT_MS = 300_000;

/** Runs connectconformance in both modes, with every configuration of conformance/connect/config. */
export async function connectConformance(cache: BuildCache): Promise<Section> {
  let tool: string;
  try {
    await toolVersion(["go", "version"], /go(\d[\d.]*)/, "1.24");
    const sources = join(SUITE, "tool");
    const folder = await cache.get("connectconformance", [sources], async (out) => {
      const program = "connectrpc.com/conformance/cmd/connectconformance";
      await run({ argv: ["go", "build", "-o", `${out}/`, program], cwd: sources });
    });
    tool = join(folder, "connectconformance");
  } catch (error) {
    if (!(error instanceof MissingToolchain)) throw error;
    return { title: TITLE, markdown: "", passed: 0, failed: [], missing: [`connectconformance: ${error.message}`] };
  }
  const rows: string[][] = [];
  const failed: string[] = [];
  let passed = 0;
  for (const config of readdirSync(join(SUITE, "config")).sort()) {
    for (const mode of modesOf(config)) {
      const result = runSuite(tool, config, mode);
      passed += result.passed;
      failed.push(...result.failed.map((each) => `${config}, ${mode} mode: ${each}`));
      rows.push([
        basename(config).split(".", 1)[0] as string,
        mode,
        String(result.total),
        String(result.passed),
        String(result.failed.length),
      ]);
    }
  }
  const markdown = [
    table(["protocol", "under test", "cases", "passed", "failed"], rows),
    "There is no list of known failures.",
  ].join("\n\n");
  return { title: TITLE, markdown, passed, failed, missing: [] };
}

/** `grpc.yaml` is for both sides, `connect.server.yaml` for one. */
function modesOf(config: string): readonly ("server" | "client")[] {
  if (config.endsWith(".server.yaml")) return ["server"];
  return config.endsWith(".client.yaml") ? ["client"] : ["server", "client"];
}

interface SuiteResult {
  readonly total: number;
  readonly passed: number;
  readonly failed: readonly string[];
}

function runSuite(tool: string, config: string, mode: "server" | "client"): SuiteResult {
  const program = join(SUITE, `dist/${mode}-under-test.js`);
  const args = ["--conf", join(SUITE, "config", config), "--mode", mode, "--max-servers", "1"];
  const { stdout, stderr } = spawnSync(tool, [...args, "--", process.execPath, program], {
    encoding: "utf8",
    timeout: RUN_LIMIT_MS,
    maxBuffer: 1 << 28,
  });
  const totals = /Total cases: (\d+)\s+(\d+) passed, (\d+) failed/.exec(stdout);
  if (totals === null) {
    return { total: 0, passed: 0, failed: [`the run did not end: ${`${stdout}${stderr}`.slice(-1_000)}`] };
  }
  const failed = [...stdout.matchAll(/^FAILED: (.*)\n\t(.*)/gm)].map(([, name, reason]) => `${name} ${reason}`);
  const [total, passed, failures] = totals.slice(1).map(Number) as [number, number, number];
  while (failed.length < failures) failed.push("a case that the suite did not name");
  return { total, passed, failed };
}
