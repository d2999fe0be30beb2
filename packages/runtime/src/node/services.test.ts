import assert from "node:assert/strict";
import { test } from "node:test";
import { FileDescriptorProto } from "../protobuf/wkt/google/protobuf/descriptor.pb.js";
import { Channelz } from "../protobuf/wkt/grpc/channelz/v1/channelz.pb.js";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "../protobuf/wkt/grpc/health/v1/health.pb.js";
import { ServerReflection, type ServerReflectionResponse } from "../protobuf/wkt/grpc/reflection/v1/reflection.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { addAdmin } from "../services/add-admin.js";
import { addHealth } from "../services/health/add-health.js";
import { addReflection } from "../services/reflection/add-reflection.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";

async function start(t: { after(done: () => Promise<void>): void }) {
  const server = createServer();
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  return { server, channel };
}

test("health: Check and List say what was set, and what the server has", async (t) => {
  const { server, channel } = await start(t);
  const health = addHealth(server);
  addReflection(server);
  const client = createClient(Health, channel);
  assert.equal((await client.check({})).status, Serving.SERVING);
  assert.equal((await client.check({ service: "grpc.reflection.v1.ServerReflection" })).status, Serving.SERVING);
  health.setStatus("a.B", "not_serving");
  health.setStatus("__proto__", "unknown");
  assert.equal((await client.check({ service: "a.B" })).status, Serving.NOT_SERVING);
  const missing = await client.check({ service: "a.C" }).then(undefined, (error: unknown) => error);
  assert.ok(RpcError.is(missing) && missing.code === Code.NotFound);
  const { statuses } = await client.list({});
  assert.equal(statuses["a.B"]?.status, Serving.NOT_SERVING);
  assert.equal(Object.getOwnPropertyDescriptor(statuses, "__proto__")?.value.status, Serving.UNKNOWN);
  assert.equal(Object.keys(statuses).length, 6);
  for (let i = 0; i < 100; i++) health.setStatus(`many.S${i}`, "serving");
  const tooMany = await client.list({}).then(undefined, (error: unknown) => error);
  assert.ok(RpcError.is(tooMany) && tooMany.code === Code.ResourceExhausted);
});

test("health: Watch tells of each change, of services unknown at first too, and ends with the call", async (t) => {
  const { server, channel } = await start(t);
  const health = addHealth(server);
  const client = createClient(Health, channel);
  const seen: number[] = [];
  for await (const { status } of client.watch({ service: "late.Service" })) {
    seen.push(status);
    if (seen.length === 1) health.setStatus("late.Service", "serving");
    if (seen.length === 2) health.shutdown();
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, [Serving.SERVICE_UNKNOWN, Serving.SERVING, Serving.NOT_SERVING]);
  health.setStatus("late.Service", "serving");
  assert.equal(health.status("late.Service"), "not_serving");
  while (server.runningCalls > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("reflection: services, files with their imports, symbols, extensions, and what is not there", async (t) => {
  const { server, channel } = await start(t);
  addReflection(server);
  addHealth(server);
  const client = createClient(ServerReflection, channel);
  const ask = client.serverReflectionInfo();
  const answers = ask[Symbol.asyncIterator]();
  const next = async (request: Parameters<typeof ask.send>[0]["messageRequest"]) => {
    await ask.send({ messageRequest: request });
    const { value } = (await answers.next()) as { value: ServerReflectionResponse | undefined };
    return value?.messageResponse;
  };
  const services = await next({ case: "listServices", value: "" });
  assert.deepEqual(services?.case === "listServicesResponse" && services.value.service.map((each) => each.name), [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
  ]);
  for (const symbol of ["grpc.health.v1.Health.Check", ".grpc.health.v1.HealthCheckResponse.SERVING"]) {
    const answer = await next({ case: "fileContainingSymbol", value: symbol });
    assert.ok(answer?.case === "fileDescriptorResponse", symbol);
    const files = answer.value.fileDescriptorProto.map((each) => FileDescriptorProto.readFrom(each, 0, each.length));
    assert.deepEqual(
      files.map((file) => file.name),
      ["grpc/health/v1/health.proto"],
    );
  }
  for (const request of [
    { case: "fileContainingSymbol", value: "no.Such" },
    { case: "fileByFilename", value: "constructor" },
    { case: "fileContainingExtension", value: { containingType: "__proto__", extensionNumber: 1 } },
    { case: "allExtensionNumbersOfType", value: "no.Such" },
    undefined,
  ] as const) {
    const answer = await next(request);
    assert.ok(answer?.case === "errorResponse", request?.case);
    assert.equal(answer.value.errorCode, request === undefined ? Code.InvalidArgument : Code.NotFound);
  }
  ask.end();
  assert.equal((await answers.next()).done, true);
});

test("addAdmin adds what operators expect, once (gRFC A38)", async (t) => {
  const { server, channel } = await start(t);
  const health = addAdmin(server);
  for (const name of [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "grpc.channelz.v1.Channelz",
  ]) {
    assert.ok(server.services.has(name), name);
  }
  health.setStatus("", "not_serving");
  assert.equal((await createClient(Health, channel).check({})).status, Serving.NOT_SERVING);
  assert.equal((await createClient(Channelz, channel).getServers({})).server.length, 1);
  assert.throws(() => addAdmin(server), TypeError);
});
