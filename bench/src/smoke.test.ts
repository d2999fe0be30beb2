import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.js", import.meta.url));

interface Run {
  readonly workloads: readonly { readonly name: string; readonly rows: readonly { readonly name: string }[] }[];
}

/** Runs the suite on a very small scale; every reply is compared, no figure is looked at. */
function smoke(...args: string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "--smoke", "--json", ...args], {
    encoding: "utf8",
    timeout: 300_000,
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Run;
}

test("every workload runs with Hawser and with grpc-js", () => {
  const { workloads } = smoke("--stacks", "^grpc-js$");
  for (const { name, rows } of workloads.filter((workload) => workload.rows.length > 0)) {
    assert.ok(
      rows.some((row) => row.name === "hawser"),
      `${name} has no row of Hawser`,
    );
  }
});

test("every stack answers a unary call", () => {
  const [workload] = smoke("unary").workloads;
  for (const name of [
    "hawser",
    "grpc-js",
    "nice-grpc",
    "connect-grpc",
    "connect",
    "node-http2",
    "fastify",
    "mercurius",
  ]) {
    assert.ok(
      workload?.rows.some((row) => row.name === name),
      `${name} has no row`,
    );
  }
});

test("a rule of google.api.http and a hand-written route answer alike", () => {
  const [workload] = smoke("^rest$").workloads;
  assert.deepEqual(workload?.rows.map(({ name }) => name).sort(), ["fastify", "hawser-rest"]);
});

test("every codec gives the bytes that it was given", () => {
  const [workload] = smoke("codec-order").workloads;
  assert.deepEqual(
    workload?.rows.map(({ name }) => name),
    [
      "hawser",
      "hawser-dynamic",
      "protobufjs-static",
      "protobufjs-reflection",
      "protobuf-es",
      "google-protobuf",
      "pbf",
      "json",
    ],
  );
});

test("what cannot be run is said, and is no success", () => {
  const { status, stderr } = spawnSync(process.execPath, [main, "("], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /Invalid regular expression/);
});
