import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bearerToken } from "../client/call-credentials.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { Empty } from "../protobuf/wkt/google/protobuf/empty.pb.js";
import { Code } from "../rpc/code.js";
import { Metadata } from "../rpc/metadata.js";
import { RpcError } from "../rpc/rpc-error.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";
import { jwtFile } from "./jwt-file.js";

const Pinger: ServiceType<{ ping: MethodType<"unary", typeof Empty, typeof Empty> }> = service("test.Pinger", {
  ping: { kind: "unary", name: "Ping", input: Empty, output: Empty },
});
const CONTEXT = { serviceUrl: "https://x/test.Pinger", methodName: "Ping" };

test("credentials are never sent over cleartext, nor even asked for", async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer().add(Pinger, {
    ping: (_, call) => {
      seen.push(call.metadata.get("authorization"));
      return {};
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  let asked = 0;
  const credentials = bearerToken(() => {
    asked++;
    return "secret";
  });
  const channel = createChannel(`127.0.0.1:${port}`, { callCredentials: credentials });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  await assert.rejects(createClient(Pinger, channel).ping({}), (error) => {
    return RpcError.is(error) && error.code === Code.Unauthenticated && /cleartext/.test(error.message);
  });
  assert.equal(asked, 0);
  assert.deepEqual(seen, []);
});

test("credentials that fail, and those that take too long", async (t) => {
  const channel = createChannel("127.0.0.1:1", { tls: true });
  t.after(() => channel.close());
  const client = createClient(Pinger, channel);
  const codeOf = (call: Promise<unknown>) => call.then(undefined, (error: unknown) => (error as RpcError).code);
  const failing = (error: unknown) => async () => Promise.reject(error);
  assert.equal(await codeOf(client.ping({}, { callCredentials: failing(new Error("no")) })), Code.Unauthenticated);
  const denied = new RpcError(Code.PermissionDenied, "no");
  assert.equal(await codeOf(client.ping({}, { callCredentials: failing(denied) })), Code.PermissionDenied);
  const slow = client.ping({}, { timeoutMs: 20, callCredentials: () => new Promise(() => {}) });
  await assert.rejects(slow, /waiting for the call's credentials/);
});

test("a bearer token is fetched once for all who need it, kept until it expires, and fetched anew before", async () => {
  let fetches = 0;
  let lifeMs = 3_600_000;
  let fail = false;
  const credentials = bearerToken(async () => {
    fetches++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (fail) throw new Error("no token today");
    return { token: `t${fetches}`, expiresAt: new Date(Date.now() + lifeMs) };
  });
  const read = async (source = credentials) => Metadata.from(await source(CONTEXT)).get("authorization");
  lifeMs = 50_000;
  assert.deepEqual(await Promise.all([read(), read(), read()]), ["Bearer t1", "Bearer t1", "Bearer t1"]);
  assert.equal(fetches, 1);
  // Less than a minute is left: this is given, and the next fetched, of which nobody hears if it fails.
  fail = true;
  assert.equal(await read(), "Bearer t1");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(fetches, 2);
  fail = false;
  lifeMs = 10_000;
  assert.equal(await read(), "Bearer t1");
  for (let i = 0; i < 200 && (await read()) === "Bearer t1"; i++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  // Too short a life to be used twice.
  const before = fetches;
  await read();
  assert.ok(fetches > before);
  fail = true;
  await assert.rejects(read(), /no token today/);
  let calls = 0;
  const texts = bearerToken(() => `x${++calls}`);
  assert.deepEqual([await read(texts), await read(texts)], ["Bearer x1", "Bearer x2"]);
});

test("a token in a file is kept, and read anew before it expires (gRFC A97)", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "hawser-jwt-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "token");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = (inSeconds: number, id: string) =>
    `${part({ alg: "none" })}.${part({ exp: Math.floor(Date.now() / 1000) + inSeconds, id })}.x`;
  const read = async (credentials: ReturnType<typeof jwtFile>) =>
    Metadata.from(await credentials(CONTEXT)).get("authorization");
  const missing = jwtFile(path);
  await assert.rejects(read(missing), { code: Code.Unavailable });
  const first = token(45, "first");
  await writeFile(path, `${first}\n`);
  const credentials = jwtFile(path);
  assert.equal(await read(credentials), `Bearer ${first}`);
  // It has less than a minute left: this gives it once more and reads the next in the background.
  const second = token(3_600, "second");
  await writeFile(path, second);
  for (let i = 0; i < 100 && (await read(credentials)) !== `Bearer ${second}`; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(await read(credentials), `Bearer ${second}`);
  for (const text of ["", "x.y.z", token(10, "late")]) {
    await writeFile(path, text);
    await assert.rejects(read(jwtFile(path)), { code: Code.Unauthenticated });
  }
});
