import { Code, createServer, type NodeServer, RpcError, type ServerCall } from "hawser";
import { BadRequest, ErrorInfo } from "hawser/google-rpc";
import { create } from "hawser/protobuf";
import { addAdmin } from "hawser/services";
import { Harbour, ShipKind } from "../gen/harbour/v1/harbour.pb.js";

/** What a browser would run if somebody took a text for HTML. */
export const HOSTILE = `<img src="x" onerror="document.title = 'run'">`;

/** harbour.v1.Harbour by Hawser, with reflection, channelz and health. Whoever makes it shuts it down. */
export function hawserHarbour(): NodeServer {
  const server = createServer({ onError() {} }).add(Harbour, {
    async getShip({ id, delayMs }, call) {
      greet(call);
      await pause(delayMs, call.signal);
      if (id === 404n) {
        throw new RpcError(Code.NotFound, "no ship has the number 404", {
          details: [
            create(BadRequest, { fieldViolations: [{ field: "id", description: "is not painted on any hull" }] }),
            create(ErrorInfo, { reason: "NO_SUCH_SHIP", domain: "harbour.example" }),
          ],
        });
      }
      if (id === 666n) throw new RpcError(Code.Internal, HOSTILE);
      const built = new Date("1968-05-01T00:00:00Z");
      const metres = { beam: 8.5, length: 32 };
      return { id, name: "Bramble", kind: ShipKind.SHIP_KIND_TUG, built, metres, ports: ["Hull", "Bergen"] };
    },
    async *watchArrivals({ count, pauseMs }, call) {
      greet(call);
      for (let number = 1; count === 0 || number <= count; number++) {
        yield { number, ship: `Ship ${number}`, at: { seconds: BigInt(1_700_000_000 + number) } };
        await pause(pauseMs, call.signal);
      }
    },
    async unloadCrates(crates, call) {
      greet(call);
      let count = 0;
      let weightKg = 0n;
      for await (const crate of crates) {
        count++;
        weightKg += crate.weightKg;
      }
      return { crates: count, weightKg };
    },
    async *talkByRadio(said, call) {
      greet(call);
      for await (const { text } of said) yield { text: text.toUpperCase(), from: "harbour" };
    },
    survey(request, call) {
      greet(call);
      return request;
    },
    writeLog: (request) => request,
  });
  addAdmin(server).setStatus(Harbour.typeName, "not_serving");
  return server;
}

function greet(call: ServerCall): void {
  const said = call.metadata.get("x-say");
  if (said !== undefined) call.header.set("x-said", said);
  call.trailer.set("x-tide", "high");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
