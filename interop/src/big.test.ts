/** What is large or many: each once for a pair of client and server, not for each cell of the matrix. */
import { ok, strictEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mustExit } from "./exit-check.js";
import { memoryInUse } from "./garbage.js";
import { grpcJs } from "./grpc-js-peer.js";
import { hawser } from "./hawser-peer.js";
import type { ClientPeer, Implementation, Message, ServerPeer } from "./peer.js";
import { TcpProxy } from "./proxy.js";
import { exchange, message } from "./rpc.cases.js";
import { newName, observe } from "./script.js";

mustExit();

const PAIRS: readonly (readonly [client: Implementation, server: Implementation])[] = [
  [hawser, grpcJs],
  [grpcJs, hawser],
  [hawser, hawser],
];

// Of small messages grpc-js sends some thousands in a second: what it sends is fewer, what we send it all 100,000.

const MIB: number = 1024 * 1024;

for (const [clientSide, serverSide] of PAIRS) {
  describe(`${clientSide.name} calls ${serverSide.name}`, () => {
    let server: ServerPeer;
    let client: ClientPeer;

    before(async () => {
      server = await serverSide.serve({});
      client = clientSide.connect({ target: `127.0.0.1:${server.port}` });
    });

    after(async () => {
      await client.close();
      await server.close();
    });

    for (const size of [MIB, 16 * MIB]) {
      test(`messages of ${size} bytes, both ways`, async () => {
        const payload = pattern(size);
        const unary = await exchange(client, "unary", [message(1, payload)]);
        strictEqual(unary.code, 0, unary.message);
        ok(Buffer.compare(unary.replies[0]?.payload as Uint8Array, payload) === 0);
        const chat = await exchange(client, "bidiStream", [message(1, payload), message(2, payload)]);
        strictEqual(chat.code, 0, chat.message);
        strictEqual(chat.replies.length, 2);
        for (const reply of chat.replies) ok(Buffer.compare(reply.payload, payload) === 0);
      });
    }

    test("1,000 streams at once on one connection", async () => {
      const proxy = await TcpProxy.start(server.port);
      const client = clientSide.connect({ target: `127.0.0.1:${proxy.port}` });
      const gates: (() => void)[] = [];
      const calls = Array.from({ length: 1_000 }, (_, i) => {
        const open = new Promise<void>((resolve) => gates.push(resolve));
        const run = client.call("bidiStream", gated(message(i), open));
        return { run, replies: run.replies[Symbol.asyncIterator]() };
      });
      // Every stream has had its first answer while all of them are open.
      for (const [i, { replies }] of calls.entries()) strictEqual((await replies.next()).value?.id, BigInt(i));
      for (const open of gates) open();
      for (const { run, replies } of calls) {
        strictEqual((await replies.next()).value?.id, -1n);
        ok((await replies.next()).done);
        strictEqual((await run.outcome).code, 0);
      }
      strictEqual(proxy.connections, 1);
      await client.close();
      await proxy.close();
    });

    const replyCount = serverSide === grpcJs ? 20_000 : 100_000;
    test(`${replyCount} replies on one stream`, async () => {
      const { replies, outcome } = client.call("serverStream", [message(1)], {
        metadata: [
          ["x-script", "many"],
          ["x-count", String(replyCount)],
          ["x-size", "10"],
        ],
      });
      let count = 0n;
      for await (const { id } of replies) strictEqual(id, count++);
      strictEqual(count, BigInt(replyCount));
      strictEqual((await outcome).code, 0);
    });

    const requestCount = clientSide === grpcJs ? 20_000 : 100_000;
    test(`${requestCount} requests on one stream`, async () => {
      const name = newName();
      const seen = observe(name);
      const requests = async function* (): AsyncGenerator<Message> {
        for (let i = 0; i < requestCount; i++) {
          yield message(i);
          // As in the script: grpc-js would take them all at once, and then need minutes.
          while (clientSide === grpcJs && i - seen.requests > 256) await new Promise(setImmediate);
        }
      };
      const result = await exchange(client, "clientStream", requests(), {
        metadata: [
          ["x-script", "count"],
          ["x-call", name],
        ],
      });
      strictEqual(result.code, 0, result.message);
      strictEqual(result.replies[0]?.id, BigInt(requestCount));
    });

    test("a client that does not read holds up its server", async () => {
      const name = newName();
      const seen = observe(name);
      const run = client.call("serverStream", [message(1)], {
        metadata: [
          ["x-script", "endless"],
          ["x-size", "16384"],
          ["x-call", name],
        ],
      });
      const replies = run.replies[Symbol.asyncIterator]();
      for (let i = 0; i < 10; i++) await replies.next();
      const held = await settled(() => seen.replies);
      ok(held < 8 * 64, `the server went on to ${held} replies of 16 KiB`);
      // It goes on when the client does.
      for (let i = 0; i < 1_000; i++) ok(!(await replies.next()).done);
      ok(seen.replies > 1_000);
      // Others are not held up meanwhile.
      strictEqual((await exchange(client, "unary", [message(1)])).code, 0);
      run.cancel();
      strictEqual((await run.outcome).code, 1);
      await seen.done;
    });

    test("a server that does not read holds up its client", async () => {
      const name = newName();
      const seen = observe(name);
      let made = 0;
      const requests = async function* (): AsyncGenerator<Message> {
        const payload = new Uint8Array(16_384);
        for (;;) yield message(made++, payload);
      };
      const run = client.call("clientStream", requests(), {
        metadata: [
          ["x-script", "hang"],
          ["x-call", name],
        ],
      });
      await seen.started;
      const held = await settled(() => made);
      ok(held > 0 && held < 8 * 64, `the client went on to ${held} requests of 16 KiB`);
      strictEqual((await exchange(client, "unary", [message(1)])).code, 0);
      run.cancel();
      strictEqual((await run.outcome).code, 1);
      await seen.done;
    });

    test("memory stays flat while a slow reader is fed", async () => {
      const name = newName();
      const run = client.call("serverStream", [message(1)], {
        metadata: [
          ["x-script", "endless"],
          ["x-size", "65536"],
          ["x-call", name],
        ],
      });
      const replies = run.replies[Symbol.asyncIterator]();
      const read = async (count: number): Promise<number> => {
        for (let i = 0; i < count; i++) {
          ok(!(await replies.next()).done);
          if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        return memoryInUse();
      };
      const first = await read(500);
      const later = await read(1_500);
      run.cancel();
      await run.outcome;
      // 1,500 messages are 96 MiB.
      ok(later - first < 24 * MIB, `memory grew by ${((later - first) / MIB).toFixed(1)} MiB`);
    });
  });
}

/** Bytes in which a piece that is lost or out of place shows. */
function pattern(size: number): Uint8Array {
  const words = new Uint32Array(size / 4);
  for (let i = 0; i < words.length; i++) words[i] = i;
  return new Uint8Array(words.buffer);
}

async function* gated(first: Message, open: Promise<void>): AsyncGenerator<Message> {
  yield first;
  await open;
  yield message(-1);
}

/** The value of `read` once it has stopped rising. */
async function settled(read: () => number): Promise<number> {
  let last = read();
  for (let same = 0; same < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    const now = read();
    same = now === last && now > 0 ? same + 1 : 0;
    last = now;
  }
  return last;
}
