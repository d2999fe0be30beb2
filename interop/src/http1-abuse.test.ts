/** What clients of HTTP/1.1 do that they should not, octet by octet; and that nothing of it is left behind. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import type { NodeServer } from "hawser";
import { mustExit } from "./exit-check.js";
import { addInterop } from "./hawser-peer.js";
import { handled, libraryServer } from "./library-server.js";
import { newName, observe } from "./script.js";

mustExit();

const MAX_RECEIVE_BYTES = 64 * 1024;
const LIMIT = { timeout: 60_000 };

let server: NodeServer;
let port: number;

async function start(): Promise<{ server: NodeServer; port: number }> {
  const made = addInterop(libraryServer({ maxReceiveBytes: MAX_RECEIVE_BYTES }));
  const opened = await made.listen("127.0.0.1:0", { http1: { headersTimeoutMs: 200 } });
  return { server: made, port: opened.port };
}

before(async () => {
  ({ server, port } = await start());
});

after(() => server.shutdown({ graceMs: 0 }));

/** A connection, and all that came on it. */
class Wire {
  readonly socket: Socket;
  text = "";
  readonly closed: Promise<unknown>;
  #wake: () => void = () => {};

  constructor(to: number = port) {
    this.socket = connect(to, "127.0.0.1");
    this.socket.on("data", (chunk) => {
      this.text += chunk.toString("latin1");
      this.#wake();
    });
    // Whoever is refused while it sends may see the connection reset.
    this.socket.on("error", () => {});
    this.closed = once(this.socket, "close").then(() => this.#wake());
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      if (this.socket.destroyed) throw new Error(`closed after ${JSON.stringify(this.text.slice(0, 300))}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Sends `request` and gives what came until the server closed. */
async function answerTo(request: string | Buffer): Promise<string> {
  const wire = new Wire();
  wire.socket.write(request);
  await wire.closed;
  return wire.text;
}

const HEAD = "Host: test\r\n";
const post = (path: string, more: string, body = "") => `POST ${path} HTTP/1.1\r\n${HEAD}${more}\r\n${body}`;
const JSON_TYPE = "Content-Type: application/json\r\n";

/** Ends with no connection, no call. */
async function nothingIsLeft(): Promise<void> {
  for (const each of server.ports) while (each.peers.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("HTTP/1.1: a head that is too large is 431", LIMIT, async () => {
  assert.match(
    await answerTo(`GET /v1/books HTTP/1.1\r\n${HEAD}X-Long: ${"x".repeat(20_000)}\r\n\r\n`),
    /^HTTP\/1.1 431 /,
  );
  assert.match(await answerTo(`GET /v1/books?note=${"x".repeat(20_000)} HTTP/1.1\r\n${HEAD}\r\n`), /^HTTP\/1.1 431 /);
});

test("HTTP/1.1: a head that dribbles is 408", LIMIT, async () => {
  assert.match(await answerTo(`GET /v1/books HTTP/1.1\r\n${HEAD}X-Slow: `), /^HTTP\/1.1 408 /);
});

test("HTTP/1.1: a request whose first octets come one by one is answered", LIMIT, async () => {
  for (const line of ["GET /v1/books HTTP/1.1\r\n", "POST http://test/v1/shelves/1/books/2:lend HTTP/1.1\r\n"]) {
    const wire = new Wire();
    wire.socket.setNoDelay(true);
    for (const octet of line.slice(0, 12)) {
      wire.socket.write(octet);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    wire.socket.write(`${line.slice(12)}${HEAD}Connection: close\r\n\r\n`);
    await wire.closed;
    assert.match(wire.text, /^HTTP\/1.1 200 /);
  }
});

for (const [name, head, answer] of [
  [
    "Connect",
    post("/library.v1.Library/GetBook", `${JSON_TYPE}Content-Length: 100000000\r\n`),
    /^HTTP\/1.1 429 [\s\S]*resource_exhausted/,
  ],
  [
    "REST",
    post("/v1/shelves/1/books/2:lend", `${JSON_TYPE}Content-Length: 100000000\r\n`),
    /^HTTP\/1.1 429 [\s\S]*"code":8/,
  ],
  [
    "Connect streams",
    post(
      "/interop.v1.Interop/ClientStream",
      "Content-Type: application/connect+proto\r\nContent-Length: 100000000\r\n",
    ),
    /^HTTP\/1.1 200 [\s\S]*resource_exhausted/,
  ],
  [
    "gRPC-Web",
    post("/interop.v1.Interop/Unary", "Content-Type: application/grpc-web+proto\r\nContent-Length: 100000000\r\n"),
    /^HTTP\/1.1 200 [\s\S]*grpc-status: 8/,
  ],
] as const) {
  test(`HTTP/1.1, ${name}: a body without end is refused, and not read for long`, LIMIT, async () => {
    const wire = new Wire();
    wire.socket.write(head);
    // An envelope of 1 MiB; to the others it is bytes like any.
    wire.socket.write(Buffer.from([0, 0, 16, 0, 0]));
    const piece = Buffer.alloc(64 * 1024, 0x20);
    while (!wire.socket.destroyed) {
      if (!wire.socket.write(piece)) await Promise.race([once(wire.socket, "drain").catch(() => {}), wire.closed]);
      await new Promise(setImmediate);
    }
    assert.match(wire.text, answer);
    // What was read after the answer, and what lay in buffers on the way; of 100 MB.
    assert.ok(wire.socket.bytesWritten < 50_000_000, `${wire.socket.bytesWritten} bytes were taken`);
  });
}

test("HTTP/1.1: a response is not lost to a client that is still sending", LIMIT, async () => {
  const wire = new Wire();
  const size = MAX_RECEIVE_BYTES * 4;
  wire.socket.write(post("/library.v1.Library/GetBook", `${JSON_TYPE}Content-Length: ${size}\r\n`));
  wire.socket.write(Buffer.alloc(size / 2, 0x20));
  await wire.until(/resource_exhausted/);
  // It ends its request, and the connection serves on.
  wire.socket.write(Buffer.alloc(size / 2, 0x20));
  wire.socket.write(`GET /v1/books HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
  await wire.closed;
  assert.match(wire.text, /429 [\s\S]*HTTP\/1.1 200 /);
});

for (const [name, request, answer] of [
  ["two lengths", post("/v1/books", "Content-Length: 1\r\nContent-Length: 2\r\n", "xx"), /^HTTP\/1.1 400 /],
  [
    "length and chunks",
    post("/v1/books", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
    /^HTTP\/1.1 400 /,
  ],
  [
    "a chunk that is none",
    post("/v1/shelves/1/books/2:lend", `${JSON_TYPE}Transfer-Encoding: chunked\r\n`, "zz\r\n"),
    /^(HTTP\/1.1 400 |$)/,
  ],
  ["a field with a NUL", `GET /v1/books HTTP/1.1\r\n${HEAD}X-Nul: a\0b\r\n\r\n`, /^HTTP\/1.1 400 /],
  ["no Host", "GET /v1/books HTTP/1.1\r\n\r\n", /^HTTP\/1.1 400 /],
  ["another version", `GET /v1/books HTTP/3.7\r\n${HEAD}\r\n`, /^HTTP\/1.1 400 /],
  ["CONNECT", "CONNECT 10.0.0.1:443 HTTP/1.1\r\nHost: 10.0.0.1:443\r\n\r\n", /^(HTTP\/1.1 [45]|$)/],
  ["a line that is no request", "get me the books\r\n\r\n", /./],
] as const) {
  test(`HTTP/1.1: ${name} ends the connection`, LIMIT, async () => {
    assert.match(await answerTo(request), answer);
  });
}

test("HTTP/1.1: upgrades to h2c, and to WebSockets of an unknown protocol, are not taken", LIMIT, async () => {
  const h2c =
    "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
  // RFC 9110 §7.8: a server may ignore it, and answer as if it were not there.
  assert.match(await answerTo(`GET /v1/books HTTP/1.1\r\n${HEAD}${h2c}\r\n`), /^HTTP\/1.1 200 /);
  const websocket =
    "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const path of ["/nowhere", "/interop.v1.Interop/BidiStream"]) {
    const answer = await answerTo(`GET ${path} HTTP/1.1\r\n${HEAD}${websocket}\r\n`);
    assert.match(answer, /^HTTP\/1.1 400 [\s\S]*speaks grpc-websockets/);
  }
});

test("HTTP/1.1: paths that climb, as they are on the wire, lead nowhere and run nothing", LIMIT, async () => {
  handled.length = 0;
  for (const path of [
    "/../../etc/passwd",
    "/v1/shelves/../books/..",
    "/v1/shelves/%2e%2e/books/2",
    "/v1/shelves/.%2E/books/%2e",
    "/v1/books/..",
    "/v1/books/../../../etc/passwd",
    "/v1/..\\..\\etc",
    "//etc/passwd",
  ]) {
    assert.match(await answerTo(`GET ${path} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`), /^HTTP\/1.1 404 /, path);
  }
  assert.deepEqual(handled, []);
});

test("HTTP/1.1: a body that dribbles is a call that waits, and ends with the connection", LIMIT, async () => {
  handled.length = 0;
  const slow = new Wire();
  slow.socket.write(post("/library.v1.Library/DeleteBook", `${JSON_TYPE}Content-Length: 100\r\n`));
  for (const octet of '{"name"') {
    slow.socket.write(octet);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  // Others are answered meanwhile.
  assert.match(await answerTo(`GET /v1/books HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`), /^HTTP\/1.1 200 /);
  slow.socket.destroy();
  await slow.closed;
  await nothingIsLeft();
  assert.deepEqual(handled, []);
});

test("HTTP/1.1: bad JSON is 400, and the error names the path in it", LIMIT, async () => {
  for (const [body, names] of [
    ['{"book":{"pages":"many"},"mask":"title"}', /book\.pages/],
    ['{"book":{"published":"tomorrow"}}', /book\.published/],
    ['{"book":{"genre":true}}', /book\.genre/],
    ['{"book":', /JSON|end/i],
  ] as const) {
    for (const [start, path] of [
      ["PUT", "/v1/shelves/1/books/2"],
      ["POST", "/library.v1.Library/UpdateBook"],
    ]) {
      const request = `${start} ${path} HTTP/1.1\r\n${HEAD}${JSON_TYPE}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      const answer = await answerTo(request);
      assert.match(answer, /^HTTP\/1.1 400 /, body);
      assert.match(answer.slice(answer.indexOf("\r\n\r\n")), names);
    }
  }
});

test("HTTP/1.1: a page of another origin, without leave, sets nothing in motion", LIMIT, async () => {
  handled.length = 0;
  const page = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nConnection: close\r\n";
  // What a page can send without a preflight: forms' content types, and GET.
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    for (const path of ["/library.v1.Library/DeleteBook", "/v1/shelves/1/books/2:lend"]) {
      const answer = await answerTo(post(path, `${page}Content-Type: ${type}\r\nContent-Length: 2\r\n`, "{}"));
      assert.match(answer, /^HTTP\/1.1 4(03|15) /, `${path} ${type}`);
      assert.doesNotMatch(answer, /access-control-allow-origin/i);
    }
  }
  for (const method of ["DeleteBook?connect=v1&encoding=json&message=%7B%7D", "DeleteBook"]) {
    const answer = await answerTo(`GET /library.v1.Library/${method} HTTP/1.1\r\n${HEAD}${page}\r\n`);
    assert.match(answer, /^HTTP\/1.1 4(03|05) /);
  }
  const preflight = await answerTo(
    `OPTIONS /v1/shelves/1/books/2 HTTP/1.1\r\n${HEAD}${page}Access-Control-Request-Method: DELETE\r\n\r\n`,
  );
  assert.doesNotMatch(preflight, /^HTTP\/1.1 2|access-control-allow/i);
  assert.deepEqual(handled, []);
});

test("HTTP/1.1: requests that are pipelined are answered in their order", LIMIT, async () => {
  const wire = new Wire();
  const get = (name: string, more = "") => `GET /v1/books/${name} HTTP/1.1\r\n${HEAD}${more}\r\n`;
  wire.socket.write(get("one") + get("two") + get("three", "Connection: close\r\n"));
  await wire.closed;
  assert.deepEqual(
    [...wire.text.matchAll(/"name":"(\w+)"/g)].map((each) => each[1]),
    ["one", "two", "three"],
  );
});

function hanging(name: string): string {
  return post(
    "/interop.v1.Interop/Unary",
    `${JSON_TYPE}x-script: hang\r\nx-call: ${name}\r\nContent-Length: 2\r\n`,
    "{}",
  );
}

test("HTTP/1.1: who goes, or stops half way, cancels its call", LIMIT, async () => {
  for (const leave of ["destroy", "end"] as const) {
    const name = newName();
    const wire = new Wire();
    wire.socket.write(hanging(name));
    await observe(name).started;
    wire.socket[leave]();
    await observe(name).cancelled;
    await observe(name).done;
    await wire.closed;
  }
  // A body that breaks off never was a request.
  const wire = new Wire();
  wire.socket.end(post("/v1/shelves/1/books/2:lend", `${JSON_TYPE}Content-Length: 100\r\n`, '{"note'));
  await wire.closed;
  assert.doesNotMatch(wire.text, / 200 /);
});

test("HTTP/1.1: a server that shuts down sends its responses to the end, and closes", LIMIT, async () => {
  const other = await start();
  const name = newName();
  const wire = new Wire(other.port);
  const idle = new Wire(other.port);
  idle.socket.write(`GET /v1/books HTTP/1.1\r\n${HEAD}\r\n`);
  await idle.until(/200 OK[\s\S]*\]/);
  const body = '{"id":"1"}';
  const envelopes = Buffer.concat([Buffer.from([0, 0, 0, 0, body.length]), Buffer.from(body)]);
  wire.socket.write(
    post(
      "/interop.v1.Interop/BidiStream",
      `Content-Type: application/connect+json\r\nTransfer-Encoding: chunked\r\nx-call: ${name}\r\n`,
    ),
  );
  const chunk = (bytes: Buffer) =>
    wire.socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
  chunk(envelopes);
  await wire.until(/"id":"1"/);
  const down = other.server.shutdown({ graceMs: 30_000 });
  await idle.closed;
  // The call goes on, and ends in its own time.
  chunk(Buffer.concat([Buffer.from([0, 0, 0, 0, body.length]), Buffer.from('{"id":"2"}')]));
  await wire.until(/"id":"2"/);
  wire.socket.write("0\r\n\r\n");
  await wire.closed;
  await down;
  assert.match(wire.text, /\{\}\r\n0\r\n\r\n$/);
  const late = connect(other.port, "127.0.0.1");
  const [error] = await once(late, "error");
  assert.equal((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
});

test("HTTP/1.1: nothing is left", LIMIT, nothingIsLeft);
