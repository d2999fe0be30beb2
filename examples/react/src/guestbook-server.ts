import { Code, createServer, type NodeServer, RpcError, type ServerOptions } from "hawser";
import { BadRequest } from "hawser/google-rpc";
import { create } from "hawser/protobuf";
import { type Entry, Guestbook } from "./gen/guestbook/v1/guestbook.pb.js";

/** A server with a guest book that is kept in memory. */
export function guestbookServer(options: ServerOptions = {}): NodeServer {
  const entries: Entry[] = [];
  const watchers = new Set<(entry: Entry) => void>();
  return createServer(options).add(Guestbook, {
    list: () => ({ entries }),

    sign({ name, text }) {
      const field = name === "" ? "name" : text === "" ? "text" : undefined;
      if (field !== undefined) {
        const details = [create(BadRequest, { fieldViolations: [{ field, description: "must not be empty" }] })];
        throw new RpcError(Code.InvalidArgument, `the ${field} is missing`, { details });
      }
      const entry: Entry = { id: BigInt(entries.length + 1), name, text };
      entries.push(entry);
      for (const tell of watchers) tell(entry);
      return entry;
    },

    async *watch(_request, call) {
      const waiting: Entry[] = [];
      let wake = (): void => {};
      const tell = (entry: Entry): void => {
        waiting.push(entry);
        wake();
      };
      watchers.add(tell);
      call.signal.addEventListener("abort", () => wake());
      try {
        while (!call.signal.aborted) {
          yield* waiting.splice(0);
          if (waiting.length === 0 && !call.signal.aborted) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        watchers.delete(tell);
      }
    },
  });
}
