/** The command line of Hawser against servers that others wrote, as far as these tell of themselves by reflection. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { BuildCache, INTEROP, run, toolVersion } from "./grpc/build-cache.js";
import { MissingToolchain } from "./grpc/peer.js";
import { type RunningServer, startServer } from "./grpc/peer-process.js";

const HAWSER = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const PROTO = fileURLToPath(new URL("../proto/interop/v1/interop.proto", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function hawser(args: readonly string[], stdin = ""): Promise<Ended> {
  const child = spawn(process.execPath, [HAWSER, ...args], { env: { ...process.env, NO_COLOR: "1" } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {}).end(stdin);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

interface Reply {
  readonly id?: string;
}

/** Forty calls of `hawser bench`: how many succeeded, and how many messages went each way. */
async function bench(target: string, method: string, ...data: string[]): Promise<[number, number, number]> {
  const requests = data.flatMap((each) => ["-d", each]);
  const load = ["--requests", "40", "--concurrency", "8", "--threshold", "errors<=0%"];
  const { code, stdout, stderr } = await hawser(["bench", target, method, ...requests, ...load, "--json"]);
  assert.deepEqual([code, stderr], [0, ""]);
  const { succeeded, messagesSent, messagesReceived } = JSON.parse(stdout);
  return [succeeded, messagesSent, messagesReceived];
}

/** A `hawser … --json` that listens. */
async function listening(...args: string[]): Promise<{ target: string; end(): Promise<unknown> }> {
  const child = spawn(process.execPath, [HAWSER, ...args, "--listen", "127.0.0.1:0", "--json"]);
  const closed = once(child, "close");
  const reader = createInterface(child.stdout);
  const [line] = await once(reader, "line");
  return {
    target: JSON.parse(line).listening,
    end: () => {
      child.kill("SIGINT");
      return closed;
    },
  };
}

describe("hawser list, describe, call, bench: @grpc/grpc-js with @grpc/reflection", () => {
  const server = new grpc.Server();
  let target = "";
  before(async () => {
    const definition = loadSync(PROTO, { longs: String, defaults: true });
    // biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
    const { service } = (grpc.loadPackageDefinition(definition) as any).interop.v1.Interop;
    // biome-ignore lint/suspicious/noExplicitAny: as above
    type Call = any;
    server.addService(service, {
      unary: (call: Call, done: Call) => {
        if (call.request.id === "0") {
          const trailer = new grpc.Metadata();
          trailer.set("x-why", "zero");
          done({ code: grpc.status.FAILED_PRECONDITION, details: "id is 0", metadata: trailer });
        } else done(null, call.request);
      },
      serverStream: (call: Call) => {
        for (let id = 1; id <= Number(call.request.id); id++) call.write({ id });
        call.end();
      },
      clientStream: (call: Call, done: Call) => {
        let id = 0;
        call.on("data", () => id++).on("end", () => done(null, { id }));
      },
      bidiStream: (call: Call) => {
        call.on("data", (request: Reply) => call.write(request)).on("end", () => call.end());
      },
      missing: (_: Call, done: Call) => done({ code: grpc.status.UNIMPLEMENTED }),
    });
    new ReflectionService(definition).addToServer(server);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    target = `127.0.0.1:${port}`;
  });
  after(() => server.forceShutdown());

  test("list and describe", async () => {
    const list = await hawser(["list", target]);
    assert.deepEqual([list.code, list.stderr], [0, ""]);
    assert.match(list.stdout, /^interop\.v1\.Interop$/m);
    const methods = await hawser(["list", target, "interop.v1.Interop"]);
    assert.match(methods.stdout, /^interop\.v1\.Interop\/BidiStream$/m);
    const { stdout } = await hawser(["describe", target, "interop.v1.Interop", "interop.v1.Request"]);
    assert.match(stdout, /rpc ServerStream\(\.interop\.v1\.Request\) returns \(stream \.interop\.v1\.Reply\);/);
    assert.match(stdout, /message Request \{\n {2}int64 id = 1;\n {2}bytes payload = 2;\n\}/);
  });

  test("the four kinds of calls, and one that fails", async () => {
    const unary = await hawser(["call", target, "Interop/Unary", '{"id": 7, "payload": "AQI="}', "--compact"]);
    assert.deepEqual(unary, { code: 0, stdout: '{"id":"7","payload":"AQI="}\n', stderr: "" });
    const replies = await hawser(["call", target, "Interop/ServerStream", '{"id": 3}', "--compact"]);
    assert.equal(replies.stdout, '{"id":"1"}\n{"id":"2"}\n{"id":"3"}\n');
    const requests = '{"id":1}\n{"id":2}\n';
    assert.match((await hawser(["call", target, "Interop/ClientStream", "-"], requests)).stdout, /"id": "2"/);
    const both = await hawser(["call", target, "Interop/BidiStream", "-", "--compact"], requests);
    assert.equal(both.stdout, '{"id":"1"}\n{"id":"2"}\n');
    const failed = await hawser(["call", target, "Interop/Unary", "-v"]);
    assert.equal(failed.code, 64 + grpc.status.FAILED_PRECONDITION);
    assert.match(failed.stderr, /x-why: zero[\s\S]*error: FAILED_PRECONDITION: id is 0\nhelp: /);
  });

  test("bench: the four kinds of calls, and a first one that fails", async () => {
    assert.deepEqual(await bench(target, "Interop/Unary", '{"id": 7}'), [40, 40, 40]);
    assert.deepEqual(await bench(target, "Interop/ServerStream", '{"id": 3}'), [40, 40, 120]);
    assert.deepEqual(await bench(target, "Interop/ClientStream", '{"id":1}', '{"id":2}'), [40, 80, 40]);
    assert.deepEqual(await bench(target, "Interop/BidiStream", '{"id":1}', '{"id":2}'), [40, 80, 80]);
    const failed = await hawser(["bench", target, "Interop/Unary"]);
    assert.equal(failed.code, 64 + grpc.status.FAILED_PRECONDITION);
    assert.match(failed.stderr, /the first call failed, .*FAILED_PRECONDITION: id is 0\nhelp: /);
  });
});

/** grpc-go's test service with its own reflection; or why there is none. */
async function buildGoServer(): Promise<string | MissingToolchain> {
  const cache = new BuildCache(() => {});
  const module = join(INTEROP, "peers/go");
  try {
    await toolVersion(["go", "version"], /go(\d[\d.]*)/, "1.24");
    const sources = ["go.mod", "go.sum", "reflection-server"].map((each) => join(module, each));
    const folder = await cache.get("grpc-go-reflection", sources, async (out) => {
      await run({ argv: ["go", "build", "-o", join(out, "server"), "./reflection-server"], cwd: module });
    });
    return join(folder, "server");
  } catch (error) {
    if (error instanceof MissingToolchain) return error;
    throw error;
  }
}

const goServer = await buildGoServer();
const reason = typeof goServer === "string" ? "" : ` (skipped: ${goServer.message})`;

describe(`hawser list, describe, call, bench: grpc-go${reason}`, { skip: reason !== "" }, () => {
  let server: RunningServer;
  let target = "";
  before(async () => {
    server = await startServer({ argv: [goServer as string], ready: /listening on (\d+)/ });
    target = `127.0.0.1:${server.port}`;
  });
  after(() => server?.stop());

  test("list and describe", async () => {
    const list = await hawser(["list", target, "--long"]);
    assert.deepEqual([list.code, list.stderr], [0, ""]);
    assert.match(list.stdout, /^grpc\.testing\.TestService\n {2}grpc\.testing\.TestService\/EmptyCall\(/m);
    const { code, stdout } = await hawser([
      "describe",
      target,
      "grpc.testing.SimpleRequest",
      "grpc.testing.PayloadType",
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^ {2}\.grpc\.testing\.PayloadType response_type = 1;$/m);
    assert.match(stdout, /^enum PayloadType \{\n {2}COMPRESSABLE = 0;\n\}$/m);
    assert.equal((await hawser(["describe", target, "grpc.testing.Gone"])).code, 1);
  });

  test("the four kinds of calls, and one that fails", async () => {
    const call = (method: string, ...more: string[]) =>
      hawser(["call", target, `grpc.testing.TestService/${method}`, "--compact", ...more]);
    assert.deepEqual(await call("EmptyCall"), { code: 0, stdout: "{}\n", stderr: "" });
    assert.equal((await call("UnaryCall", '{"responseSize": 3}')).stdout, '{"payload":{"body":"AAAA"}}\n');
    const sizes = '{"responseParameters": [{"size": 1}, {"size": 2}]}';
    assert.equal((await call("StreamingOutputCall", sizes)).stdout.trim().split("\n").length, 2);
    const input = await call("StreamingInputCall", '{"payload": {"body": "AAAA"}} {"payload": {"body": "AAAA"}}');
    assert.equal(input.stdout, '{"aggregatedPayloadSize":6}\n');
    assert.equal((await call("FullDuplexCall", sizes, sizes)).stdout.trim().split("\n").length, 4);
    const failed = await call("UnaryCall", '{"responseStatus": {"code": 10, "message": "as asked"}}');
    assert.equal(failed.code, 74);
    assert.match(failed.stderr, /^error: ABORTED: as asked\n/);
  });

  test("record and replay: the calls made again come out the same, and the recording answers as it did", async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "hawser-go-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "calls.jsonl");
    const sizes = '{"responseParameters": [{"size": 1}, {"size": 2}]}';
    const calls: string[][] = [
      ["EmptyCall"],
      ["UnaryCall", '{"responseSize": 3}'],
      ["UnaryCall", '{"responseStatus": {"code": 10, "message": "as asked"}}'],
      ["StreamingOutputCall", sizes],
      ["StreamingInputCall", '{"payload": {"body": "AAAA"}} {"payload": {"body": "AAAA"}}'],
      ["FullDuplexCall", sizes, sizes],
    ];
    const callAll = async (at: string): Promise<Ended[]> => {
      const ends: Ended[] = [];
      for (const [method, ...data] of calls) {
        ends.push(await hawser(["call", at, `grpc.testing.TestService/${method}`, "--compact", ...data]));
      }
      return ends;
    };
    const direct = await callAll(target);
    const recorder = await listening("record", target, "--out", file);
    assert.deepEqual(await callAll(recorder.target), direct);
    await recorder.end();
    const player = await listening("replay", file);
    assert.deepEqual(await callAll(player.target), direct);
    await player.end();
    const { code, stdout } = await hawser(["replay", file, target]);
    assert.deepEqual([code, stdout], [0, "6 calls: 6 the same, 0 different\n"]);
  });

  test("mock: what it reflects is served, and made up", async () => {
    const mock = await listening("mock", `http://${target}`);
    const { code, stdout } = await hawser(["call", mock.target, "grpc.testing.TestService/UnaryCall", "--compact"]);
    await mock.end();
    assert.equal(code, 0);
    assert.ok(JSON.parse(stdout).payload.body.length > 0);
  });

  test("bench: the four kinds of calls", async () => {
    const call = (method: string, ...data: string[]) => bench(target, `grpc.testing.TestService/${method}`, ...data);
    assert.deepEqual(await call("UnaryCall", '{"responseSize": 3}'), [40, 40, 40]);
    const sizes = '{"responseParameters": [{"size": 1}, {"size": 2}]}';
    assert.deepEqual(await call("StreamingOutputCall", sizes), [40, 40, 80]);
    assert.deepEqual(await call("StreamingInputCall", "{}", "{}"), [40, 80, 40]);
    assert.deepEqual(await call("FullDuplexCall", sizes, sizes), [40, 80, 160]);
  });
});
