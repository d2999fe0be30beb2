/**
 * A server of the chaos run, in a process of its own: `server-process.js HOST:PORT JOURNAL`. Before it works on a call it writes
 * the call's id and the number of attempts before into the journal, by a system call, so that a SIGKILL loses nothing of it.
 */
import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, createServer, RpcError, type ServerCall, shutdownOnSignal } from "hawser";
import { Interop } from "../gen/interop/v1/interop.pb.js";

const [address, journalPath] = process.argv.slice(2);
const journal = openSync(String(journalPath), "a");

/** The call's id, which the client chose. */
async function work(call: ServerCall): Promise<bigint> {
  const id = call.metadata.get("x-call-id");
  writeSync(journal, `${id} ${call.metadata.get("grpc-previous-rpc-attempts") ?? 0}\n`);
  const draw = Math.random();
  if (draw < 0.04) throw new RpcError(Code.Unavailable, "the handler does not feel like it");
  // Some take so long that whatever happens to the server happens to them.
  if (draw < 0.5) await sleep(Math.random() * 30);
  else if (draw < 0.53) await sleep(400);
  return BigInt(id ?? -1);
}

const server = createServer({ onError() {} }).add(Interop, {
  unary: async (request, call) => ({ id: await work(call), payload: request.payload }),
  async *serverStream(request, call) {
    const id = await work(call);
    for (let i = 0; i < 5; i++) {
      yield { id, payload: request.payload };
      if (i % 2 === 1) await sleep(Math.random() * 20);
    }
  },
  async clientStream(requests, call) {
    const id = await work(call);
    let bytes = 0;
    for await (const { payload } of requests) bytes += payload.length;
    return { id, payload: new Uint8Array(Math.min(bytes, 16)) };
  },
  async *bidiStream(requests, call) {
    const id = await work(call);
    for await (const { payload } of requests) yield { id, payload };
  },
});
await server.listen(String(address), { keepalive: { minPeerIntervalMs: 50, timeMs: 2_000, timeoutMs: 2_000 } });
// SIGTERM drains: GOAWAY, and what runs goes on for a little.
shutdownOnSignal(server, { graceMs: 300 });
process.on("disconnect", () => process.exit(0));
// The run may be over by now: that nobody hears it is no error.
process.send?.("ready", undefined, undefined, () => {});
