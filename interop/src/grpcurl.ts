import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Code, createServer, type NodeServer, RpcError } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create } from "hawser/protobuf";
import { addAdmin } from "hawser/services";
import { Interop } from "./gen/interop/v1/interop.pb.js";
import { type BuildCache, INTEROP, run, toolVersion } from "./grpc/build-cache.js";
import { MissingToolchain, type TlsFiles } from "./grpc/peer.js";
import { type Section, table } from "./section.js";

const TITLE = "grpcurl";
const SOURCES = join(INTEROP, "peers/grpcurl");

/** How grpcurl ended. */
interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs grpcurl on the server; what is given goes to its stdin. */
type Grpcurl = (args: readonly string[], stdin?: string) => Promise<Ended>;

interface Case {
  readonly name: string;
  readonly check: (grpcurl: Grpcurl) => Promise<void>;
}

/** The path of grpcurl. @throws MissingToolchain if it can't be built */
export async function grpcurlProgram(cache: BuildCache): Promise<string> {
  await toolVersion(["go", "version"], /go(\d[\d.]*)/, "1.24");
  const folder = await cache.get("grpcurl", [SOURCES], async (out) => {
    const name = "github.com/fullstorydev/grpcurl/cmd/grpcurl";
    await run({ argv: ["go", "build", "-o", `${out}/`, name], cwd: SOURCES });
  });
  return join(folder, "grpcurl");
}

/** grpcurl, which knows nothing but what reflection tells it, against our server with its admin services. */
export async function grpcurlSection(cache: BuildCache, tls: TlsFiles): Promise<Section> {
  let program: string;
  try {
    program = await grpcurlProgram(cache);
  } catch (error) {
    if (!(error instanceof MissingToolchain)) throw error;
    return { title: TITLE, markdown: "", passed: 0, failed: [], missing: [`grpcurl: ${error.message}`] };
  }
  const server = serveInterop();
  const failed: string[] = [];
  const rows: string[][] = [];
  try {
    const cleartext = await server.listen("127.0.0.1:0");
    const encrypted = await server.listen("127.0.0.1:0", {
      tls: { cert: readFileSync(tls.certificate, "utf8"), key: readFileSync(tls.key, "utf8") },
    });
    const ways: [name: string, flags: string[], address: string][] = [
      ["cleartext", ["-plaintext"], `127.0.0.1:${cleartext.port}`],
      ["TLS", ["-cacert", tls.ca, "-authority", tls.serverName], `127.0.0.1:${encrypted.port}`],
    ];
    for (const { name, check } of CASES) {
      const results: string[] = [];
      for (const [way, flags, address] of ways) {
        try {
          await check((args, stdin) => grpcurl(program, [...flags, ...withAddress(args, address)], stdin));
          results.push("passed");
        } catch (error) {
          failed.push(`grpcurl, ${way}: ${name}: ${error instanceof Error ? error.message : error}`);
          results.push("failed");
        }
      }
      rows.push([name, ...results]);
    }
  } finally {
    await server.shutdown({ graceMs: 0 });
  }
  const passed = rows.flat().filter((cell) => cell === "passed").length;
  const markdown = [
    "[grpcurl](https://github.com/fullstorydev/grpcurl) against our server: it learns the services by reflection.",
    "",
    table(["case", "cleartext", "TLS"], rows),
  ].join("\n");
  return { title: TITLE, markdown, passed, failed, missing: [] };
}

/** The address stands between the flags and the words. */
function withAddress(args: readonly string[], address: string): string[] {
  return args.flatMap((arg) => (arg === ADDRESS ? [address] : [arg]));
}
const ADDRESS = "ADDRESS";

function serveInterop(): NodeServer {
  const server = createServer().add(Interop, {
    unary({ id, payload }, call) {
      if (id === 13n) {
        const violation = { field: "id", description: "is unlucky" };
        throw new RpcError(Code.InvalidArgument, "not this one: 100 % bad", {
          details: [create(BadRequest, { fieldViolations: [violation] })],
        });
      }
      call.header.set("x-said", call.metadata.get("x-say") ?? "nothing");
      call.trailer.set("x-last", "word");
      return { id, payload };
    },
    async *serverStream({ id }) {
      for (let i = 1n; i <= 3n; i++) yield { id: id * i };
    },
    async clientStream(requests) {
      let id = 0n;
      for await (const request of requests) id += request.id;
      return { id };
    },
    async *bidiStream(requests) {
      for await (const { id } of requests) yield { id: -id };
    },
  });
  addAdmin(server);
  return server;
}

const SERVICES = [
  "grpc.channelz.v1.Channelz",
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "interop.v1.Interop",
];

const CASES: readonly Case[] = [
  {
    name: "list: services, methods",
    async check(grpcurl) {
      deepStrictEqual(lines(await good(grpcurl([ADDRESS, "list"]))).sort(), SERVICES);
      deepStrictEqual(lines(await good(grpcurl([ADDRESS, "list", "interop.v1.Interop"]))).sort(), [
        "interop.v1.Interop.BidiStream",
        "interop.v1.Interop.ClientStream",
        "interop.v1.Interop.Missing",
        "interop.v1.Interop.ServerStream",
        "interop.v1.Interop.Unary",
      ]);
    },
  },
  {
    name: "describe: service, method, message, field, enum of a service of ours",
    async check(grpcurl) {
      const describe = (what: string) => good(grpcurl([ADDRESS, "describe", what]));
      match(
        await describe("interop.v1.Interop"),
        /rpc BidiStream \( stream \.interop\.v1\.Request \) returns \( stream/,
      );
      match(await describe("interop.v1.Interop.Unary"), /rpc Unary \( \.interop\.v1\.Request \)/);
      match(await describe("interop.v1.Request"), /int64 id = 1;\s+bytes payload = 2;/);
      match(await describe("interop.v1.Request.payload"), /bytes payload = 2/);
      match(await describe("grpc.health.v1.HealthCheckResponse.ServingStatus"), /SERVICE_UNKNOWN = 3/);
      const { code, stderr } = await grpcurl([ADDRESS, "describe", "interop.v1.Nothing"]);
      ok(code !== 0);
      match(stderr, /not found/i);
    },
  },
  {
    name: "unary, with metadata both ways",
    async check(grpcurl) {
      const args = ["-v", "-H", "x-say: hello", "-d", '{"id":"9007199254740993","payload":"AAEC"}'];
      const said = await good(grpcurl([...args, ADDRESS, "interop.v1.Interop/Unary"]));
      match(said, /x-said: hello/);
      match(said, /x-last: word/);
      match(said, /"id": "9007199254740993",\s+"payload": "AAEC"/);
    },
  },
  {
    name: "an error with details",
    async check(grpcurl) {
      const { code, stderr } = await grpcurl(["-d", '{"id":13}', ADDRESS, "interop.v1.Interop/Unary"]);
      strictEqual(code, 64 + Code.InvalidArgument);
      match(stderr, /Code: InvalidArgument/);
      match(stderr, /Message: not this one: 100 % bad/);
      match(stderr, /"field": "id"/);
    },
  },
  {
    name: "a method that has no handler",
    async check(grpcurl) {
      const { code } = await grpcurl([ADDRESS, "interop.v1.Interop/Missing"]);
      strictEqual(code, 64 + Code.Unimplemented);
    },
  },
  {
    name: "streams of the three kinds",
    async check(grpcurl) {
      const call = (method: string, stdin: string) =>
        good(grpcurl(["-d", "@", ADDRESS, `interop.v1.Interop/${method}`], stdin));
      deepStrictEqual(ids(await call("ServerStream", '{"id":5}')), ["5", "10", "15"]);
      deepStrictEqual(ids(await call("ClientStream", '{"id":1}{"id":2}{"id":3}')), ["6"]);
      deepStrictEqual(ids(await call("BidiStream", '{"id":1}{"id":2}')), ["-1", "-2"]);
    },
  },
  {
    name: "health: Check, List, Watch until its deadline",
    async check(grpcurl) {
      const health = (method: string, ...flags: string[]) =>
        grpcurl([...flags, ADDRESS, `grpc.health.v1.Health/${method}`]);
      match(await good(health("Check", "-d", '{"service":"interop.v1.Interop"}')), /"status": "SERVING"/);
      match(await good(health("List")), /"interop\.v1\.Interop": \{\s+"status": "SERVING"/);
      const watched = await health("Watch", "-max-time", "1");
      strictEqual(watched.code, 64 + Code.DeadlineExceeded);
      match(watched.stdout, /"status": "SERVING"/);
      const unknown = await health("Check", "-d", '{"service":"nobody"}');
      strictEqual(unknown.code, 64 + Code.NotFound);
    },
  },
  {
    name: "channelz: its figures are those of the calls above",
    async check(grpcurl) {
      interface Counters {
        readonly callsStarted: string;
        readonly callsSucceeded?: string;
        readonly callsFailed?: string;
      }
      const servers = async (): Promise<Counters> => {
        const text = await good(grpcurl([ADDRESS, "grpc.channelz.v1.Channelz/GetServers"]));
        return (JSON.parse(text) as { server: { data: Counters }[] }).server[0]?.data as Counters;
      };
      const before = await servers();
      await good(grpcurl(["-d", '{"id":1}', ADDRESS, "interop.v1.Interop/Unary"]));
      await grpcurl(["-d", '{"id":13}', ADDRESS, "interop.v1.Interop/Unary"]);
      const after = await servers();
      const grown = (name: keyof Counters) => Number(after[name] ?? 0) - Number(before[name] ?? 0);
      strictEqual(grown("callsFailed"), 1);
      // Each run of grpcurl makes one reflection call beside its own, and the call that asks has begun, not ended.
      const started = grown("callsStarted");
      strictEqual(grown("callsSucceeded") + grown("callsFailed"), started);
      ok(started >= 3, `${started} calls`);
    },
  },
];

async function good(running: Promise<Ended>): Promise<string> {
  const { code, stdout, stderr } = await running;
  strictEqual(code, 0, `exit code ${code}: ${stderr}`);
  return stdout;
}

function lines(text: string): string[] {
  return text.trim().split("\n");
}

/** The ids of the messages that were printed, one JSON object after the other. */
function ids(text: string): string[] {
  return [...text.matchAll(/"id": "(-?\d+)"/g)].map(([, id]) => id as string);
}

const LIMIT_MS = 30_000;

function grpcurl(program: string, args: readonly string[], stdin = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: LIMIT_MS }, (error, stdout, stderr) => {
      const { code } = (error ?? { code: 0 }) as { readonly code?: number | string };
      resolve({ code: typeof code === "number" ? code : -1, stdout, stderr });
    });
    // It may end without having read it all.
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin);
  });
}
