/** What is HTTP's own in the protocols of a port: GET, CORS, TLS, errors with details, bodies made by hand; and our Connect client with connect-node's server. */
import assert from "node:assert/strict";
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from "node:http2";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { createFileRegistry, type DescService, fromBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorSetSchema,
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_field_mask,
  file_google_protobuf_timestamp,
} from "@bufbuild/protobuf/wkt";
import { ConnectError, createClient as createConnectClient, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter, createConnectTransport } from "@connectrpc/connect-node";
import {
  type ClientProtocol,
  Code,
  connectProtocol,
  createChannel,
  createClient,
  grpcWebProtocol,
  type NodeServer,
  RpcError,
} from "hawser";
import { $file_google_api_annotations, $file_google_api_http, $file_google_api_httpbody } from "hawser/google-api";
import { BadRequest } from "hawser/google-rpc";
import { createRegistry, decode, encode } from "hawser/protobuf";
import * as web from "hawser/web";
import { FileDescriptorSet, fileDescriptor } from "hawser/wkt";
import { type Certificates, makeCertificates } from "./certificates.js";
import { connectService } from "./connect-node-peer.js";
import { Interop } from "./gen/interop/v1/interop.pb.js";
import { $file_library_v1_library, Library } from "./gen/library/v1/library.pb.js";
import { LARGE } from "./hawser-peer.js";
import { libraryServer } from "./library-server.js";

const PAGE = "https://app.example.com";

let certificates: Certificates;
let server: NodeServer;
let port: number;
let tlsPort: number;

before(async () => {
  certificates = await makeCertificates();
  server = libraryServer({ cors: { origins: [PAGE] } });
  ({ port } = await server.listen("127.0.0.1:0"));
  ({ port: tlsPort } = await server.listen("127.0.0.1:0", { tls: certificates.server }));
});

after(() => server.shutdown({ graceMs: 0 }));

async function failure(call: PromiseLike<unknown>): Promise<RpcError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(RpcError.is(error), `expected an RpcError, got ${error}`);
  return error;
}

const registry = createRegistry(BadRequest);
const PROTOCOLS: Readonly<Record<string, ClientProtocol | undefined>> = {
  gRPC: undefined,
  "gRPC-Web": grpcWebProtocol,
  Connect: connectProtocol(),
  "Connect JSON": connectProtocol({ json: true, registry }),
  "Connect GET": connectProtocol({ get: true }),
  "Connect JSON GET": connectProtocol({ json: true, get: true, registry }),
};

const WAYS = Object.entries(PROTOCOLS).flatMap(([name, protocol]) => {
  const option = protocol === undefined ? {} : { protocol };
  const overHttp2 = (tls: boolean, compression: string) => () =>
    createChannel(`localhost:${tls ? tlsPort : port}`, {
      ...option,
      compression,
      ...(tls ? { tls: { ca: certificates.ca } } : {}),
    });
  return [
    { name: `${name}, cleartext`, open: overHttp2(false, "identity") },
    { name: `${name}, TLS, gzip`, open: overHttp2(true, "gzip") },
    ...(protocol === undefined
      ? []
      : [{ name: `${name}, fetch`, open: () => web.createChannel(`http://127.0.0.1:${port}`, option) }]),
  ];
});

for (const { name, open } of WAYS) {
  test(`one port: ${name}: a reply, and an error with details and a message that is not ASCII`, async () => {
    const channel = open();
    const client =
      channel instanceof web.WebChannel ? web.createClient(Library, channel) : createClient(Library, channel);
    const call = client.getBook({ name: "a/b ü", note: "x".repeat(3_000) });
    assert.deepEqual(
      { ...(await call) },
      { name: "a/b ü", title: "x".repeat(3_000), pages: 9_007_199_254_740_993n, genre: 1, published: undefined },
    );
    assert.equal((await call.header).get("x-shelf"), "7");
    const error = await failure(client.getBook({ name: "missing" }));
    assert.deepEqual([error.code, error.message], [Code.NotFound, "kein Bändchen 東京"]);
    assert.equal(error.metadata.get("x-why"), "gone");
    const [detail] = error.details;
    assert.match(detail?.typeUrl ?? "", /\/google\.rpc\.BadRequest$/);
    assert.equal(decode(BadRequest, detail?.value as Uint8Array).fieldViolations[0]?.field, "name");
    await channel.close();
  });
}

/** The services of library.proto as connect-node wants them described. */
function libraryOfConnect(): DescService {
  const files = [
    $file_google_api_http,
    $file_google_api_annotations,
    $file_google_api_httpbody,
    $file_library_v1_library,
  ];
  const set = fromBinary(FileDescriptorSetSchema, encode(FileDescriptorSet, { file: files.map(fileDescriptor) }));
  set.file.unshift(
    file_google_protobuf_any.proto,
    file_google_protobuf_descriptor.proto,
    file_google_protobuf_field_mask.proto,
    file_google_protobuf_timestamp.proto,
  );
  return createFileRegistry(set).getService("library.v1.Library") as DescService;
}

for (const httpVersion of ["1.1", "2"] as const) {
  test(`one port: connect-node by GET over TLS, HTTP/${httpVersion}`, async () => {
    const transport = createConnectTransport({
      baseUrl: `https://localhost:${tlsPort}`,
      httpVersion,
      useHttpGet: true,
      nodeOptions: { ca: certificates.ca },
    });
    const client = createConnectClient(libraryOfConnect(), transport) as unknown as {
      getBook(request: object): Promise<{ title: string }>;
    };
    assert.equal((await client.getBook({ name: "n", note: "by GET" })).title, "by GET");
    const error = await client.getBook({ name: "missing" }).then(
      () => undefined,
      (reason: unknown) => ConnectError.from(reason),
    );
    assert.deepEqual([error?.code, error?.rawMessage], [Code.NotFound, "kein Bändchen 東京"]);
    assert.equal(error?.details.length, 1);
  });
}

test("one port: TLS that negotiates http/1.1, and TLS without ALPN", async () => {
  for (const ALPNProtocols of [["http/1.1"], undefined]) {
    const status = await new Promise((resolve, reject) => {
      const options = {
        ca: certificates.ca,
        servername: "localhost",
        agent: false,
        ...(ALPNProtocols && { ALPNProtocols }),
      };
      httpsRequest(`https://127.0.0.1:${tlsPort}/v1/books`, options, (response) => {
        response.resume();
        resolve(`${response.httpVersion} ${response.statusCode}`);
      })
        .on("error", reject)
        .end();
    });
    assert.equal(status, "1.1 200");
  }
});

describe("one port: requests by hand", () => {
  const post = (path: string, contentType: string, body: string | Uint8Array, more: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { "content-type": contentType, ...more },
      body: body as string,
    });

  test("Connect JSON, as curl would", async () => {
    const response = await post("/library.v1.Library/GetBook", "application/json", '{"name":"n"}');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual(await response.json(), { name: "n", pages: "9007199254740993", genre: "GENRE_NOVEL" });
  });

  test("Connect errors are JSON with HTTP's status", async () => {
    const response = await post("/library.v1.Library/GetBook", "application/json", '{"name":"missing"}');
    assert.equal(response.status, 404);
    const { code, message, details } = (await response.json()) as {
      code: string;
      message: string;
      details: { type: string }[];
    };
    assert.deepEqual([code, message, details[0]?.type], ["not_found", "kein Bändchen 東京", "google.rpc.BadRequest"]);
  });

  test("gRPC-Web text", async () => {
    const request = encode(Library.methods.getBook.input, { name: "n" });
    const body = Buffer.from([0, 0, 0, 0, request.length, ...request]).toString("base64");
    const response = await post("/library.v1.Library/GetBook", "application/grpc-web-text+proto", body);
    assert.equal(response.headers.get("content-type"), "application/grpc-web-text+proto");
    // Segments that are padded by themselves.
    const segments = (await response.text()).match(/[^=]+={0,2}/g) ?? [];
    const bytes = Buffer.concat(segments.map((each) => Buffer.from(each, "base64")));
    const size = bytes.readUInt32BE(1);
    assert.equal(decode(Library.methods.getBook.output, bytes.subarray(5, 5 + size)).name, "n");
    assert.equal(bytes[5 + size], 0x80);
    assert.match(bytes.subarray(10 + size).toString(), /^grpc-status: 0\r\n/);
  });

  test("what is no protocol's is refused by its status", async () => {
    const path = "/library.v1.Library/GetBook";
    for (const [type, status] of [
      ["text/plain", 415],
      ["application/connect+proto", 415],
      ["application/json; charset=latin1", 415],
      ["application/grpc+json", 505],
      ["application/grpc", 505],
    ] as const) {
      assert.equal((await post(path, type, "{}")).status, status, type);
    }
    assert.equal((await post("/nowhere", "application/json", "{}")).status, 404);
    assert.equal((await fetch(`http://127.0.0.1:${port}${path}`, { method: "PUT", body: "x" })).status, 405);
    assert.equal((await post(path, "application/json", "{", {})).status, 400);
    assert.equal((await post(path, "application/json", "{}", { "connect-protocol-version": "2" })).status, 400);
    assert.equal((await post(path, "application/json", "{}", { "connect-timeout-ms": "soon" })).status, 400);
    assert.equal((await fetch(`http://127.0.0.1:${port}${path}?connect=v1&encoding=json`)).status, 400);
    assert.equal((await fetch(`http://127.0.0.1:${port}/library.v1.Library/LendBook?connect=v1`)).status, 405);
  });
});

describe("one port: CORS", () => {
  const ask = (origin: string, method: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/library.v1.Library/GetBook`, {
      method,
      headers: { origin, ...headers },
      ...(method === "POST" ? { body: '{"name":"n"}' } : {}),
    });
  const PREFLIGHT = { "access-control-request-method": "POST", "access-control-request-headers": "content-type,x-ask" };

  test("a page that is named may ask, and read", async () => {
    const preflight = await ask(PAGE, "OPTIONS", PREFLIGHT);
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), PAGE);
    assert.equal(preflight.headers.get("access-control-allow-headers"), "content-type,x-ask");
    assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /POST/);
    assert.equal(preflight.headers.get("access-control-allow-credentials"), null);
    assert.match(preflight.headers.get("vary") ?? "", /origin/i);
    const response = await ask(PAGE, "POST", { "content-type": "application/json" });
    assert.equal(response.headers.get("access-control-allow-origin"), PAGE);
    assert.match(response.headers.get("access-control-expose-headers") ?? "", /x-shelf/);
  });

  test("any other is told no, and its response can't be read", async () => {
    for (const origin of ["https://evil.example.com", "null", `${PAGE}.evil.com`, "http://app.example.com"]) {
      const preflight = await ask(origin, "OPTIONS", PREFLIGHT);
      assert.equal(preflight.status, 403, origin);
      assert.equal(preflight.headers.get("access-control-allow-origin"), null);
      const response = await ask(origin, "POST", { "content-type": "application/json" });
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    }
  });
});

describe("one port: our Connect client calls connect-node's server", () => {
  let peer: Http2Server;
  let address: string;
  let cancelled = 0;
  const sessions = new Set<ServerHttp2Session>();

  before(async () => {
    const gone = ({ signal }: HandlerContext) =>
      new Promise<never>((_, reject) =>
        signal.addEventListener("abort", () => {
          cancelled++;
          reject(signal.reason);
        }),
      );
    type Message = { readonly id: bigint; readonly payload: Uint8Array };
    const handler = connectNodeAdapter({
      routes(router) {
        router.service(connectService, {
          async unary(request: Message, context: HandlerContext) {
            context.responseHeader.set("x-echo", context.requestHeader.get("x-ask") ?? "");
            context.responseTrailer.set("x-cost", "3");
            if (request.id === 1000n) await gone(context);
            if (request.id === 404n) {
              const detail = {
                type: "google.rpc.BadRequest",
                value: encode(BadRequest, { fieldViolations: [{ field: "id" }] }),
              };
              throw new ConnectError("no – not there", Code.NotFound, { "x-why": "gone" }, [detail as never]);
            }
            return request;
          },
          async *serverStream(request: Message) {
            for (let id = 0n; id < request.id; id++) yield { id, payload: request.payload };
            if (request.id === 3n) throw new ConnectError("after three", Code.Aborted);
          },
          async clientStream(requests: AsyncIterable<Message>) {
            let id = 0n;
            for await (const request of requests) id += request.id;
            return { id };
          },
          async *bidiStream(requests: AsyncIterable<Message>) {
            yield* requests;
          },
        } as never);
      },
    });
    peer = createHttp2Server(handler);
    peer.on("session", (session) => sessions.add(session));
    await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
    address = `127.0.0.1:${(peer.address() as AddressInfo).port}`;
  });

  after(() => {
    for (const session of sessions) session.destroy();
    peer.close();
  });

  for (const json of [false, true]) {
    for (const compression of ["identity", "gzip"]) {
      test(`${json ? "JSON" : "binary"}, ${compression}`, { timeout: 60_000 }, async () => {
        const channel = createChannel(address, {
          protocol: connectProtocol({ json }),
          compression,
          maxReceiveBytes: LARGE,
        });
        const client = createClient(Interop, channel);
        const payload = new Uint8Array(3 << 20).map((_, i) => i * 31);
        const call = client.unary({ id: 7, payload }, { metadata: { "x-ask": "ahoy" }, timeoutMs: 30_000 });
        assert.ok(Buffer.compare((await call).payload, payload) === 0);
        assert.equal((await call.header).get("x-echo"), "ahoy");
        assert.equal((await call.trailer).get("x-cost"), "3");
        const refused = client.unary({ id: 404 });
        const error = await failure(refused);
        assert.deepEqual([error.code, error.message], [Code.NotFound, "no – not there"]);
        // connect-node says it in the head.
        assert.equal((await refused.header).get("x-why"), "gone");
        assert.equal(decode(BadRequest, error.details[0]?.value as Uint8Array).fieldViolations[0]?.field, "id");
        assert.equal((await failure(client.missing({}))).code, Code.Unimplemented);

        const ids: bigint[] = [];
        for await (const { id } of client.serverStream({ id: 100 })) ids.push(id);
        assert.equal(ids.length, 100);
        const aborted = await failure(
          (async () => {
            for await (const _ of client.serverStream({ id: 3 }));
          })(),
        );
        assert.deepEqual([aborted.code, aborted.message], [Code.Aborted, "after three"]);
        assert.equal((await client.clientStream([{ id: 1 }, { id: 2 }])).id, 3n);
        const echoed: bigint[] = [];
        for await (const { id } of client.bidiStream([{ id: 1 }, { id: 2 }])) echoed.push(id);
        assert.deepEqual(echoed, [1n, 2n]);

        const before = cancelled;
        assert.equal((await failure(client.unary({ id: 1000 }, { timeoutMs: 100 }))).code, Code.DeadlineExceeded);
        const controller = new AbortController();
        const waiting = failure(client.unary({ id: 1000 }, { signal: controller.signal }));
        setTimeout(() => controller.abort(), 50);
        assert.equal((await waiting).code, Code.Cancelled);
        while (cancelled < before + 1) await new Promise((resolve) => setTimeout(resolve, 5));
        await channel.close();
      });
    }
  }
});
