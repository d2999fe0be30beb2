/** The three servers that the console is tried with: they do the same. */
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Channel, type Client, Code, createChannel, createClient, RpcError } from "hawser";
import { BadRequest, ErrorInfo } from "hawser/google-rpc";
import { fromJson, toJson } from "hawser/protobuf";
import { Everything, Harbour } from "../gen/harbour/v1/harbour.pb.js";
import { grpcGoHarbour } from "./grpc-go-harbour.js";
import { grpcJsHarbour, type HarbourServer } from "./grpc-js-harbour.js";
import { HOSTILE, hawserHarbour } from "./hawser-harbour.js";

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
  double: 0.1,
  bytes: "AP8=",
  kind: "SHIP_KIND_TUG",
  optionalInt32: 0,
  crates: [{ label: "é", weightKg: "3" }],
  counts: { "": "1", "<b>": "2" },
  cratesByNumber: { "-1": { label: "x" } },
  crate: { seal: "AA==" },
  inner: { inner: { string: "deep" } },
  timestamp: "2026-01-31T12:00:00.000000001Z",
  duration: "-1.500s",
  struct: { a: [1, null, "x", { b: true }] },
  wrappedInt64: "0",
  "<b>hostile</b>": HOSTILE,
};

for (const [name, start] of SERVERS) {
  const why = start instanceof Error ? ` (skipped: ${start.message})` : "";
  describe(`harbour.v1.Harbour by ${name}${why}`, { skip: why !== "" }, () => {
    let server: HarbourServer;
    let channel: Channel;
    let harbour: Client<typeof Harbour>;

    before(async () => {
      server = await (start as () => Promise<HarbourServer>)();
      channel = createChannel(server.target);
      harbour = createClient(Harbour, channel);
    });
    after(async () => {
      await channel?.close();
      await server?.stop();
    });

    test("a ship, and metadata both ways", async () => {
      const call = harbour.getShip({ id: 7n }, { metadata: { "x-say": "ahoy" } });
      const ship = await call;
      deepStrictEqual([ship.id, ship.name, ship.metres], [7n, "Bramble", { beam: 8.5, length: 32 }]);
      strictEqual((await call.header).get("x-said"), "ahoy");
      strictEqual((await call.trailer).get("x-tide"), "high");
    });

    test("errors: with details, and with markup in them", async () => {
      await rejects(harbour.getShip({ id: 404n }), (error) => {
        if (!RpcError.is(error)) return false;
        deepStrictEqual([error.code, error.message], [Code.NotFound, "no ship has the number 404"]);
        strictEqual(error.findDetails(BadRequest)[0]?.fieldViolations[0]?.field, "id");
        strictEqual(error.findDetails(ErrorInfo)[0]?.reason, "NO_SUCH_SHIP");
        return true;
      });
      await rejects(harbour.getShip({ id: 666n }), { code: Code.Internal, message: HOSTILE });
    });

    test("streams of the three kinds", async () => {
      const ships: string[] = [];
      for await (const { number, ship } of harbour.watchArrivals({ count: 3 })) ships.push(`${number} ${ship}`);
      deepStrictEqual(ships, ["1 Ship 1", "2 Ship 2", "3 Ship 3"]);
      const manifest = await harbour.unloadCrates([{ weightKg: 3 }, { weightKg: 2n ** 53n + 1n }]);
      deepStrictEqual([manifest.crates, manifest.weightKg], [2, 2n ** 53n + 4n]);
      const talk = harbour.talkByRadio();
      for (const text of ["ahoy", "over"]) {
        await talk.send({ text });
        const { value } = await talk.next();
        strictEqual(value?.text, text.toUpperCase());
      }
      talk.end();
      strictEqual((await talk.next()).done, true);
    });

    test("a stream without an end, which is left, and a deadline", async () => {
      let seen = 0;
      for await (const _ of harbour.watchArrivals({})) if (++seen === 100) break;
      strictEqual(seen, 100);
      await rejects(harbour.getShip({ id: 1n, delayMs: 60_000 }, { timeoutMs: 100 }), { code: Code.DeadlineExceeded });
    });

    test("a field of every shape comes back as it was", async () => {
      const reply = await harbour.survey(fromJson(Everything, EVERYTHING));
      deepStrictEqual(toJson(Everything, reply), EVERYTHING);
      const entry = await harbour.writeLog({ writer: "mate", remark: { text: "calm" } });
      deepStrictEqual([entry.writer, entry.remark?.text], ["mate", "calm"]);
    });
  });
}
