import assert from "node:assert/strict";
import { test } from "node:test";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../rpc/code.js";
import { InflatedTooLarge } from "../rpc/compression.js";
import { wasCompressed } from "../rpc/message-compression.js";
import { RpcError } from "../rpc/rpc-error.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";
import { registerCompression } from "./register-compression.js";

const Echo: ServiceType<{ echo: MethodType<"unary", typeof StringValue, typeof StringValue> }> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
});

/** Runs of one byte: a count, then the byte. */
const runs = {
  name: "x-runs",
  compress(bytes: Uint8Array): Uint8Array {
    const pairs: number[] = [];
    for (let i = 0; i < bytes.length; ) {
      let count = 1;
      while (count < 255 && bytes[i + count] === bytes[i]) count++;
      pairs.push(count, bytes[i] as number);
      i += count;
    }
    return Uint8Array.from(pairs);
  },
  async decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
    if (bytes.length % 2 !== 0) throw new Error("half a run");
    const parts: number[] = [];
    for (let i = 0; i < bytes.length; i += 2) {
      for (let n = bytes[i] as number; n > 0; n--) parts.push(bytes[i + 1] as number);
      if (parts.length > maxBytes) throw new InflatedTooLarge();
    }
    return Uint8Array.from(parts);
  },
};

test("a compression of one's own is offered, used both ways, and bounded", async (t) => {
  registerCompression(runs);
  const compressed: boolean[] = [];
  const server = createServer({ compression: "x-runs", maxReceiveBytes: 10_000 }).add(Echo, {
    echo(request) {
      compressed.push(wasCompressed(request));
      return { value: request.value };
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { compression: "x-runs" });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  const client = createClient(Echo, channel);
  const value = "a".repeat(9_000);
  const reply = await client.echo({ value });
  assert.equal(reply.value, value);
  assert.deepEqual([compressed, wasCompressed(reply)], [[true], true]);
  await assert.rejects(
    Promise.resolve(client.echo({ value: "a".repeat(20_000) })),
    (error) => RpcError.is(error) && error.code === Code.ResourceExhausted,
  );
});

test("one that does not stop by itself is stopped", async (t) => {
  registerCompression({ ...runs, name: "x-endless", decompress: (bytes) => runs.decompress(bytes, Infinity) });
  const server = createServer({ maxReceiveBytes: 100 }).add(Echo, { echo: (request) => request });
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${port}`, { compression: "x-endless" });
  t.after(async () => {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  });
  await assert.rejects(
    Promise.resolve(createClient(Echo, channel).echo({ value: "a".repeat(200) })),
    (error) => RpcError.is(error) && error.code === Code.ResourceExhausted,
  );
});

test("names that no header could have are refused", () => {
  for (const name of ["", "identity", "GZIP", "a b", "a,b", "ü", "a\n", "x".repeat(65)]) {
    assert.throws(() => registerCompression({ ...runs, name }), TypeError, JSON.stringify(name));
  }
});
