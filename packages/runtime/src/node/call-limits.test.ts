import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../base/clock.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../rpc/code.js";
import type { Interceptor } from "../rpc/interceptor.js";
import { RpcError } from "../rpc/rpc-error.js";
import { limitConcurrency, limitRate } from "../server/call-limits.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";

const Echo: ServiceType<{ echo: MethodType<"unary", typeof StringValue, typeof StringValue> }> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
});

async function start(t: { after(done: () => Promise<void>): void }, limit: Interceptor) {
  const waiting: (() => void)[] = [];
  const server = createServer({ interceptors: [limit] }).add(Echo, {
    async echo(request) {
      if (request.value === "wait") await new Promise<void>((resolve) => waiting.push(resolve));
      if (request.value === "throw") throw new RpcError(Code.Aborted, "thrown");
      return request;
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  return { client: createClient(Echo, channel), waiting };
}

async function failure(call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(RpcError.is(error));
  return error;
}

test("calls beyond the number that may run are refused, with pushback, and there is room again", async (t) => {
  const { client, waiting } = await start(t, limitConcurrency({ maxCalls: 2, retryAfterMs: 250 }));
  const running = [client.echo({ value: "wait" }), client.echo({ value: "wait" })];
  while (waiting.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
  const error = await failure(client.echo({ value: "more" }));
  assert.equal(error.code, Code.ResourceExhausted);
  assert.equal(error.metadata.get("grpc-retry-pushback-ms"), "250");
  for (const go of waiting.splice(0)) go();
  await Promise.all(running);
  for (let i = 0; i < 5; i++) assert.equal((await failure(client.echo({ value: "throw" }))).code, Code.Aborted);
  assert.equal((await client.echo({ value: "in" })).value, "in");
});

test("calls that come too fast are refused until their time has come, each key by itself", async (t) => {
  let now = 0;
  const clock: Clock = { now: () => now, schedule: () => () => {} };
  const { client } = await start(
    t,
    limitRate({ callsPerSecond: 2, burst: 3, clock, key: (call) => String(call.metadata.get("who") ?? "") }),
  );
  for (let i = 0; i < 3; i++) await client.echo({ value: "ok" });
  const error = await failure(client.echo({ value: "no" }));
  assert.equal(error.code, Code.ResourceExhausted);
  assert.equal(error.metadata.get("grpc-retry-pushback-ms"), "500");
  await client.echo({ value: "ok" }, { metadata: { who: "another" } });
  now = 500;
  await client.echo({ value: "ok" });
  await failure(client.echo({ value: "no" }));
});

test("limits that are none are refused where they are made", () => {
  assert.throws(() => limitConcurrency({ maxCalls: 0 }), TypeError);
  assert.throws(() => limitRate({ callsPerSecond: Number.NaN }), TypeError);
  assert.throws(() => limitRate({ callsPerSecond: 1, burst: 0 }), TypeError);
});
