import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Code } from "../index.js";
import { createServer } from "../node/create-server.js";
import type { MethodType, ServiceType } from "../protobuf/type/service-type.js";
import { service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { wasCompressed } from "../rpc/message-compression.js";
import { connectProtocol, createChannel, createClient, type Observer, streamCompressions } from "./index.js";

type Text = typeof StringValue;
const Echo: ServiceType<{
  say: MethodType<"unary", Text, Text>;
  count: MethodType<"server_streaming", Text, Text>;
}> = service("test.Echo", {
  say: { kind: "unary", name: "Say", input: StringValue, output: StringValue },
  count: { kind: "server_streaming", name: "Count", input: StringValue, output: StringValue },
});

const LONG = "the rope ".repeat(20_000);

describe("messages that a page compresses one by one", () => {
  const seen: boolean[] = [];
  const server = createServer({ compression: "gzip" }).add(Echo, {
    say(request) {
      seen.push(wasCompressed(request));
      return request;
    },
    async *count(request) {
      seen.push(wasCompressed(request));
      yield request;
      yield request;
    },
  });
  let origin = "";
  before(async () => {
    origin = `http://127.0.0.1:${(await server.listen("127.0.0.1:0")).port}`;
  });
  after(() => server.shutdown({ graceMs: 0 }));

  for (const [name, protocol] of [
    ["gRPC-Web", undefined],
    ["Connect", connectProtocol()],
  ] as const) {
    for (const compression of ["gzip", "deflate"]) {
      test(`${name}: ${compression} both ways`, async () => {
        const sizes: (number | undefined)[] = [];
        const observer: Observer = {
          startClientCall: () => ({
            startAttempt: () => ({
              onMessageReceived: (_bytes, _start, _end, compressed) => sizes.push(compressed),
            }),
          }),
        };
        const channel = createChannel(origin, {
          compressions: streamCompressions(),
          observer,
          ...(protocol === undefined ? {} : { protocol }),
        });
        const client = createClient(Echo, channel);
        seen.length = 0;
        strictEqual((await client.say({ value: LONG }, { compression })).value, LONG);
        const texts: string[] = [];
        for await (const { value } of client.count({ value: LONG }, { compression })) texts.push(value);
        deepStrictEqual(texts, [LONG, LONG]);
        // A unary call of Connect has its whole body compressed, which is HTTP's matter and no message's.
        deepStrictEqual(seen, [protocol === undefined, true]);
        ok(sizes.length >= 2 && sizes.slice(-2).every((size) => size !== undefined && size < LONG.length / 10));
        await channel.close();
      });
    }
  }

  test("without the option nothing is compressed, and no reply is asked for that is", async () => {
    const channel = createChannel(origin);
    seen.length = 0;
    strictEqual((await createClient(Echo, channel).say({ value: LONG })).value, LONG);
    deepStrictEqual(seen, [false]);
    await channel.close();
  });

  test("a reply that inflates beyond the limit is refused", async () => {
    const channel = createChannel(origin, { compressions: streamCompressions(), maxReceiveBytes: 10_000 });
    await rejects(createClient(Echo, channel).say({ value: LONG }), { code: Code.ResourceExhausted });
    await channel.close();
  });
});
