import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BuildCache, INTEROP, run, toolVersion } from "./grpc/build-cache.js";
import { generate } from "./grpc/generate.js";
import { type Command, MissingToolchain } from "./grpc/peer.js";
import { type RunningServer, startServer } from "./grpc/peer-process.js";
import { grpcJava } from "./grpc/peers/grpc-java.js";
import { grpcio } from "./grpc/peers/grpcio.js";
import { rustGenerators } from "./grpc/rust-generators.js";
import { type Section, table } from "./section.js";

const EXAMPLE = join(INTEROP, "../examples/polyglot");
const TITLE = "Four services in four languages";

/** Of the visits one ends by an error, one by its deadline and one by cancellation, in each of the services. */
const GIVEN_UP = 3;
const WAIT_LIMIT_MS = 30_000;

/** Generates, builds and starts examples/polyglot, and visits it. */
export async function polyglot(cache: BuildCache): Promise<Section> {
  let services: { folder: string; lib: string; python: string };
  try {
    services = await build(cache);
  } catch (error) {
    if (!(error instanceof MissingToolchain)) throw error;
    return { title: TITLE, markdown: "", passed: 0, failed: [], missing: [`examples/polyglot: ${error.message}`] };
  }
  const { folder, lib, python } = services;
  const running: (RunningServer & { readonly name: string })[] = [];
  const failed: string[] = [];
  const lines: string[] = [];
  try {
    const start = async (name: string, command: Command) => {
      const server = await startServer({ ...command, ready: /listening on (\d+)/ });
      running.push({ name, ...server });
      return String(server.port);
    };
    const java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] as const;
    const taxes = await start("Taxes", {
      argv: [python, join(EXAMPLE, "python/taxes.py")],
      env: { PYTHONPATH: join(folder, "python"), PYTHONDONTWRITEBYTECODE: "1" },
    });
    const prices = await start("Prices", {
      argv: [...java, "-cp", `${join(folder, "classes")}:${lib}/*`, "PricesServer", taxes],
    });
    const stock = await start("Stock", { argv: [join(folder, "stock"), prices] });
    const shop = await start("Shop", { argv: [process.execPath, join(EXAMPLE, "dist/shop.js"), stock] });
    try {
      const said = await run({ argv: [process.execPath, join(EXAMPLE, "dist/visit.js"), shop] });
      lines.push(...said.split("\n").filter((line) => line.startsWith("ok ")));
    } catch (error) {
      failed.push(`examples/polyglot: ${error instanceof Error ? error.message : error}`);
    }
    for (const { name, output } of running) {
      if (failed.length > 0) break;
      const until = Date.now() + WAIT_LIMIT_MS;
      const count = () => output().split("given up").length - 1;
      while (count() < GIVEN_UP && Date.now() < until) await sleep(50);
      if (count() === GIVEN_UP)
        lines.push(`ok ${name} gave up what its caller had given up, ${GIVEN_UP} of ${GIVEN_UP} times`);
      else failed.push(`examples/polyglot: ${name} gave up ${count()} calls, not ${GIVEN_UP}: ${output()}`);
    }
  } finally {
    for (const { stop } of running) await stop();
  }
  const markdown = [
    "`examples/polyglot`: Shop (TypeScript) asks Stock (Go), Stock asks Prices (Java), Prices asks Taxes (Python). One",
    "`hawser generate` has the generators of Go, Java, Python and Rust write their code beside ours; the Rust code is",
    "compiled, and serves nothing.",
    "",
    table(
      ["what", "result"],
      lines.map((line) => [line.slice(3), "passed"]),
    ),
  ].join("\n");
  return { title: TITLE, markdown, passed: lines.length, failed, missing: [] };
}

/** Generates the code of all languages in one go, and compiles what is to be compiled. */
async function build(cache: BuildCache): Promise<{ folder: string; lib: string; python: string }> {
  await toolVersion(["go", "version"], /go(\d[\d.]*)/, "1.24");
  await toolVersion(["javac", "-version"], /javac (\d[\d.]*)/, "17");
  // The jars of grpc-java, and the environment with grpcio, are those of the peers.
  await grpcJava.prepare(cache);
  await grpcio.prepare(cache);
  const lib = join(cache.path("grpc-java"), "lib");
  const python = join(cache.path("grpcio"), "bin/python");
  const rust = await rustGenerators(cache);
  const java = await javaGenerators(cache);
  const go = await goGenerators(cache);
  const sources = ["proto", "go", "java", "rust"].map((name) => join(EXAMPLE, name));
  const folder = await cache.get("polyglot", sources, async (out) => {
    const goFolder = join(out, "go");
    mkdirSync(goFolder);
    for (const name of readdirSync(join(EXAMPLE, "go"))) {
      if (/\.(go|mod|sum)$/.test(name)) copyFileSync(join(EXAMPLE, "go", name), join(goFolder, name));
    }
    const module = "module=hawser/examples/polyglot";
    const grpcPython = join(cache.path("grpcio-code"), "protoc");
    await generate(
      out,
      [
        { name: "go", path: join(go, "protoc-gen-go"), out: goFolder, options: [module] },
        { name: "go-grpc", path: join(go, "protoc-gen-go-grpc"), out: goFolder, options: [module] },
        { name: "java", path: join(java, "protoc"), out: join(out, "java") },
        { name: "grpc-java", path: join(java, "protoc-gen-grpc-java"), out: join(out, "java") },
        { name: "python", path: grpcPython, out: join(out, "python") },
        { name: "grpc_python", path: grpcPython, out: join(out, "python") },
        { name: "prost", path: rust.prost, out: join(out, "rust") },
        { name: "tonic", path: rust.tonic, out: join(out, "rust") },
      ],
      [join(EXAMPLE, "proto")],
    );
    await run({ argv: ["go", "build", "-o", join(out, "stock"), "."], cwd: goFolder });
    await run({
      argv: ["cargo", "build", "--release", "--locked", "--quiet"],
      cwd: join(EXAMPLE, "rust"),
      env: { CARGO_TARGET_DIR: cache.scratch("tonic-target"), POLYGLOT_CODE: join(out, "rust") },
    });
    const generated = readdirSync(join(out, "java"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".java"))
      .map((name) => join(out, "java", name));
    const classes = join(out, "classes");
    await run({
      argv: [
        "javac",
        "-nowarn",
        "-cp",
        `${lib}/*`,
        "-d",
        classes,
        ...generated,
        join(EXAMPLE, "java/PricesServer.java"),
      ],
    });
  });
  return { folder, lib, python };
}

/** protoc, which has Java's generator built in, and protoc-gen-grpc-java; both are programs in Maven's repository. */
async function javaGenerators(cache: BuildCache): Promise<string> {
  const pom = join(INTEROP, "peers/java/pom.xml");
  const text = readFileSync(pom, "utf8");
  const property = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? "";
  const platform = `${process.platform === "darwin" ? "osx" : process.platform}-${process.arch === "x64" ? "x86_64" : "aarch_64"}`;
  return cache.get("java-generators", [pom, platform], async (out) => {
    for (const [name, artifact] of [
      ["protoc", `com.google.protobuf:protoc:${property("protobuf.version")}:exe:${platform}`],
      ["protoc-gen-grpc-java", `io.grpc:protoc-gen-grpc-java:${property("grpc.version")}:exe:${platform}`],
    ] as const) {
      const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
      await run({
        argv: [
          "mvn",
          "-q",
          "-B",
          "-f",
          pom,
          goal,
          `-Dartifact=${artifact}`,
          `-DoutputDirectory=${out}`,
          "-Dmdep.useBaseVersion",
        ],
      });
      const file = readdirSync(out).find((each) => each.startsWith(`${name}-`) && each.endsWith(".exe"));
      if (file === undefined) throw new Error(`Maven copied no ${name}`);
      renameSync(join(out, file), join(out, name));
      chmodSync(join(out, name), 0o755);
    }
  });
}

async function goGenerators(cache: BuildCache): Promise<string> {
  const sources = join(INTEROP, "peers/go");
  return cache.get("go-generators", [sources], async (out) => {
    const packages = ["google.golang.org/protobuf/cmd/protoc-gen-go", "google.golang.org/grpc/cmd/protoc-gen-go-grpc"];
    await run({ argv: ["go", "build", "-o", `${out}/`, ...packages], cwd: sources });
  });
}
