// Builds the peers of bench/ in other languages into bench/.cache, where their toolchain is on this machine.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bench = fileURLToPath(new URL("../bench/", import.meta.url));

function has(program, argument) {
  return spawnSync(program, [argument], { stdio: "ignore" }).status === 0;
}

if (has("go", "version")) {
  mkdirSync(`${bench}.cache/grpc-go`, { recursive: true });
  // Go's own cache makes this a matter of a second when nothing has changed.
  const args = ["build", "-trimpath", "-o", `${bench}.cache/grpc-go/`, "./server", "./client"];
  const { status } = spawnSync("go", args, {
    cwd: `${bench}peers/grpc-go`,
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (status !== 0) console.error("grpc-go: its build failed; the suite runs without it");
} else {
  console.error("grpc-go: Go is not on this machine; the suite runs without it");
}
