// Builds the peers of bench/ in other languages into bench/.cache, where their toolchain is on this machine.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const bench = fileURLToPath(new URL("../bench/", import.meta.url));

build("grpc-go", ["go", "version"], buildGo);
build("grpc-cpp", ["pkg-config", "--exists", "grpc++", "protobuf"], buildCpp);

/** Builds a peer if `probe` succeeds; what cannot be built is said, and the suite runs without it. */
function build(name, probe, make) {
  if (!succeeds(probe)) {
    console.error(`${name}: its toolchain is not on this machine; the suite runs without it`);
    return;
  }
  const target = `${bench}.cache/${name}/`;
  mkdirSync(target, { recursive: true });
  if (!make(`${bench}peers/${name}/`, target)) console.error(`${name}: its build failed; the suite runs without it`);
}

/** Go's own cache makes this a matter of a second when nothing has changed. */
function buildGo(source, target) {
  return run(["go", "build", "-trimpath", "-o", target, "./server", "./client"], source);
}

function buildCpp(source, target) {
  const proto = `${bench}proto/echo.proto`;
  const inputs = [proto, ...readdirSync(source).map((name) => `${source}${name}`)];
  const programs = ["server", "client"].map((name) => `${target}${name}`);
  if (programs.every((program) => isNewer(program, inputs))) return true;
  const plugin = spawnSync("sh", ["-c", "command -v grpc_cpp_plugin"], { encoding: "utf8" }).stdout.trim();
  const outs = [`--cpp_out=${target}`, `--grpc_out=${target}`, `--plugin=protoc-gen-grpc=${plugin}`];
  // The one that belongs to the library: another on the path may be of another version.
  const prefix = spawnSync("pkg-config", ["--variable=prefix", "protobuf"], { encoding: "utf8" }).stdout.trim();
  const beside = `${prefix}/bin/protoc`;
  if (!run([existsSync(beside) ? beside : "protoc", ...outs, `--proto_path=${bench}proto`, "echo.proto"], bench))
    return false;
  const flags = spawnSync("pkg-config", ["--cflags", "--libs", "grpc++", "protobuf"], { encoding: "utf8" }).stdout;
  const generated = [`${target}echo.pb.cc`, `${target}echo.grpc.pb.cc`];
  return ["server", "client"].every((name) => {
    const compile = ["c++", "-O2", "-std=c++17", `-I${target}`, `${source}${name}.cc`, ...generated];
    return run([...compile, "-o", `${target}${name}`, ...flags.trim().split(/\s+/), "-lpthread"], source);
  });
}

function isNewer(program, inputs) {
  return existsSync(program) && inputs.every((input) => statSync(input).mtimeMs < statSync(program).mtimeMs);
}

function succeeds([program, ...args]) {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

function run([program, ...args], cwd) {
  return spawnSync(program, args, { cwd, stdio: ["ignore", process.stderr, process.stderr] }).status === 0;
}
