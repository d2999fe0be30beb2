import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import {
  type Channel,
  Code,
  createChannel,
  createClient,
  createServer,
  type NodeServer,
  type ServerCall,
} from "hawser";
import { createDynamicTypes, decode, type ServiceType } from "hawser/protobuf";
import { addReflection, HealthService, ServerReflection, ServerReflectionV1Alpha } from "hawser/services";
import { FileDescriptorSet } from "hawser/wkt";
import { Console, Protocol, type Schema } from "../console/gen/hawser/console/v1/console.pb.js";
import { targetPort } from "../console/target-port.js";
import { checkExamples } from "../testing/check-examples.js";
import { NOTES_PROTO, NotesServer, notesTypes } from "../testing/notes-server.js";
import { Sandbox } from "../testing/sandbox.js";
import { command } from "./console.js";

// biome-ignore lint/suspicious/noExplicitAny: the types are made as the tests run
type Any = any;

/** `hawser console` that runs, and a channel to it. */
class RunningConsole {
  readonly url: string;
  readonly channel: Channel;
  readonly stderr: () => string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, stderr: () => string) {
    this.#child = child;
    this.url = url;
    this.stderr = stderr;
    this.channel = createChannel(new URL(url).host);
  }

  static async start(sandbox: Sandbox, ...args: string[]): Promise<RunningConsole> {
    const child = sandbox.start("console", ...args, "--no-open", "--json");
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const exit = once(child, "exit").then(() => {
      throw new Error(`it ended: ${stderr}`);
    });
    exit.catch(() => {});
    const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), exit])) as [string];
    return new RunningConsole(child, JSON.parse(line).url, () => stderr);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  schema(refresh = false): Promise<Schema> {
    return createClient(Console, this.channel).getSchema({ refresh });
  }

  client(service: ServiceType): Any {
    return createClient(service, this.channel);
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGINT");
    return (await exit)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.channel.close();
    await this.stop();
  }
}

/** The service of a schema, as a page makes it. */
function serviceOf(schema: Schema, name = "notes.v1.Notes"): ServiceType {
  const { file } = decode(FileDescriptorSet, schema.fileDescriptorSet);
  return createDynamicTypes(file).service(name)!;
}

test("the examples of the help print what it says", () => checkExamples(command as never));

test("a server with reflection: page, schema, calls, and the end by Ctrl-C", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  await using running = await RunningConsole.start(sandbox, server.target, "-H", "x-key: from the flag");
  const page = await fetch(running.url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /console\.js/);
  const schema = await running.schema();
  assert.ok(schema.services.includes("notes.v1.Notes"));
  assert.ok(!schema.services.includes(Console.typeName));
  assert.deepEqual(
    [schema.target, schema.embedded, schema.tls, schema.protocols, schema.schemaInputs],
    [server.target, false, false, [Protocol.PROTOCOL_GRPC], []],
  );
  const call = running.client(serviceOf(schema)).get({ id: 7 });
  assert.equal((await call).text, "splice the hawser");
  assert.equal((await call.header).get("x-key-was"), "from the flag");
  assert.equal(await running.stop(), 0);
});

test("the same port each time for the same target, another while that is taken", async () => {
  await using server = await NotesServer.start();
  using sandbox = new Sandbox();
  const first = await RunningConsole.start(sandbox, server.target);
  assert.equal(first.port, targetPort(server.target));
  await using second = await RunningConsole.start(sandbox, server.target);
  assert.notEqual(second.port, first.port);
  await first[Symbol.asyncDispose]();
  await using third = await RunningConsole.start(sandbox, server.target);
  assert.equal(third.port, first.port);
  const ports = new Set(Array.from({ length: 200 }, (_, i) => targetPort(`localhost:${i}`)));
  assert.ok(ports.size > 180 && [...ports].every((port) => port >= 20_000 && port < 30_000), `${ports.size}`);
});

test("a server without reflection: by its .proto files, also before it is there", async () => {
  const reserved = await NotesServer.start({ reflection: false });
  const { target } = reserved;
  await reserved[Symbol.asyncDispose]();
  using sandbox = new Sandbox();
  sandbox.write({ "proto/notes/v1/notes.proto": NOTES_PROTO });
  await using running = await RunningConsole.start(sandbox, target, "--schema", "proto/");
  const schema = await running.schema();
  assert.deepEqual([schema.services, schema.schemaInputs], [["notes.v1.Notes"], ["proto/"]]);
  const { file } = decode(FileDescriptorSet, schema.fileDescriptorSet);
  assert.ok(
    file.some(({ sourceCodeInfo }) => (sourceCodeInfo?.location.length ?? 0) > 0),
    "comments",
  );
  const notes = running.client(serviceOf(schema));
  await assert.rejects(notes.get({ id: 7 }), { code: Code.Unavailable });
  const server = createServer().add(notesTypes().service("notes.v1.Notes")!, {
    get: () => ({ text: "here" }),
  } as never);
  try {
    await server.listen(target);
    assert.equal(
      (await notes.get({ id: 7 }, { waitForReady: true, timeoutMs: 20_000 }).catch(again(notes))).text,
      "here",
    );
    // What a schema of files does not speak of is the target's to answer.
    await assert.rejects(createClient(HealthService, running.channel).check({}), { code: Code.Unimplemented });
  } finally {
    await server.shutdown({ graceMs: 0 });
  }
});

/** The proxy says at once that the target is away: a person would press the button again. */
function again(notes: Any): () => Promise<Any> {
  return async () => {
    for (;;) {
      try {
        return await notes.get({ id: 7 });
      } catch (error) {
        if ((error as Any).code !== Code.Unavailable) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
}

test("a target over TLS, which the schema says", async () => {
  const { generate } = await import("selfsigned");
  const pems = await generate([{ name: "commonName", value: "notes.test" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "notes.test" }] }],
  });
  await using server = await NotesServer.start({ tls: { cert: pems.cert, key: pems.private } });
  using sandbox = new Sandbox();
  sandbox.write({ "ca.pem": pems.cert });
  for (const [target, ...flags] of [
    [server.target, "--ca", "ca.pem", "--server-name", "notes.test"],
    [`https://${server.target}`, "--insecure"],
  ] as const) {
    await using running = await RunningConsole.start(sandbox, target, ...flags);
    const schema = await running.schema();
    assert.deepEqual([schema.tls, schema.target], [true, server.target]);
    assert.equal((await running.client(serviceOf(schema)).get({ id: 7 })).text, "splice the hawser");
  }
});

test("reflection of the older version alone", async () => {
  const full = createServer().add(notesTypes().service("notes.v1.Notes")!, { get: () => ({ text: "old" }) } as never);
  addReflection(full);
  const behind = await full.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${behind.port}`);
  const old = createServer()
    .add(ServerReflectionV1Alpha, {
      serverReflectionInfo: (requests) => createClient(ServerReflectionV1Alpha, channel).serverReflectionInfo(requests),
    })
    .add(notesTypes().service("notes.v1.Notes")!, { get: () => ({ text: "old" }) } as never);
  const { port } = await old.listen("127.0.0.1:0");
  using sandbox = new Sandbox();
  try {
    await using running = await RunningConsole.start(sandbox, `127.0.0.1:${port}`);
    const schema = await running.schema();
    assert.equal((await running.client(serviceOf(schema)).get({ id: 1 })).text, "old");
  } finally {
    await old.shutdown({ graceMs: 0 });
    await channel.close();
    await full.shutdown({ graceMs: 0 });
  }
});

/** A server at one port, in one version after the other. */
async function serve(
  proto: string,
  address: string,
  implementation: object,
): Promise<{ server: NodeServer; target: string }> {
  const server = createServer({ onError() {} });
  server.add(notesTypes(proto).service("notes.v1.Notes")!, implementation as never);
  addReflection(server);
  const { port } = await server.listen(address);
  return { server, target: `127.0.0.1:${port}` };
}

test("a target that goes away and comes back in another version", async () => {
  const first = await serve(NOTES_PROTO, "127.0.0.1:0", { get: () => ({ text: "first" }) });
  using sandbox = new Sandbox();
  await using running = await RunningConsole.start(sandbox, first.target);
  const before = await running.schema();
  assert.equal((await running.client(serviceOf(before)).get({ id: 1 })).text, "first");
  await first.server.shutdown({ graceMs: 0 });
  await assert.rejects(running.client(serviceOf(before)).get({ id: 1 }), (error: Any) => {
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.message, new RegExp(first.target.replaceAll(".", "\\.")));
    return true;
  });
  await assert.rejects(running.schema(true), { code: Code.Unavailable });
  assert.deepEqual((await running.schema()).services, before.services, "what was known is still there");

  // Get gives a stream now, Count is new, Chat is gone.
  const changed = NOTES_PROTO.replace(
    "rpc Get(GetRequest) returns (Note)",
    "rpc Get(GetRequest) returns (stream Note)",
  ).replace("rpc Chat(stream Note) returns (stream Note);", "rpc Count(GetRequest) returns (UploadReply);");
  const second = await serve(changed, first.target, {
    async *get() {
      yield { text: "second" };
      yield { text: "third" };
    },
    count: () => ({ count: 5 }),
  });
  try {
    let schema: Schema | undefined;
    while (schema === undefined) schema = await running.schema(true).catch(() => undefined);
    const notes = running.client(serviceOf(schema));
    const texts: string[] = [];
    for await (const { text } of notes.get({ id: 1 })) texts.push(text);
    assert.deepEqual(texts, ["second", "third"]);
    assert.equal((await notes.count({})).count, 5);
    const chat = running.client(serviceOf(before)).chat([]);
    await assert.rejects(chat.next(), { code: Code.Unimplemented });
  } finally {
    await second.server.shutdown({ graceMs: 0 });
  }
});

/** A request as a browser's page of `host` would make it. */
function ask(port: number, headers: Record<string, string>, path = "/notes.v1.Notes/Get"): Promise<number> {
  return new Promise((resolve, reject) => {
    const method = path.startsWith("/console") ? "GET" : "POST";
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", reject).end();
  });
}

test("pages of other origins, and names of strangers that lead here, are refused; cookies stay at home", async () => {
  let cookie: string | undefined = "none seen";
  await using server = await NotesServer.start({
    methods: {
      get(_: unknown, call: ServerCall) {
        cookie = call.metadata.get("cookie");
        return { text: "one" };
      },
    },
  });
  using sandbox = new Sandbox();
  await using running = await RunningConsole.start(sandbox, server.target);
  const { port } = running;
  const own = `127.0.0.1:${port}`;
  const proto = { "content-type": "application/proto" };
  assert.equal(await ask(port, { ...proto, host: own, origin: `http://${own}`, cookie: "other=app" }), 200);
  assert.equal(cookie, undefined);
  assert.equal(await ask(port, { ...proto, host: `localhost:${port}`, origin: `http://localhost:${port}` }), 200);
  assert.equal(await ask(port, { ...proto, host: own, origin: "http://evil.example" }), 403);
  assert.equal(await ask(port, { ...proto, host: own, origin: "http://localhost:3000" }), 403);
  // DNS rebinding: to the browser it is the page's own origin.
  const evil = `evil.example:${port}`;
  assert.equal(await ask(port, { ...proto, host: evil, origin: `http://${evil}` }), 403);
  assert.equal(await ask(port, { ...proto, host: evil }), 403);
  assert.equal(await ask(port, { host: evil }, "/console"), 403);
  assert.equal(await ask(port, { host: `127.0.0.1.evil.example:${port}` }, "/console"), 403);
  assert.equal(await ask(port, { host: `localhost:${port}` }, "/console"), 200);
  // Over HTTP/2 the host is :authority.
  const channel = createChannel(own, { authority: evil });
  try {
    await assert.rejects(createClient(Console, channel).getSchema({}), { code: Code.PermissionDenied });
  } finally {
    await channel.close();
  }
});

test("a server that describes one service badly still has the others", async () => {
  const good = createServer().add(notesTypes().service("notes.v1.Notes")!, { get: () => ({ text: "one" }) } as never);
  addReflection(good);
  const behind = await good.listen("127.0.0.1:0");
  const channel = createChannel(`127.0.0.1:${behind.port}`);
  const { FileDescriptorProto } = await import("hawser/wkt");
  const { encode } = await import("hawser/protobuf");
  const broken = encode(FileDescriptorProto, {
    name: "broken.proto",
    package: "bad",
    service: [{ name: "Broken", method: [{ name: "Go", inputType: ".bad.Nothing", outputType: ".bad.Nothing" }] }],
  });
  const strange = createServer().add(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const asked of requests) {
        const question = asked.messageRequest;
        if (question?.case === "fileContainingSymbol" && question.value === "bad.Broken") {
          yield { messageResponse: { case: "fileDescriptorResponse", value: { fileDescriptorProto: [broken] } } };
          continue;
        }
        for await (const answer of createClient(ServerReflection, channel).serverReflectionInfo([asked])) {
          const { messageResponse } = answer;
          if (messageResponse?.case !== "listServicesResponse") {
            yield answer;
            continue;
          }
          const service = [...messageResponse.value.service, { name: "bad.Broken" }, { name: "gone.Service" }];
          yield { messageResponse: { case: "listServicesResponse", value: { service } } };
        }
      }
    },
  });
  const { port } = await strange.listen("127.0.0.1:0");
  using sandbox = new Sandbox();
  try {
    await using running = await RunningConsole.start(sandbox, `127.0.0.1:${port}`);
    const schema = await running.schema();
    assert.ok(schema.services.includes("notes.v1.Notes"));
    assert.ok(!schema.services.some((name) => /^(?:bad|gone)\./.test(name)));
    assert.equal(serviceOf(schema).typeName, "notes.v1.Notes");
    assert.match(running.stderr(), /bad\.Broken is not shown: .*bad\.Nothing/);
    assert.match(running.stderr(), /gone\.Service is not shown: .*does not describe it/);
  } finally {
    await strange.shutdown({ graceMs: 0 });
    await channel.close();
    await good.shutdown({ graceMs: 0 });
  }
});

test("what is wrong is said, and the exit code tells", async () => {
  using sandbox = new Sandbox();
  const run = (...args: string[]) => sandbox.run("console", ...args, "--no-open");
  const nobody = await run("127.0.0.1:1");
  assert.equal(nobody.code, 64 + Code.Unavailable);
  assert.match(nobody.stderr, /127\.0\.0\.1:1[\s\S]*help: check that it runs there/);
  await using dumb = await NotesServer.start({ reflection: false });
  const mute = await run(dumb.target);
  assert.equal(mute.code, 1);
  assert.match(mute.stderr, /has no reflection[\s\S]*--schema proto\//);
  for (const port of ["65536", "-1", "http", ""]) {
    const { code, stderr } = await run("127.0.0.1:1", `--port=${port}`);
    assert.deepEqual([code, /port from 0 to 65535/.test(stderr)], [2, true], stderr);
  }
  const json = await run("127.0.0.1:1", "--protocol", "connect-json");
  assert.deepEqual([json.code, /as bytes/.test(json.stderr)], [2, true]);
  await using server = await NotesServer.start();
  const taken = createTcpServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  try {
    const { code, stderr } = await run(server.target, "--port", String((taken.address() as Any).port));
    assert.equal(code, 1);
    assert.match(stderr, /can't listen on 127\.0\.0\.1:\d+[\s\S]*EADDRINUSE[\s\S]*--port/);
  } finally {
    taken.close();
  }
});

test("a target that says no HTTP, or nothing, holds nothing up for ever", async () => {
  using sandbox = new Sandbox();
  const sockets = new Set<import("node:net").Socket>();
  for (const greeting of ["SSH-2.0-OpenSSH\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", undefined]) {
    const strange = createTcpServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      if (greeting !== undefined) socket.end(greeting);
    }).listen(0, "127.0.0.1");
    await once(strange, "listening");
    const target = `127.0.0.1:${(strange.address() as Any).port}`;
    const { code, stderr } = await sandbox.run("console", target, "--no-open", "--connect-timeout", "1s");
    assert.equal(code, 64 + Code.Unavailable, stderr);
    assert.match(stderr, /help: /);
    for (const socket of sockets) socket.destroy();
    strange.close();
  }
});
