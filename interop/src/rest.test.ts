/** REST by google.api.http over real sockets: what is sent, and what comes back to the octet. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { NodeServer } from "hawser";
import { handled, libraryServer } from "./library-server.js";

let server: NodeServer;
let base: string;

before(async () => {
  server = libraryServer();
  const { port } = await server.listen("127.0.0.1:0");
  base = `http://127.0.0.1:${port}`;
});

after(() => server.shutdown({ graceMs: 0 }));

interface Case {
  readonly name: string;
  /** As `GET /v1/books`. */
  readonly ask: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly status: number;
  /** JSON, or text that the body must match. */
  readonly reply?: unknown;
  readonly type?: string;
  readonly fields?: Record<string, string>;
}

const JSON_BODY = { "content-type": "application/json" };

/** What ListBooks says it was asked. */
const listed = (request: unknown) => [{ title: JSON.stringify(request) }];

const CASES: readonly Case[] = [
  {
    name: "a field of several segments from the path, another from the query; 64 bits are text",
    ask: "GET /v1/shelves/1/books/2?note=a%20b%26c",
    status: 200,
    type: "application/json",
    reply: { name: "shelves/1/books/2", title: "a b&c", pages: "9007199254740993", genre: "GENRE_NOVEL" },
    fields: { "x-shelf": "7" },
  },
  {
    name: "an additional binding, with an escaped slash in its one segment",
    ask: "GET /v1/books/a%2Fb",
    status: 200,
    reply: { name: "a/b", pages: "9007199254740993", genre: "GENRE_NOVEL" },
  },
  {
    name: "query parameters of every kind; response_body is the reply",
    ask: "GET /v1/books?page_size=5&tag=a&tag=b&genre=GENRE_NOVEL&filter.author=X%20Y&lent=true&since=2026-01-02T03:04:05Z&mask=a,bC&weight=1.5",
    status: 200,
    reply: listed({
      pageSize: 5,
      tag: ["a", "b"],
      genre: "GENRE_NOVEL",
      filter: { author: "X Y" },
      lent: true,
      since: "2026-01-02T03:04:05Z",
      mask: "a,bC",
      weight: 1.5,
    }),
  },
  {
    name: "names as in JSON, an enum by number",
    ask: "GET /v1/books?pageSize=5&genre=1",
    status: 200,
    reply: listed({ pageSize: 5, genre: "GENRE_NOVEL" }),
  },
  { name: "response_body that is empty", ask: "GET /v1/books?tag=none", status: 200, reply: [] },
  { name: "system parameters are no fields", ask: "GET /v1/books?$alt=json", status: 200, reply: listed({}) },
  {
    name: "the body is a field, the rest is in path and query",
    ask: "POST /v1/shelves/s9/books?request_id=r1",
    headers: JSON_BODY,
    body: '{"name":"n","title":"t","pages":"12","published":"2026-01-02T03:04:05.5Z"}',
    status: 200,
    reply: { name: "s9|n|r1", title: "t", pages: "12", published: "2026-01-02T03:04:05.500Z" },
  },
  {
    name: "PATCH with a nested field from the path, which holds whatever the body says",
    ask: "PATCH /v1/shelves/1/books/2?mask=title",
    headers: JSON_BODY,
    body: '{"title":"t","name":"shelves/9/books/9"}',
    status: 200,
    reply: { title: '{"book":{"name":"shelves/1/books/2","title":"t"},"mask":"title"}' },
  },
  {
    name: "PUT with the whole request as its body",
    ask: "PUT /v1/shelves/1/books/2",
    headers: { "content-type": "application/merge-patch+json; charset=utf-8" },
    body: '{"book":{"title":"t"},"mask":"title"}',
    status: 200,
    reply: { title: '{"book":{"name":"shelves/1/books/2","title":"t"},"mask":"title"}' },
  },
  { name: "DELETE", ask: "DELETE /v1/shelves/1/books/2", status: 200, reply: { name: "shelves/1/books/2" } },
  {
    name: "a custom verb",
    ask: "POST /v1/shelves/1/books/2:lend",
    headers: JSON_BODY,
    body: '{"note":"me"}',
    status: 200,
    reply: { name: "shelves/1/books/2", title: "lent: me" },
  },
  {
    name: "an empty body is an empty message",
    ask: "POST /v1/shelves/1/books/2:lend",
    status: 200,
    reply: { name: "shelves/1/books/2", title: "lent: " },
  },
  { name: "a custom method", ask: "REPORT /v1/shelves/1/books/2", status: 200, reply: { name: "shelves/1/books/2" } },
  {
    name: "a reply that is an HttpBody",
    ask: "GET /v1/shelves/1/books/2/cover",
    status: 200,
    type: "image/x-test",
    reply: /^\0\ufffd\ufffd$/,
  },
  {
    name: "a body that is an HttpBody, of any type",
    ask: "PUT /v1/shelves/1/books/2/cover",
    headers: { "content-type": "image/png" },
    body: new Uint8Array([1, 2, 255]),
    status: 200,
    reply: { name: "shelves/1/books/2", title: "image/png 1,2,255" },
  },
  {
    name: "a stream is a line of JSON for each reply",
    ask: "GET /v1/books:watch?page_size=2",
    status: 200,
    type: "application/x-ndjson",
    reply: /^\{"name":"b0"\}\n\{"name":"b1"\}\n$/,
  },
  { name: "a stream of none", ask: "GET /v1/books:watch", status: 200, type: "application/x-ndjson", reply: /^$/ },
  {
    name: "a stream that fails has a last line",
    ask: "GET /v1/books:watch?page_size=-1",
    status: 200,
    reply: /^\{"name":"b0"\}\n\{"error":\{"code":10,"message":"no more"\}\}\n$/,
  },
  {
    name: "server-sent events",
    ask: "GET /v1/books:watch?page_size=1",
    headers: { accept: "text/event-stream" },
    status: 200,
    type: "text/event-stream",
    reply: /^data: \{"name":"b0"\}\n\nevent: end\ndata: \{\}\n\n$/,
  },
  {
    name: "server-sent events that fail",
    ask: "GET /v1/books:watch?page_size=-1",
    headers: { accept: "text/event-stream" },
    status: 200,
    reply: /^data: \{"name":"b0"\}\n\nevent: error\ndata: \{"code":10,"message":"no more"\}\n\n$/,
  },
  {
    name: "a stream of HttpBody is its bytes",
    ask: "GET /v1/shelves/1/books/2/pages",
    status: 200,
    type: "text/x-pages",
    reply: /^one two$/,
  },
  {
    name: "an error is a google.rpc.Status with its details",
    ask: "GET /v1/shelves/1/books/missing",
    status: 404,
    type: "application/json",
    reply: {
      code: 5,
      message: "kein Bändchen 東京",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [{ field: "name", description: "unknown" }],
        },
      ],
    },
  },
  { name: "an unknown parameter", ask: "GET /v1/books?nope=1", status: 400, reply: /"nope\\"/ },
  { name: "a parameter that does not fit", ask: "GET /v1/books?page_size=many", status: 400, reply: /pageSize/ },
  { name: "a parameter that is given twice", ask: "GET /v1/books?page_size=1&pageSize=2", status: 400, reply: /twice/ },
  { name: "a parameter that is a message", ask: "GET /v1/books?filter=x", status: 400, reply: /filter\.x/ },
  {
    name: "a parameter that reaches for a prototype",
    ask: "GET /v1/books?__proto__.x=1",
    status: 400,
    reply: /__proto__/,
  },
  { name: "a boolean that is none", ask: "GET /v1/books?lent=1", status: 400, reply: /neither/ },
  {
    name: "JSON that is none",
    ask: "POST /v1/shelves/s/books",
    headers: JSON_BODY,
    body: '{"name":',
    status: 400,
    reply: /JSON/,
  },
  {
    name: "JSON that does not fit names the path",
    ask: "POST /v1/shelves/s/books",
    headers: JSON_BODY,
    body: '{"pages":"x"}',
    status: 400,
    reply: /\$\.book\.pages/,
  },
  // "If a value name is unknown, parsers fail"; a number that has no name is kept in an open enum (protobuf.dev, "ProtoJSON").
  {
    name: "a name that no value of an enum has, in the whole body",
    ask: "PUT /v1/shelves/1/books/2",
    headers: JSON_BODY,
    body: '{"book":{"genre":"GENRE_POEM"}}',
    status: 400,
    reply: /\$\.book\.genre: library\.v1\.Genre has no value \\"GENRE_POEM\\"/,
  },
  {
    name: "a name of an enum's value in other letters, in a body that is a field",
    ask: "POST /v1/shelves/s/books",
    headers: JSON_BODY,
    body: '{"genre":"genre_novel"}',
    status: 400,
    reply: /\$\.book\.genre: library\.v1\.Genre has no value \\"genre_novel\\"/,
  },
  {
    name: "a name that an enum's object inherits",
    ask: "PUT /v1/shelves/1/books/2",
    headers: JSON_BODY,
    body: '{"book":{"genre":"constructor"}}',
    status: 400,
    reply: /library\.v1\.Genre has no value \\"constructor\\"/,
  },
  {
    name: "a name that no value of an enum has, in the query",
    ask: "GET /v1/books?genre=GENRE_POEM",
    status: 400,
    reply: /genre: library\.v1\.Genre has no value \\"GENRE_POEM\\"/,
  },
  {
    name: "an enum's value that is neither name nor number",
    ask: "PUT /v1/shelves/1/books/2",
    headers: JSON_BODY,
    body: '{"book":{"genre":true}}',
    status: 400,
    reply: /\$\.book\.genre: true is not a value of library\.v1\.Genre/,
  },
  {
    name: "a number that no value of an open enum has",
    ask: "PUT /v1/shelves/1/books/2",
    headers: JSON_BODY,
    body: '{"book":{"genre":77}}',
    status: 200,
    reply: { title: '{"book":{"name":"shelves/1/books/2","genre":77}}' },
  },
  {
    name: "a body with an unknown field",
    ask: "POST /v1/shelves/s/books",
    headers: JSON_BODY,
    body: '{"isbn":1}',
    status: 400,
    reply: /isbn/,
  },
  {
    name: "a body that tries to break out of its field",
    ask: "POST /v1/shelves/s/books",
    headers: JSON_BODY,
    body: '{"name":"n"},"shelf":"other","requestId":"forged"',
    status: 400,
    reply: /not JSON/,
  },
  {
    name: "a body that is not UTF-8",
    ask: "POST /v1/shelves/s/books",
    headers: JSON_BODY,
    body: new Uint8Array([0x22, 0xff, 0x22]),
    status: 400,
    reply: /UTF-8/,
  },
  { name: "an escape that is none", ask: "GET /v1/books/%zz", status: 400, reply: /escape/ },
  { name: "a path that leads nowhere", ask: "GET /v2/books", status: 404 },
  { name: "a path that climbs", ask: "GET /v1/shelves/%2e%2e/%2e%2e/etc", status: 404 },
  { name: "a method that the path does not have", ask: "DELETE /v1/books", status: 405, fields: { allow: "GET" } },
  {
    name: "a body of another type",
    ask: "POST /v1/shelves/s/books",
    headers: { "content-type": "text/plain" },
    body: "x",
    status: 415,
  },
  {
    name: "a compression that nobody has",
    ask: "POST /v1/shelves/s/books",
    headers: { ...JSON_BODY, "content-encoding": "zip" },
    body: "{}",
    status: 501,
    reply: /zip/,
  },
  {
    name: "a stream of requests",
    ask: "POST /v1/books:upload",
    headers: JSON_BODY,
    body: "{}",
    status: 501,
    reply: /stream of requests/,
  },
];

for (const each of CASES) {
  test(`REST: ${each.name}`, async () => {
    const [method, path] = each.ask.split(" ") as [string, string];
    const response = await fetch(base + path, {
      method,
      headers: each.headers ?? {},
      ...(each.body === undefined ? {} : { body: each.body as string }),
    });
    const text = await response.text();
    assert.equal(response.status, each.status, text);
    if (each.type !== undefined) assert.equal(response.headers.get("content-type"), each.type);
    for (const [name, value] of Object.entries(each.fields ?? {})) assert.equal(response.headers.get(name), value);
    if (each.reply instanceof RegExp) assert.match(text, each.reply);
    else if (each.reply !== undefined) assert.deepEqual(JSON.parse(text), each.reply);
    if (each.status >= 400 && each.reply !== undefined) {
      const { code, message } = JSON.parse(text) as { code: unknown; message: unknown };
      assert.deepEqual([typeof code, typeof message], ["number", "string"]);
    }
  });
}

test("REST: what is asked of one method by GET does not run another's", async () => {
  handled.length = 0;
  await fetch(`${base}/v1/shelves/1/books/2`);
  assert.deepEqual(handled, ["getBook"]);
  const response = await fetch(`${base}/library.v1.Library/DeleteBook?connect=v1&encoding=json&message=%7B%7D`);
  assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST"]);
  assert.deepEqual(handled, ["getBook"]);
});

test("REST: a short reply and a long one, which are written differently, hold any characters", async () => {
  for (const count of [10, 900, 1_000, 1_400]) {
    // Three octets each: both sides of the 4 KiB up to which head and body are one piece.
    const title = `é${"€".repeat(count)}`;
    const response = await fetch(`${base}/v1/shelves/1/books/2?note=${encodeURIComponent(title)}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.equal(response.headers.get("content-length"), String(bytes.length));
    const { title: replied } = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as { title: string };
    assert.equal(replied, title);
  }
});

test("REST: a body that comes in pieces is read whole, in the middle of a character too", async () => {
  const text = new TextEncoder().encode(JSON.stringify({ book: { title: "€".repeat(3) } }));
  const request = (body: Exclude<RequestInit["body"], undefined>, more: object) =>
    fetch(`${base}/v1/shelves/1/books/2`, { method: "PUT", headers: JSON_BODY, body, ...more }).then(
      async (response) => ({
        status: response.status,
        body: await response.text(),
      }),
    );
  async function* pieces() {
    for (const byte of text) {
      yield Uint8Array.of(byte);
      await new Promise((go) => setImmediate(go));
    }
  }
  const whole = await request(text, {});
  const parts = await request(pieces() as unknown as Exclude<RequestInit["body"], undefined>, { duplex: "half" });
  assert.equal(whole.status, 200);
  assert.match(whole.body, /€€€/);
  assert.deepEqual(parts, whole);
});
