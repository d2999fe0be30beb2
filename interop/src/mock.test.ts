/** `hawser mock` as the server of clients that others wrote. */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { connectService } from "./connect-node-peer.js";

const HAWSER = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const PROTO = fileURLToPath(new URL("../proto", import.meta.url));

const SCRIPT = `
- method: Interop/*
  metadata: { x-fail: true }
  trailer: { x-why: because }
  error: { code: ABORTED, message: as asked, details: [{ "@type": google.rpc.RequestInfo, requestId: r1 }] }
- method: Interop/ServerStream
  request: { id: 3 }
  replies: [{ id: 1 }, { id: 2 }]
  error: { code: DATA_LOSS, message: half of it }
- method: Interop/Unary
  request: { id: 9 }
  delay: 1h
  reply: {}
`;

describe("hawser mock", () => {
  const folder = mkdtempSync(join(tmpdir(), "hawser-mock-"));
  let child: ChildProcessWithoutNullStreams;
  let target = "";
  before(async () => {
    writeFileSync(join(folder, "mock.yaml"), SCRIPT);
    const args = ["mock", PROTO, "--script", join(folder, "mock.yaml"), "--listen", "127.0.0.1:0", "--json"];
    child = spawn(process.execPath, [HAWSER, ...args]);
    for await (const line of createInterface(child.stdout)) {
      target = JSON.parse(line).listening;
      break;
    }
    child.stdout.resume();
  });
  after(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  test("grpc-js: the four kinds, a scripted error with details, a stream that breaks off, a deadline", async (t) => {
    // biome-ignore lint/suspicious/noExplicitAny: the package gives no types for what it loads
    type Any = any;
    const definition = loadSync(join(PROTO, "interop/v1/interop.proto"), { longs: String, defaults: true });
    const { Interop } = (grpc.loadPackageDefinition(definition) as Any).interop.v1;
    const client = new Interop(target, grpc.credentials.createInsecure());
    t.after(() => client.close());
    const unary = (request: object, metadata = new grpc.Metadata(), options: object = {}): Promise<Any> =>
      new Promise((resolve, reject) => {
        client.unary(request, metadata, options, (error: Any, reply: Any) => (error ? reject(error) : resolve(reply)));
      });
    const reply = await unary({ id: 7 });
    assert.deepEqual([reply.id, reply.payload.length], ["7", 8]);
    const replies: string[] = [];
    for await (const each of client.serverStream({ id: 5 })) replies.push(each.id);
    assert.deepEqual(replies, ["5", "5", "5"]);
    const uploaded = await new Promise<Any>((resolve, reject) => {
      const call = client.clientStream((error: Any, done: Any) => (error ? reject(error) : resolve(done)));
      for (const id of [1, 2]) call.write({ id });
      call.end();
    });
    assert.equal(uploaded.id, "2");
    const chat = client.bidiStream();
    for (const id of [1, 2]) chat.write({ id });
    chat.end();
    const answers: string[] = [];
    for await (const each of chat) answers.push(each.id);
    assert.deepEqual(answers, ["1", "2"]);
    const asked = new grpc.Metadata();
    asked.set("x-fail", "1");
    const error = await unary({ id: 1 }, asked).catch((reason) => reason);
    assert.deepEqual([error.code, error.details], [grpc.status.ABORTED, "as asked"]);
    assert.deepEqual(error.metadata.get("x-why"), ["because"]);
    assert.match(String(error.metadata.get("grpc-status-details-bin")[0]), /google\.rpc\.RequestInfo/);
    const half: string[] = [];
    const broken = await (async () => {
      for await (const each of client.serverStream({ id: 3 })) half.push(each.id);
    })().catch((reason) => reason);
    assert.deepEqual([half, broken.code, broken.details], [["1", "2"], grpc.status.DATA_LOSS, "half of it"]);
    const late = await unary({ id: 9 }, undefined, { deadline: Date.now() + 100 }).catch((reason) => reason);
    assert.equal(late.code, grpc.status.DEADLINE_EXCEEDED);
  });

  for (const [name, transport] of [
    ["gRPC", () => createGrpcTransport({ baseUrl: `http://${target}` })],
    ["gRPC-Web", () => createGrpcWebTransport({ baseUrl: `http://${target}`, httpVersion: "1.1" })],
    ["Connect", () => createConnectTransport({ baseUrl: `http://${target}`, httpVersion: "1.1" })],
  ] as const) {
    test(`connect-node over ${name}: replies, a stream, an error with its details`, async () => {
      // biome-ignore lint/suspicious/noExplicitAny: the service is known at run time alone
      const client = createClient(connectService, transport()) as any;
      const reply = await client.unary({ id: 7n });
      assert.deepEqual([reply.id, reply.payload.length], [7n, 8]);
      const replies: bigint[] = [];
      for await (const each of client.serverStream({ id: 5n })) replies.push(each.id);
      assert.deepEqual(replies, [5n, 5n, 5n]);
      const error = await client.unary({ id: 1n }, { headers: { "x-fail": "1" } }).catch((reason: unknown) => reason);
      assert.ok(error instanceof ConnectError);
      assert.deepEqual(
        [error.code, error.rawMessage, error.metadata.get("x-why")],
        [Code.Aborted, "as asked", "because"],
      );
      assert.equal((error.details[0] as { type: string }).type, "google.rpc.RequestInfo");
    });
  }
});
