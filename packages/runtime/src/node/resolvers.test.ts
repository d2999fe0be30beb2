import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PollingResolver } from "../client/resolver/polling-resolver.js";
import { type MethodType, type ServiceType, service } from "../protobuf/type/service-type.js";
import { StringValue } from "../protobuf/wkt/google/protobuf/wrappers.pb.js";
import { Code } from "../rpc/code.js";
import { RpcError } from "../rpc/rpc-error.js";
import { createChannel, createClient } from "./create-channel.js";
import { createServer } from "./create-server.js";
import { parseEndpointsFile } from "./endpoints-file.js";

type Text = typeof StringValue;
const Echo: ServiceType<{ echo: MethodType<"unary", Text, Text> }> = service("test.Echo", {
  echo: { kind: "unary", name: "Echo", input: StringValue, output: StringValue },
});

async function serve(t: { after(task: () => Promise<void>): void }, name: string): Promise<number> {
  const server = createServer().add(Echo, { echo: () => ({ value: name }) });
  const { port } = await server.listen("127.0.0.1:0");
  t.after(() => server.shutdown({ graceMs: 0 }));
  return port;
}

/** Waits for what will be so, on however slow a machine. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 3_000; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("it never came to be");
}

/** A name server on a loopback port that answers from a table `TYPE name`; what is not in it has no such record. */
async function nameServer(records: Map<string, readonly Uint8Array[]>): Promise<{ socket: Socket; asked: string[] }> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, { port, address }) => {
    let pos = 12;
    const labels: string[] = [];
    for (let length = query[pos++] ?? 0; length > 0; length = query[pos++] ?? 0) {
      labels.push(query.subarray(pos, pos + length).toString("latin1"));
      pos += length;
    }
    const type = query.readUInt16BE(pos);
    const question = query.subarray(12, pos + 4);
    const key = `${TYPES[type] ?? type} ${labels.join(".").toLowerCase()}`;
    asked.push(key);
    const answers = records.get(key) ?? [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    const body = answers.map((data) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt16BE(data.length, 10);
      return Buffer.concat([record, data]);
    });
    socket.send(Buffer.concat([header, question, ...body]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, asked };
}

const TYPES: Readonly<Record<number, string>> = { 1: "A", 16: "TXT", 28: "AAAA" };

/** TXT data: character strings of up to 255 bytes (RFC 1035 §3.3.14). */
function txt(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 200) {
    const piece = bytes.subarray(at, at + 200);
    pieces.push(Uint8Array.of(piece.length), piece);
  }
  return Buffer.concat(pieces);
}

test("dns://server/host: A and AAAA of that server, and the service config in its TXT record (gRFC A2)", async (t) => {
  const port = await serve(t, "a");
  const records = new Map<string, readonly Uint8Array[]>([
    ["A app.test", [Uint8Array.of(127, 0, 0, 1)]],
    ["AAAA app.test", [Uint8Array.of(...new Array(15).fill(0), 1)]],
    [
      "TXT _grpc_config.app.test",
      [
        txt("something=else"),
        txt(
          `grpc_config=${JSON.stringify([
            { clientLanguage: ["go"], serviceConfig: { loadBalancingConfig: [{ ring_hash_experimental: {} }] } },
            {
              clientLanguage: ["node"],
              serviceConfig: {
                loadBalancingConfig: [{ pick_first: {} }],
                methodConfig: [{ name: [{}], maxRequestMessageBytes: 8 }],
              },
            },
          ])}`,
        ),
      ],
    ],
  ]);
  const { socket, asked } = await nameServer(records);
  t.after(async () => void socket.close());
  const server = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
  const channel = createChannel(`dns://${server}/app.test:${port}`, { dns: { serviceConfig: true } });
  t.after(() => channel.close());
  const client = createClient(Echo, channel);
  assert.equal((await client.echo({ value: "x" })).value, "a");
  await assert.rejects(client.echo({ value: "longer than 8 bytes" }), { code: Code.ResourceExhausted });
  assert.deepEqual([...new Set(asked)].sort(), ["A app.test", "AAAA app.test", "TXT _grpc_config.app.test"]);

  // A record for us that is no service config: no call may go out (gRFC A21).
  records.set("TXT _grpc_config.app.test", [txt("grpc_config=[{}, nonsense")]);
  const broken = createChannel(`dns://${server}/app.test:${port}`, { dns: { serviceConfig: true } });
  t.after(() => broken.close());
  await assert.rejects(createClient(Echo, broken).echo({}), /the service config is invalid.*no JSON/);

  const unknown = createChannel(`dns://${server}/absent.test:${port}`);
  t.after(() => unknown.close());
  await assert.rejects(createClient(Echo, unknown).echo({}), (error) => {
    return RpcError.is(error) && error.code === Code.Unavailable && /absent\.test/.test(error.message);
  });
});

test("passthrough: the socket looks the name up, for each connection", async (t) => {
  const port = await serve(t, "found");
  const channel = createChannel(`passthrough:///localhost:${port}`, { proxy: false });
  t.after(() => channel.close());
  assert.deepEqual(await createClient(Echo, channel).echo({}, { timeoutMs: 10_000 }), { value: "found" });

  const lost = createChannel("passthrough:///nowhere.invalid:1", { proxy: false });
  t.after(() => lost.close());
  await assert.rejects(
    createClient(Echo, lost).echo({}, { timeoutMs: 10_000 }),
    (error) => RpcError.is(error) && error.code === Code.Unavailable && /nowhere\.invalid/.test(error.message),
  );
  assert.throws(() => createChannel("passthrough://server/localhost:1"), /passthrough:\/\/server\/localhost:1/);
  assert.throws(() => createChannel("passthrough:///localhost:port"), /localhost:port/);
});

test("looking up again: an interval at least, a backoff after failures, a period if there is one", async () => {
  const timers: { task: () => void; delayMs: number }[] = [];
  let nowMs = 0;
  const clock = {
    now: () => nowMs,
    schedule(task: () => void, delayMs: number) {
      const timer = { task, delayMs };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  let fails = false;
  let lookUps = 0;
  const heard: string[] = [];
  const lookUp = async () => {
    lookUps++;
    if (fails) throw new Error("SERVFAIL");
    return { endpoints: [] };
  };
  const listener = {
    onResolution: () => heard.push("found") > 0,
    onError: (message: string) => void heard.push(message),
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const due = async (delayMs: number) => {
    assert.deepEqual(
      timers.map((each) => each.delayMs),
      [delayMs],
    );
    nowMs += delayMs;
    timers.shift()?.task();
    await turn();
  };
  const resolver = new PollingResolver(listener, { clock, random: () => 0.5 }, lookUp, { minIntervalMs: 30_000 });
  await turn();
  assert.equal(timers.length, 0);
  nowMs += 10_000;
  for (let i = 0; i < 5; i++) resolver.resolveNow();
  assert.equal(lookUps, 1);
  fails = true;
  await due(20_000);
  // Asked or not, it is the backoff that says when: 1 s, 1.6 s, …
  resolver.resolveNow();
  await due(1_000);
  await due(1_600);
  fails = false;
  await due(2_560);
  assert.deepEqual(heard, ["found", "SERVFAIL", "SERVFAIL", "SERVFAIL", "found"]);
  assert.equal(lookUps, 5);
  resolver.close();

  const periodic = new PollingResolver(listener, { clock, random: () => 0.5 }, lookUp, { periodMs: 10_000 });
  await turn();
  await due(10_000);
  await due(10_000);
  periodic.close();
  assert.equal(timers.length, 0);
});

test("file: endpoints that change with the file; what is no good leaves what there was, and is told of", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "hawser-file-"));
  t.after(() => rm(folder, { recursive: true }));
  const [a, b] = [await serve(t, "a"), await serve(t, "b")];
  const path = join(folder, "endpoints.json");
  const replace = async (text: string) => {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  const warnings: string[] = [];
  const channel = createChannel(`file://${path}`, { onWarning: (message) => warnings.push(message) });
  t.after(() => channel.close());
  const client = createClient(Echo, channel);
  const answersWith = (name: string) =>
    until(async () => (await client.echo({}, { waitForReady: true })).value === name);
  await assert.rejects(client.echo({}), /ENOENT/);
  await replace(JSON.stringify({ endpoints: [{ addresses: [`127.0.0.1:${a}`], weight: 2 }] }));
  await answersWith("a");
  await replace(JSON.stringify({ endpoints: [`127.0.0.1:${b}`] }));
  await answersWith("b");
  await replace("{");
  await until(() => warnings.length === 1);
  assert.match(warnings[0] ?? "", /endpoints\.json can't be used: the file is no JSON/);
  assert.equal((await client.echo({})).value, "b");
  await rm(path);
  await until(() => warnings.length === 2);
  assert.equal((await client.echo({})).value, "b");
  await replace(
    JSON.stringify({
      endpoints: [`127.0.0.1:${b}`],
      serviceConfig: { methodConfig: [{ name: [{}], maxRequestMessageBytes: 0 }] },
    }),
  );
  await until(() =>
    client.echo({ value: "x" }).then(
      () => false,
      (error: unknown) => RpcError.is(error) && error.code === Code.ResourceExhausted,
    ),
  );
});

const BAD_FILES: readonly (readonly [unknown, RegExp])[] = [
  [[], /must be an object/],
  [{}, /no endpoints/],
  [{ endpoints: {} }, /must be a list/],
  [{ endpoints: ["localhost:80"] }, /endpoints\[0\] must be an IP address/],
  [{ endpoints: ["127.0.0.1"] }, /with a port/],
  [{ endpoints: [7] }, /endpoints\[0\]/],
  [{ endpoints: [{ addresses: [] }] }, /no addresses/],
  [{ endpoints: [{ addresses: ["127.0.0.1:1"], weight: 0 }] }, /weight/],
  [{ endpoints: [{ addresses: ["127.0.0.1:1"], wieght: 1 }] }, /"wieght"/],
  [{ endpoints: [], serviceConfig: { loadBalancingConfig: [] } }, /loadBalancingConfig/],
  [JSON.parse('{"endpoints":[],"__proto__":{"x":1}}'), /__proto__/],
];
for (const [file, expected] of BAD_FILES) {
  test(`endpoints file: ${JSON.stringify(file)}`, () => {
    assert.throws(() => parseEndpointsFile(JSON.stringify(file)), expected);
  });
}

test("endpoints file: everything there is", () => {
  const endpoints = [
    "10.0.0.1:80",
    { addresses: ["[fd00::1]:80", "10.0.0.2:80"], weight: 3, hashKey: "k", group: "near" },
    "unix:/run/a.sock",
  ];
  assert.deepEqual(parseEndpointsFile(JSON.stringify({ endpoints })).endpoints, [
    { addresses: [{ kind: "tcp", host: "10.0.0.1", port: 80 }] },
    {
      addresses: [
        { kind: "tcp", host: "fd00::1", port: 80 },
        { kind: "tcp", host: "10.0.0.2", port: 80 },
      ],
      weight: 3,
      hashKey: "k",
      group: "near",
    },
    { addresses: [{ kind: "unix", path: "/run/a.sock" }] },
  ]);
});
