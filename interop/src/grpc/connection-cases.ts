/**
 * The cases of grpc/doc/http2-interop-test-descriptions.md: a server that breaks off, says goodbye, asks and limits. It is
 * node:http2's, which shares no code with ours.
 */
import { ok, strictEqual } from "node:assert/strict";
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { codeName, createClient, RpcError } from "hawser";
import { encode } from "hawser/protobuf";
import { SimpleResponse } from "../gen/grpc/testing/messages.pb.js";
import { TestService } from "../gen/grpc/testing/test.pb.js";
import { type Section, table } from "../section.js";
import { openChannel } from "./test-cases.js";

const LARGE_REQUEST = 271_828;
const LARGE_RESPONSE = 314_159;
const PINGS = 10;
const MAX_STREAMS_CALLS = 15;
/** How long a case may take before it is a failure: generous, for a busy machine. */
const CASE_LIMIT_MS = 60_000;

const REPLY = envelope(encode(SimpleResponse, { payload: { body: new Uint8Array(LARGE_RESPONSE) } }));

/** What a server of a case has seen. */
class Scene {
  readonly sessions: ServerHttp2Session[] = [];
  requests = 0;
  open = 0;
  mostOpen = 0;
  pingsSent = 0;
  pingsAnswered = 0;
}

interface ConnectionCase {
  readonly name: string;
  readonly maxConcurrentStreams?: number;
  /** Answers a request whose messages have all come. */
  answer(stream: ServerHttp2Stream, scene: Scene): void;
  /** Calls, and looks at what came of it. */
  call(client: ReturnType<typeof openClient>["client"]): Promise<void>;
  /** Looks at what the server has seen. */
  check(scene: Scene): void;
}

const HEADERS = { ":status": 200, "content-type": "application/grpc" };

function respond(stream: ServerHttp2Stream): void {
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(REPLY);
}

async function largeUnary(client: ReturnType<typeof openClient>["client"]): Promise<void> {
  const reply = await client.unaryCall({
    responseSize: LARGE_RESPONSE,
    payload: { body: new Uint8Array(LARGE_REQUEST) },
  });
  strictEqual(reply.payload?.body.length, LARGE_RESPONSE);
}

/** NO_ERROR of a reset is INTERNAL (gRPC over HTTP2, "Errors"). */
async function brokenOff(client: ReturnType<typeof openClient>["client"]): Promise<void> {
  const error = await largeUnary(client).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(RpcError.is(error), `the call did not fail with an RpcError: ${error}`);
  strictEqual(codeName(error.code), "INTERNAL", error.message);
}

const NO_CHECK = (): void => {};

const CASES: readonly ConnectionCase[] = [
  {
    name: "goaway",
    answer(stream, scene) {
      const { session } = stream;
      respond(stream);
      if (scene.requests === 1) stream.on("close", () => session?.goaway());
    },
    async call(client) {
      await largeUnary(client);
      await sleep(1_000);
      await largeUnary(client);
    },
    check: ({ sessions }) => strictEqual(sessions.length, 2, "the second call did not use a connection of its own"),
  },
  {
    name: "rst_after_header",
    answer(stream) {
      stream.respond(HEADERS);
      // In a packet of its own, so that the header is sent before.
      setTimeout(() => stream.close(), 20);
    },
    call: brokenOff,
    check: NO_CHECK,
  },
  {
    name: "rst_after_data",
    answer(stream) {
      stream.respond(HEADERS);
      stream.write(REPLY, () => setTimeout(() => stream.close(), 50));
    },
    call: brokenOff,
    check: NO_CHECK,
  },
  {
    name: "rst_during_data",
    answer(stream) {
      stream.respond(HEADERS);
      stream.write(REPLY.subarray(0, REPLY.length / 2), () => setTimeout(() => stream.close(), 50));
    },
    call: brokenOff,
    check: NO_CHECK,
  },
  {
    name: "ping",
    answer(stream, scene) {
      const ping = () => {
        scene.pingsSent++;
        stream.session?.ping((error) => {
          if (error === null) scene.pingsAnswered++;
          if (scene.pingsSent < PINGS) ping();
          else respond(stream);
        });
      };
      ping();
    },
    call: largeUnary,
    check: (scene) => strictEqual(scene.pingsAnswered, PINGS, "not every ping was answered"),
  },
  {
    name: "max_streams",
    maxConcurrentStreams: 1,
    answer: respond,
    async call(client) {
      await largeUnary(client);
      await Promise.all(Array.from({ length: MAX_STREAMS_CALLS }, () => largeUnary(client)));
    },
    check(scene) {
      strictEqual(scene.requests, MAX_STREAMS_CALLS + 1);
      strictEqual(scene.mostOpen, 1, `${scene.mostOpen} streams were open`);
    },
  },
];

/** Runs the cases with our client. */
export async function connectionSection(): Promise<Section> {
  const failed: string[] = [];
  const rows: string[][] = [];
  for (const each of CASES) {
    const failure = await run(each);
    if (failure !== undefined) failed.push(`${each.name}: ${failure}`);
    rows.push([each.name, failure === undefined ? "passed" : "**failed**"]);
  }
  return {
    title: "Connections",
    markdown: [
      "Our client with the server of http2-interop-test-descriptions, which breaks off, says goodbye, asks and limits; it is",
      "written on `node:http2`.",
      "",
      table(["case", "hawser"], rows),
    ].join("\n"),
    passed: rows.length - failed.length,
    failed,
    missing: [],
  };
}

async function run(each: ConnectionCase): Promise<string | undefined> {
  const scene = new Scene();
  const { maxConcurrentStreams } = each;
  const server = createServer({
    settings: maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams },
  });
  server.on("session", (session) => {
    scene.sessions.push(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream) => {
    scene.requests++;
    scene.mostOpen = Math.max(scene.mostOpen, ++scene.open);
    stream.on("close", () => scene.open--);
    stream.on("error", () => {});
    stream.resume().on("end", () => each.answer(stream, scene));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const timer = new AbortController();
  try {
    const late = sleep(CASE_LIMIT_MS, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`it did not end within ${CASE_LIMIT_MS} ms`);
    });
    late.catch(() => {});
    await Promise.race([call(each, (server.address() as AddressInfo).port), late]);
    each.check(scene);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    timer.abort();
    for (const session of scene.sessions) session.destroy();
    server.close();
  }
}

function openClient(port: number) {
  const channel = openChannel({ address: `127.0.0.1:${port}`, checksCompression: false });
  return { channel, client: createClient(TestService, channel) };
}

async function call(each: ConnectionCase, port: number): Promise<void> {
  const { channel, client } = openClient(port);
  await each.call(client).finally(() => channel.close());
}

function envelope(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
