/** `hawser record` between a client and a server of grpc-js, and `hawser replay` in the place of each of them. */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";

const HAWSER = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const PROTO = fileURLToPath(new URL("../proto/interop/v1/interop.proto", import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
type Any = any;

const definition = loadSync(PROTO, { longs: String, defaults: true });
const { Interop } = (grpc.loadPackageDefinition(definition) as Any).interop.v1;

/** A `hawser … --json` that listens. */
async function start(...args: string[]): Promise<{ target: string; end(): Promise<number | null> }> {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [
    HAWSER,
    ...args,
    "--listen",
    "127.0.0.1:0",
    "--json",
  ]);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const reader = createInterface(child.stdout);
  const target = await new Promise<string>((resolve) =>
    reader.once("line", (line) => resolve(JSON.parse(line).listening)),
  );
  return {
    target,
    end: () => {
      child.kill("SIGINT");
      return closed;
    },
  };
}

/** What a client of grpc-js sees of calls of all kinds, with what goes along. */
async function callAll(target: string): Promise<unknown[]> {
  const client = new Interop(target, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set("authorization", "Bearer secret");
  metadata.set("x-bytes-bin", Buffer.from([0, 1, 255]));
  const unary = (request: object): Promise<unknown> =>
    new Promise((resolve) => {
      const seen: Any = {};
      const call = client.unary(request, metadata, (error: Any, reply: Any) => {
        seen.outcome = error
          ? [error.code, error.details, error.metadata.get("x-why")]
          : [reply.id, [...reply.payload]];
      });
      call.on("metadata", (header: Any) => (seen.header = header.get("x-served-by")));
      call.on("status", (status: Any) => resolve({ ...seen, trailer: status.metadata.get("x-cost") }));
    });
  const stream = async (call: Any, requests: object[] = []): Promise<unknown> => {
    const replies: string[] = [];
    for (const request of requests) call.write(request);
    if (requests.length > 0) call.end();
    try {
      for await (const reply of call) replies.push(reply.id);
    } catch (error) {
      return [replies, (error as Any).code, (error as Any).details];
    }
    return replies;
  };
  const upload = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = client.clientStream((error: Any, reply: Any) => (error ? reject(error) : resolve(reply.id)));
      for (const id of [1, 2, 3]) call.write({ id });
      call.end();
    });
  try {
    return [
      await unary({ id: 7, payload: Buffer.alloc(100_000, 7) }),
      await unary({ id: 0 }),
      await stream(client.serverStream({ id: 3 })),
      await stream(client.serverStream({ id: 99 })),
      await upload(),
      await stream(client.bidiStream(), [{ id: 4 }, { id: 5 }]),
    ];
  } finally {
    client.close();
  }
}

describe("hawser record and replay, grpc-js on both sides", () => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-recordings-"));
  const file = join(folder, "calls.jsonl");
  const server = new grpc.Server();
  let target = "";
  let credentials: unknown;
  before(async () => {
    server.addService(Interop.service, {
      unary: (call: Any, done: Any) => {
        credentials = call.metadata.get("authorization")[0];
        const header = new grpc.Metadata();
        header.set("x-served-by", "grpc-js");
        call.sendMetadata(header);
        const trailer = new grpc.Metadata();
        trailer.set(call.request.id === "0" ? "x-why" : "x-cost", "3");
        if (call.request.id === "0")
          done({ code: grpc.status.FAILED_PRECONDITION, details: "id is 0", metadata: trailer });
        else done(null, call.request, trailer);
      },
      serverStream: (call: Any) => {
        for (let id = 1; id <= Math.min(3, Number(call.request.id)); id++) call.write({ id });
        if (call.request.id === "99") call.emit("error", { code: grpc.status.DATA_LOSS, details: "half of it" });
        else call.end();
      },
      clientStream: (call: Any, done: Any) => {
        let id = 0;
        call.on("data", () => id++).on("end", () => done(null, { id }));
      },
      bidiStream: (call: Any) => {
        call.on("data", (request: Any) => call.write(request)).on("end", () => call.end());
      },
      missing: (_: Any, done: Any) => done({ code: grpc.status.UNIMPLEMENTED }),
    });
    new ReflectionService(definition).addToServer(server);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    target = `127.0.0.1:${port}`;
  });
  after(() => {
    server.forceShutdown();
    rmSync(folder, { recursive: true });
  });

  test("calls pass as if nobody was there; played back they look the same; made again they come out the same", async () => {
    const direct = await callAll(target);
    const recorder = await start("record", target, "--out", file);
    credentials = undefined;
    assert.deepEqual(await callAll(recorder.target), direct);
    assert.equal(credentials, "Bearer secret");
    assert.equal(await recorder.end(), 0);
    assert.ok(!readFileSync(file, "utf8").includes("secret"));
    const player = await start("replay", file, "--speed", "max");
    assert.deepEqual(await callAll(player.target), direct);
    assert.equal(await player.end(), 130);
    const again = spawn(process.execPath, [HAWSER, "replay", file, target, "--json"]);
    let text = "";
    again.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    const code = await new Promise((resolve) => again.once("close", resolve));
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(lines.at(-1), { ok: true, calls: 6, same: 6, different: 0 });
    assert.equal(code, 0);
  });
});
