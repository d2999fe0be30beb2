/** What every pair of client and server must do, whatever lies between them. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type CallSettings,
  type ClientPeer,
  KINDS,
  type Kind,
  type Message,
  type Outcome,
  type Pairs,
} from "./peer.js";
import { newName, type Observation, observe } from "./script.js";

/** One thing that must hold. */
export interface RpcCase {
  readonly name: string;
  /** Whether it is worth running with every compression; else with none alone. */
  readonly everyCompression: boolean;
  run(client: ClientPeer): Promise<void>;
}

/** What came of a call. */
export interface Result extends Outcome {
  readonly header: Pairs;
  readonly replies: readonly Message[];
}

/** Makes a call and waits for its end. */
export async function exchange(
  client: ClientPeer,
  kind: Kind,
  requests: readonly Message[] | AsyncIterable<Message>,
  settings?: CallSettings,
): Promise<Result> {
  const run = client.call(kind, requests, settings);
  const replies: Message[] = [];
  for await (const reply of run.replies) replies.push(reply);
  return { header: await run.header, replies, ...(await run.outcome) };
}

export function message(id: number, payload: Uint8Array = new Uint8Array(0)): Message {
  return { id: BigInt(id), payload };
}

/** Which of `kinds` the client has: gRPC-Web and `fetch` have no streams of requests. */
function kindsOf(client: ClientPeer, kinds: readonly Kind[] = KINDS): readonly Kind[] {
  return client.kinds === undefined ? kinds : kinds.filter((kind) => client.kinds?.includes(kind));
}

/** Bytes that gzip makes smaller, but not nothing, and in which a mix-up shows. */
export function bytes(size: number, seed: number = 1): Uint8Array {
  const made = new Uint8Array(size);
  let state = seed;
  for (let i = 0; i < size; i++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    made[i] = (state >>> 16) & 15;
  }
  return made;
}

const CODES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

const MESSAGES = [
  "plain text",
  "",
  "100 % sure, %41 stays as it is, %",
  "line one\nline two\r\n\ttabbed",
  "Ærøskøbing, 東京, naïve",
  "🚢⚓ emoji \u{1F9F5}",
  "a \u0000 zero and a \u007f delete",
];

/** A call to `script` whose course on the server can be watched. */
function watched(script: string, more: Pairs = []): { settings: CallSettings; seen: Observation } {
  const name = newName();
  return { settings: { metadata: [["x-script", script], ["x-call", name], ...more] }, seen: observe(name) };
}

function strip(pairs: Pairs, prefix: string): [string, string | Uint8Array][] {
  return pairs
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key, typeof value === "string" ? value : new Uint8Array(value)]);
}

function plain(replies: readonly Message[]): { id: bigint; size: number }[] {
  return replies.map(({ id, payload }) => ({ id, size: payload.length }));
}

function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  strictEqual(actual?.length, expected.length);
  ok(Buffer.compare(actual as Uint8Array, expected) === 0, "the bytes differ");
}

async function* slowly(requests: readonly Message[]): AsyncGenerator<Message> {
  for (const request of requests) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    yield request;
  }
}

/** Requests that never end. */
async function* unending(): AsyncGenerator<Message> {
  yield message(1, bytes(10));
  await new Promise(() => {});
}

const cases: RpcCase[] = [];

function every(name: string, run: RpcCase["run"]): void {
  cases.push({ name, run, everyCompression: true });
}

function once(name: string, run: RpcCase["run"]): void {
  cases.push({ name, run, everyCompression: false });
}

for (const size of [0, 1, 16_384, 100_000]) {
  every(`four kinds, messages of ${size} bytes`, async (client) => {
    const sent = [1, 2, 3].map((id) => message(id, bytes(size, id)));
    const unary = await exchange(client, "unary", sent, { metadata: [["x-id", "77"]] });
    strictEqual(unary.code, 0, unary.message);
    strictEqual(unary.replies[0]?.id, 77n);
    sameBytes(unary.replies[0]?.payload, bytes(size, 1));

    const server = await exchange(client, "serverStream", sent, {
      metadata: [
        ["x-script", "many"],
        ["x-count", "5"],
        ["x-size", String(size)],
      ],
    });
    strictEqual(server.code, 0, server.message);
    deepStrictEqual(
      plain(server.replies),
      [0n, 1n, 2n, 3n, 4n].map((id) => ({ id, size })),
    );

    if (kindsOf(client).length < KINDS.length) return;
    const upload = await exchange(client, "clientStream", sent);
    strictEqual(upload.code, 0, upload.message);
    strictEqual(upload.replies[0]?.id, 3n);
    sameBytes(upload.replies[0]?.payload, bytes(size, 3));

    const chat = await exchange(client, "bidiStream", sent);
    strictEqual(chat.code, 0, chat.message);
    deepStrictEqual(plain(chat.replies), plain(sent));
    chat.replies.forEach((reply, i) => {
      sameBytes(reply.payload, bytes(size, i + 1));
    });
  });
}

every("streams without a message", async (client) => {
  for (const kind of kindsOf(client, ["clientStream", "bidiStream"])) {
    const { code, replies } = await exchange(client, kind, []);
    deepStrictEqual([code, replies[0]?.id], [0, kind === "clientStream" ? 0n : undefined]);
  }
  deepStrictEqual(
    await outcomeOf(client, "serverStream", [message(1)], {
      metadata: [
        ["x-script", "many"],
        ["x-count", "0"],
      ],
    }),
    [0, 0],
  );
});

async function outcomeOf(...call: Parameters<typeof exchange>): Promise<[number, number]> {
  const { code, replies } = await exchange(...call);
  return [code, replies.length];
}

every("requests that come one at a time", async (client) => {
  const sent = [1, 2, 3, 4, 5].map((id) => message(id, bytes(100, id)));
  if (kindsOf(client).length < KINDS.length) return;
  deepStrictEqual(plain((await exchange(client, "bidiStream", slowly(sent))).replies), plain(sent));
  strictEqual((await exchange(client, "clientStream", slowly(sent))).replies[0]?.id, 5n);
});

once("metadata both ways", async (client) => {
  const header: Pairs = [
    ["h-text", "plain ASCII !~ with  two spaces"],
    ["h-twice", "first"],
    ["h-twice", "second"],
    ["h-empty", ""],
    ["h-bytes-bin", new Uint8Array([0, 1, 2, 127, 128, 254, 255])],
    ["h-bytes-bin", new Uint8Array([7])],
    ["h-none-bin", new Uint8Array(0)],
  ];
  const trailer: Pairs = header.map(([key, value]) => [`t${key.slice(1)}`, value]);
  for (const kind of kindsOf(client)) {
    const result = await exchange(client, kind, [message(1)], { metadata: [...header, ...trailer] });
    strictEqual(result.code, 0, result.message);
    deepStrictEqual(grouped(strip(result.header, "h-")), grouped(header), `${kind}: header`);
    deepStrictEqual(grouped(strip(result.trailer, "t-")), grouped(trailer), `${kind}: trailer`);
  }
});

/**
 * The order of the values of one key is kept; that of keys is not promised by every implementation. Node's own HTTP/2
 * joins texts with commas, as RFC 9110 §5.3 allows.
 */
function grouped(pairs: Pairs): Record<string, string | Uint8Array[]> {
  const groups: Record<string, string | Uint8Array[]> = {};
  for (const [key, value] of pairs) {
    if (typeof value !== "string") ((groups[key] ??= []) as Uint8Array[]).push(value);
    else groups[key] = groups[key] === undefined ? value : `${groups[key]}, ${value}`;
  }
  return groups;
}

once("upper-case keys are the same keys", async (client) => {
  const { header } = await exchange(client, "unary", [message(1)], { metadata: [["H-Mixed-Case", "v"]] });
  deepStrictEqual(strip(header, "h-"), [["h-mixed-case", "v"]]);
});

once("every status code, from every kind", async (client) => {
  for (const kind of kindsOf(client)) {
    for (const code of CODES) {
      const result = await exchange(client, kind, [message(1)], {
        metadata: [
          ["x-script", "status"],
          ["x-code", String(code)],
          ["x-message-bin", Buffer.from(`code ${code}`)],
          ["t-why", "because"],
        ],
      });
      deepStrictEqual([result.code, result.message, result.replies.length], [code, `code ${code}`, 0]);
      deepStrictEqual(strip(result.trailer, "t-"), [["t-why", "because"]]);
    }
  }
});

once("status messages of any text", async (client) => {
  for (const text of MESSAGES) {
    for (const kind of kindsOf(client, ["unary", "bidiStream"])) {
      const result = await exchange(client, kind, [message(1)], {
        metadata: [
          ["x-script", "status"],
          ["x-code", "9"],
          ["x-message-bin", Buffer.from(text)],
        ],
      });
      deepStrictEqual([result.code, result.message], [9, text]);
    }
  }
});

every("a status after replies", async (client) => {
  for (const kind of kindsOf(client, ["serverStream", "bidiStream"])) {
    const result = await exchange(client, kind, [message(1)], {
      metadata: [
        ["x-script", "status"],
        ["x-code", "15"],
        ["x-after", "3"],
        ["h-a", "b"],
      ],
    });
    strictEqual(result.code, 15);
    deepStrictEqual(strip(result.header, "h-"), [["h-a", "b"]]);
    // A failure makes the client of grpc-js drop the replies that it has not inflated yet.
    if (client.name !== "grpc-js") strictEqual(result.replies.length, 3);
  }
});

once("a status while the client still sends", async (client) => {
  for (const kind of kindsOf(client, ["clientStream", "bidiStream"])) {
    const result = await exchange(client, kind, unending(), {
      metadata: [
        ["x-script", "status"],
        ["x-code", "10"],
      ],
    });
    strictEqual(result.code, 10, result.message);
  }
});

once("a header before a status", async (client) => {
  const result = await exchange(client, "unary", [message(1)], {
    metadata: [
      ["x-script", "status"],
      ["x-code", "5"],
      ["h-early", "yes"],
      ["t-late", "yes"],
    ],
  });
  strictEqual(result.code, 5);
  deepStrictEqual(strip(result.header, "h-"), [["h-early", "yes"]]);
  deepStrictEqual(strip(result.trailer, "t-"), [["t-late", "yes"]]);
});

once("what a handler throws is UNKNOWN", async (client) => {
  for (const kind of kindsOf(client))
    strictEqual((await exchange(client, kind, [message(1)], { metadata: [["x-script", "throw"]] })).code, 2);
});

once("unimplemented method and service", async (client) => {
  for (const missing of ["method", "service"] as const) {
    const result = await exchange(client, "unary", [message(1)], { missing });
    strictEqual(result.code, 12);
    ok(result.message.length > 0);
  }
});

once("the client's deadline passes", async (client) => {
  for (const kind of kindsOf(client)) {
    const { seen, code } = await untilDeadline(client, kind, []);
    strictEqual(code, 4, kind);
    await seen.cancelled;
  }
});

/** A call whose deadline passes while its handler hangs; on a busy machine the first ones may not get that far. */
async function untilDeadline(client: ClientPeer, kind: Kind, more: Pairs): Promise<Result & { seen: Observation }> {
  for (let timeoutMs = 60; ; timeoutMs *= 3) {
    const { settings, seen } = watched("hang", more);
    const result = await exchange(client, kind, [message(1)], { ...settings, timeoutMs });
    if (seen.begun || result.code !== 4) return { ...result, seen };
  }
}

once("a deadline that has passed already", async (client) => {
  // Which takes 0 for "no deadline".
  if (client.name === "connect-node" || client.name === "connect-web") return;
  const { code } = await exchange(client, "unary", [message(1)], { timeoutMs: 0 });
  strictEqual(code, 4);
});

once("a deadline that does not pass", async (client) => {
  for (const kind of kindsOf(client))
    strictEqual((await exchange(client, kind, [message(1)], { timeoutMs: 60_000 })).code, 0);
});

once("the deadline passes in the middle of the replies", async (client) => {
  const { seen, code, replies } = await untilDeadline(client, "serverStream", [["x-after", "2"]]);
  strictEqual(code, 4);
  ok(replies.length <= 2);
  await seen.cancelled;
});

once("the client cancels at once", async (client) => {
  for (const kind of kindsOf(client)) {
    const run = client.call(kind, [message(1)], { metadata: [["x-script", "hang"]] });
    run.cancel();
    strictEqual((await run.outcome).code, 1);
  }
});

once("the client cancels before the header", async (client) => {
  for (const kind of kindsOf(client)) {
    const { settings, seen } = watched("hang");
    const run = client.call(kind, [message(1)], settings);
    await seen.started;
    run.cancel();
    strictEqual((await run.outcome).code, 1);
    await seen.cancelled;
    await seen.done;
  }
});

once("the client cancels after the header", async (client) => {
  for (const kind of kindsOf(client)) {
    // A unary call of Connect is one response, whose head waits for the reply.
    if (kind === "unary" && client.unaryHeaderIsLate) continue;
    const { settings, seen } = watched("hang", [["h-a", "b"]]);
    const run = client.call(kind, [message(1)], settings);
    deepStrictEqual(strip(await run.header, "h-"), [["h-a", "b"]]);
    run.cancel();
    strictEqual((await run.outcome).code, 1);
    await seen.cancelled;
    await seen.done;
  }
});

once("the client cancels in the middle of the replies", async (client) => {
  for (const kind of kindsOf(client, ["serverStream", "bidiStream"])) {
    const { settings, seen } = watched("endless", [["x-size", "1000"]]);
    const run = client.call(kind, [message(1)], settings);
    let count = 0;
    for await (const _ of run.replies) if (++count === 3) run.cancel();
    strictEqual((await run.outcome).code, 1);
    await seen.cancelled;
    await seen.done;
  }
});

once("the client cancels in the middle of the requests", async (client) => {
  for (const kind of kindsOf(client, ["clientStream", "bidiStream"])) {
    const { settings, seen } = watched("hang");
    const run = client.call(kind, unending(), settings);
    await seen.started;
    run.cancel();
    strictEqual((await run.outcome).code, 1);
    await seen.cancelled;
    await seen.done;
  }
});

once("the client cancels after it has ended its requests", async (client) => {
  for (const kind of kindsOf(client, ["clientStream", "bidiStream"])) {
    const { settings, seen } = watched("hang", [["x-read", "all"]]);
    const run = client.call(kind, [message(1), message(2)], settings);
    await seen.halfClosed;
    strictEqual(seen.requests, 2);
    run.cancel();
    strictEqual((await run.outcome).code, 1);
    await seen.cancelled;
    await seen.done;
  }
});

once("cancelling twice, and after the end, does no harm", async (client) => {
  const run = client.call("unary", [message(1)]);
  strictEqual((await run.outcome).code, 0);
  run.cancel();
  run.cancel();
  strictEqual((await exchange(client, "unary", [message(1)])).code, 0);
});

once("100 calls at once, each with its own answer", async (client) => {
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      exchange(
        client,
        i % 2 === 0 || kindsOf(client).length < KINDS.length ? "unary" : "bidiStream",
        [message(i, bytes(i * 10, i + 1))],
        {
          metadata: [["x-id", String(i)]],
        },
      ),
    ),
  );
  results.forEach((result, i) => {
    strictEqual(result.code, 0, result.message);
    strictEqual(result.replies[0]?.id, BigInt(i));
    sameBytes(result.replies[0]?.payload, bytes(i * 10, i + 1));
  });
});

/** All of them, in the order in which they are run. */
export const RPC_CASES: readonly RpcCase[] = cases;
