import { createServer } from "hawser";
import { type AnyServer, createChannel, createServer as createTestServer } from "hawser/testing";
import { addInterop, clientPeer, LARGE, serverOptions } from "./hawser-peer.js";
import type { Implementation } from "./peer.js";

/** Our client and server joined in memory: with the server of "hawser", or with messages by reference. */
export function inMemory(how: "serialized" | "by reference"): Implementation {
  const servers: AnyServer[] = [];
  const name = `hawser in memory, ${how}`;
  return {
    name,
    compressesReplies: how === "serialized",

    connect({ target, compression, maxReceiveBytes }) {
      const server = servers[Number(target.replace(/^.*:/, ""))] as AnyServer;
      const channel = createChannel(server, {
        ...(compression === undefined ? {} : { compression }),
        maxReceiveBytes: maxReceiveBytes ?? LARGE,
      });
      return clientPeer(name, channel);
    },

    async serve(settings) {
      const options = { ...serverOptions(settings), onError() {} };
      const server = how === "serialized" ? createServer(options) : createTestServer({ ...options, serialize: false });
      const port = servers.push(addInterop<AnyServer>(server)) - 1;
      return { name, port, close: () => server.shutdown({ graceMs: 0 }) };
    },
  };
}
