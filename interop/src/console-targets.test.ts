/** What `hawser console` passes on for its page, as the page asks: by fetch and WebSocket, with types made of the schema. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Code, RpcError } from "hawser";
import { BadRequest, ErrorInfo } from "hawser/google-rpc";
import {
  type AnyMessageType,
  createDynamicTypes,
  type DynamicTypes,
  decode,
  fromJson,
  type ServiceType,
  toJson,
} from "hawser/protobuf";
import { Channelz, HealthService } from "hawser/services";
import { createChannel, createClient, type WebChannel } from "hawser/web";
import { FileDescriptorSet } from "hawser/wkt";
import { mustExit } from "./exit-check.js";
import { grpcGoHarbour } from "./harbour/grpc-go-harbour.js";
import { grpcJsHarbour, type HarbourServer } from "./harbour/grpc-js-harbour.js";
import { HOSTILE, hawserHarbour } from "./harbour/hawser-harbour.js";

mustExit();

const CLI = fileURLToPath(new URL("../../packages/cli/bin/hawser.js", import.meta.url));
const PROTOS = fileURLToPath(new URL("../proto", import.meta.url));

/** As packages/cli has it, which no door exports: what the page knows of its server. */
const CONSOLE_PROTO = fileURLToPath(new URL("../../packages/cli/dist/console/gen/hawser/console/v1/", import.meta.url));
const { Console } = (await import(`${CONSOLE_PROTO}console.pb.js`)) as { Console: ServiceType };

// biome-ignore lint/suspicious/noExplicitAny: the types are made as the test runs
type Any = any;

const go = await grpcGoHarbour();

async function hawser(): Promise<HarbourServer> {
  const server = hawserHarbour();
  const { port } = await server.listen("127.0.0.1:0");
  return { target: `127.0.0.1:${port}`, stop: () => server.shutdown({ graceMs: 0 }) };
}

const SERVERS: readonly (readonly [name: string, start: (() => Promise<HarbourServer>) | Error])[] = [
  ["Hawser", hawser],
  ["@grpc/grpc-js", grpcJsHarbour],
  ["grpc-go", go],
];

const EVERYTHING = {
  int64: "-9223372036854775808",
  uint64: "18446744073709551615",
  bytes: "AP8=",
  kind: "SHIP_KIND_TUG",
  optionalInt32: 0,
  counts: { "": "1", "<b>": "2" },
  inner: { inner: { string: "deep" } },
  timestamp: "2026-01-31T12:00:00.000000001Z",
  struct: { a: [1, null, "x", { b: true }] },
  wrappedInt64: "0",
  "<b>hostile</b>": HOSTILE,
};

for (const [name, start] of SERVERS) {
  for (const [way, flags] of [
    ["reflection", []],
    [".proto files", ["--schema", `${PROTOS}/harbour`, "--proto-path", PROTOS]],
  ] as const) {
    const why = start instanceof Error ? ` (skipped: ${start.message})` : "";
    describe(`hawser console of ${name}, by ${way}${why}`, { skip: why !== "" }, () => {
      let server: HarbourServer;
      let running: { url: string; stop(): Promise<void> };
      let channel: WebChannel;
      let types: DynamicTypes;
      let harbour: Any;

      before(async () => {
        server = await (start as () => Promise<HarbourServer>)();
        running = await startConsole(server.target, flags);
        channel = createChannel(new URL(running.url).origin);
        const schema = await (createClient(Console, channel) as Any).getSchema({});
        ok(schema.services.includes("harbour.v1.Harbour"));
        types = createDynamicTypes(decode(FileDescriptorSet, schema.fileDescriptorSet).file);
        harbour = createClient(types.service("harbour.v1.Harbour") as ServiceType, channel);
      });
      after(async () => {
        await channel?.close();
        await running?.stop();
        await server?.stop();
      });

      test("unary, and metadata both ways", async () => {
        const call = harbour.getShip({ id: 7n }, { metadata: { "x-say": "ahoy" } });
        const ship = await call;
        deepStrictEqual([ship.id, ship.name], [7n, "Bramble"]);
        strictEqual((await call.header).get("x-said"), "ahoy");
        strictEqual((await call.trailer).get("x-tide"), "high");
      });

      test("errors: with details, with markup, and those of a deadline and of a cancel", async () => {
        await rejects(harbour.getShip({ id: 404n }), (error) => {
          if (!RpcError.is(error)) return false;
          deepStrictEqual([error.code, error.message], [Code.NotFound, "no ship has the number 404"]);
          strictEqual(error.findDetails(BadRequest)[0]?.fieldViolations[0]?.field, "id");
          strictEqual(error.findDetails(ErrorInfo)[0]?.reason, "NO_SUCH_SHIP");
          return true;
        });
        await rejects(harbour.getShip({ id: 666n }), { code: Code.Internal, message: HOSTILE });
        const late = { id: 1n, delayMs: 60_000 };
        await rejects(harbour.getShip(late, { timeoutMs: 200 }), { code: Code.DeadlineExceeded });
        const call = harbour.getShip(late);
        setTimeout(() => call.cancel(), 50);
        await rejects(call, { code: Code.Cancelled });
      });

      test("streams of the three kinds, also 10,000 messages and one that is left", async () => {
        let seen = 0;
        for await (const { number } of harbour.watchArrivals({ count: 10_000 })) strictEqual(number, ++seen);
        strictEqual(seen, 10_000);
        for await (const _ of harbour.watchArrivals({})) if (++seen === 10_100) break;
        const manifest = await harbour.unloadCrates([{ weightKg: 3n }, { weightKg: 2n ** 53n + 1n }]);
        deepStrictEqual([manifest.crates, manifest.weightKg], [2, 2n ** 53n + 4n]);
        const talk = harbour.talkByRadio();
        for (const text of ["ahoy", "over"]) {
          await talk.send({ text });
          strictEqual((await talk.next()).value?.text, text.toUpperCase());
        }
        talk.end();
        strictEqual((await talk.next()).done, true);
      });

      test("a field of every shape comes back as it was", async () => {
        const everything = types.message("harbour.v1.Everything") as AnyMessageType;
        // The reflection of grpc-js knows no names that were chosen for JSON.
        const { "<b>hostile</b>": _, ...plain } = EVERYTHING;
        const json = name === "@grpc/grpc-js" && way === "reflection" ? plain : EVERYTHING;
        const reply = await harbour.survey(fromJson(everything, json));
        deepStrictEqual(toJson(everything, reply), json);
      });

      test("health and channelz of the target", async () => {
        const health = createClient(HealthService, channel);
        strictEqual((await health.check({ service: "harbour.v1.Harbour" })).status, 2);
        const { server: servers } = await createClient(Channelz, channel).getServers({});
        ok(servers.length > 0);
        match(String(servers[0]?.data?.callsStarted), /^[1-9]\d*$/);
      });
    });
  }
}

async function startConsole(target: string, flags: readonly string[]) {
  const args = ["console", target, ...flags, "--no-open", "--json"];
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return {
    url: JSON.parse(line).url as string,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
