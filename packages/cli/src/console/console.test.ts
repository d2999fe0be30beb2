import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "@hawser/compiler";
import { Code, createServer, type NodeServer, RpcError } from "hawser";
import { decode, encode } from "hawser/protobuf";
import { addReflection } from "hawser/services";
import { createChannel as createWebChannel, createClient as createWebClient } from "hawser/web";
import { FileDescriptorSet } from "hawser/wkt";
import { NOTES_PROTO, notesTypes } from "../testing/notes-server.js";
import { Sandbox } from "../testing/sandbox.js";
import { type ConsoleOptions, console } from "./console.js";
import { Console, Protocol, type Schema } from "./gen/hawser/console/v1/console.pb.js";

const NOTES = notesTypes().service("notes.v1.Notes")!;

/** A server with a console, until it is disposed of. */
class Server {
  readonly port: number;
  readonly #server: NodeServer;

  private constructor(server: NodeServer, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(options?: ConsoleOptions): Promise<Server> {
    const server = createServer({ onError() {} })
      .add(NOTES, { get: () => ({ text: "one" }) } as never)
      .add(console(options));
    addReflection(server);
    const { port } = await server.listen("127.0.0.1:0");
    return new Server(server, port);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
  }

  async schema(headers: Record<string, string> = {}): Promise<Schema> {
    const channel = createWebChannel(`http://127.0.0.1:${this.port}`);
    try {
      return await createWebClient(Console, channel).getSchema({}, { metadata: headers });
    } finally {
      await channel.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown({ graceMs: 0 });
  }
}

/** A path as it stands, which `fetch` would tidy up. */
function rawGet(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.once("error", reject).end();
  });
}

const before = process.env.NODE_ENV;
after(() => {
  if (before === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = before;
});

test("the page, its files, and what their headers forbid", async () => {
  await using server = await Server.start();
  const page = await server.get("/console");
  const html = await page.text();
  assert.equal(page.status, 200);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.doesNotMatch(html, /__BASE__|__NONCE__|<script(?![^>]*\bsrc=)|<style|\son\w+=/);
  const policy = page.headers.get("content-security-policy")!;
  const nonce = /nonce="([^"]+)"/.exec(html)![1]!;
  const directives = new Map(policy.split("; ").map((each) => [each.split(" ")[0]!, each.split(" ").slice(1)]));
  const host = `127.0.0.1:${server.port}`;
  assert.deepEqual(Object.fromEntries(directives), {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", `'nonce-${nonce}'`],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'", `ws://${host}`, `wss://${host}`],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
  });
  const again = await (await server.get("/console")).text();
  assert.notEqual(/nonce="([^"]+)"/.exec(again)![1], nonce);
  const linked = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path!);
  assert.ok(linked.length >= 3, html);
  for (const path of linked) {
    const file = await server.get(path);
    assert.equal(file.status, 200, path);
    assert.equal(file.headers.get("x-content-type-options"), "nosniff");
    assert.match(file.headers.get("content-type")!, /^(?:text\/css|text\/javascript|image\/svg\+xml)/);
    // Compressed for who takes that.
    assert.equal(file.headers.get("content-encoding"), "gzip");
    const plain = await server.get(path, { "accept-encoding": "identity" });
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.deepEqual(await file.arrayBuffer(), await plain.arrayBuffer());
  }
  assert.equal((await server.get("/console/console.LICENSES.txt")).status, 200);
});

test("no path leads out of the page's folder", async () => {
  await using server = await Server.start();
  for (const path of [
    ...[
      "/console/../package.json",
      "/console/..%2fpackage.json",
      "/console/%2e%2e/console.js",
      "/console/..\\console.js",
    ],
    ...["/console//etc/passwd", "/console/%2fetc%2fpasswd", "/console/%00", "/console/index.html", "/console/nothing"],
    ...[
      "/console/__proto__",
      "/console/constructor",
      "/console/page/console.js",
      "/console/./console.js",
      "/console/%",
    ],
  ]) {
    const { status, body } = await rawGet(server.port, path);
    assert.ok(status === 404 || status === 400, `${path}: ${status} ${body.slice(0, 200)}`);
  }
  assert.equal((await rawGet(server.port, "/console/")).status, 200);
});

test("the schema of one's own server: its services but the console, comments of a descriptor set", async () => {
  const { files } = compile({
    files: ["notes/v1/notes.proto"],
    read: (name) => (name === "notes/v1/notes.proto" ? NOTES_PROTO : undefined),
    sourceInfo: true,
  });
  await using server = await Server.start({ descriptorSet: encode(FileDescriptorSet, { file: [...files] }) });
  const schema = await server.schema();
  assert.deepEqual(schema.services, [
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "notes.v1.Notes",
  ]);
  assert.deepEqual([schema.embedded, schema.target, schema.tls], [true, "", false]);
  assert.ok(schema.protocols.includes(Protocol.PROTOCOL_REST) && schema.protocols.length === 4);
  const set = decode(FileDescriptorSet, schema.fileDescriptorSet).file;
  const names = set.map(({ name }) => name);
  assert.deepEqual(new Set(names).size, names.length);
  for (const [i, file] of set.entries()) {
    for (const name of file.dependency) assert.ok(names.indexOf(name) < i && names.includes(name), `${name} before`);
  }
  const notes = set.find(({ name }) => name === "notes/v1/notes.proto")!;
  assert.ok(notes.sourceCodeInfo?.location.some(({ leadingComments }) => leadingComments === " Keeps notes.\n"));
  assert.throws(() => console({ descriptorSet: new Uint8Array([1, 2, 3]) }), /descriptorSet.*hawser build/);
  assert.throws(() => console({ descriptorSet: new Uint8Array(0) }), /descriptorSet.*hawser build/);
});

test("authorize is asked for page, files and schema, and nothing of them is given to others", async () => {
  const asked: string[] = [];
  await using server = await Server.start({
    async authorize(call) {
      asked.push(call.method.name);
      const authorization = call.metadata.get("authorization");
      if (authorization === undefined) {
        call.header.set("www-authenticate", 'Basic realm="console"');
        throw new RpcError(Code.Unauthenticated, "who are you?");
      }
      return authorization === "Basic bWU6aXQ=";
    },
  });
  const nobody = await server.get("/console");
  assert.deepEqual([nobody.status, nobody.headers.get("www-authenticate")], [401, 'Basic realm="console"']);
  assert.equal(nobody.headers.get("cache-control"), "no-store");
  const me = { authorization: "Basic bWU6aXQ=" };
  const other = { authorization: "Basic b3RoZXI=" };
  for (const path of ["/console", "/console/", "/console/console.js", "/console/nothing"]) {
    assert.equal((await server.get(path)).status, 401, path);
    const refused = await server.get(path, other);
    assert.equal(refused.status, 403, path);
    assert.doesNotMatch(await refused.text(), /<script|<html/);
  }
  assert.equal((await server.get("/console/console.js", me)).status, 200);
  assert.equal((await server.get("/console", me)).status, 200);
  await assert.rejects(server.schema(), { code: Code.Unauthenticated });
  await assert.rejects(server.schema(other), { code: Code.PermissionDenied });
  assert.ok((await server.schema(me)).services.length > 0);
  assert.deepEqual([...new Set(asked)].sort(), ["GetPage", "GetSchema"]);
});

test("what authorize throws that is no RpcError admits nobody, and is not told", async () => {
  await using server = await Server.start({
    authorize() {
      throw new Error("the password is hunter2");
    },
  });
  const response = await server.get("/console");
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /hunter2/);
});

test("in production there is no console unless somebody says so, and says who may see it", async () => {
  process.env.NODE_ENV = "production";
  {
    await using server = await Server.start();
    assert.equal((await server.get("/console")).status, 404);
    await assert.rejects(server.schema(), { code: Code.Unimplemented });
  }
  {
    await using server = await Server.start({ authorize: () => true });
    assert.equal((await server.get("/console")).status, 404);
  }
  assert.throws(() => console({ enabled: true }), /TypeError|authorize/);
  {
    await using server = await Server.start({ enabled: true, authorize: () => true });
    assert.equal((await server.get("/console")).status, 200);
  }
  process.env.NODE_ENV = "test";
  {
    await using server = await Server.start({ enabled: false });
    assert.equal((await server.get("/console")).status, 404);
  }
});

test("services that are added later are shown; a console is added once", async () => {
  const server = createServer().add(console());
  const { port } = await server.listen("127.0.0.1:0");
  const channel = createWebChannel(`http://127.0.0.1:${port}`);
  try {
    const client = createWebClient(Console, channel);
    assert.deepEqual((await client.getSchema({})).services, []);
    server.add(NOTES, {});
    assert.deepEqual((await client.getSchema({})).services, ["notes.v1.Notes"]);
    assert.throws(() => server.add(console()), /added already/);
  } finally {
    await channel.close();
    await server.shutdown({ graceMs: 0 });
  }
});

test("the code of console.proto is what hawser generate makes of it", async () => {
  using sandbox = new Sandbox();
  const source = new URL("../../src/console/", import.meta.url);
  const { code, stderr } = await sandbox.run("generate", fileURLToPath(new URL("proto", source)), "--out", "gen");
  assert.equal(code, 0, stderr);
  const [file] = sandbox.list("gen");
  assert.equal(file, "gen/hawser/console/v1/console.pb.ts");
  assert.equal(sandbox.read(file), readFileSync(new URL(file, source), "utf8"));
});
