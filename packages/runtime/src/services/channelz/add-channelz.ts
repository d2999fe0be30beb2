import {
  Channelz,
  type ServerInit,
  type SocketInit,
  type SocketOptionInit,
  type SocketRefInit,
} from "../../protobuf/wkt/grpc/channelz/v1/channelz.pb.js";
import { Code } from "../../rpc/code.js";
import type { HttpPeer } from "../../rpc/http-types.js";
import { RpcError } from "../../rpc/rpc-error.js";
import type { CallCounts, OpenPort } from "../../server/server.js";
import type { ServiceHost } from "../service-host.js";
import { addressOf } from "./addresses.js";

/** What channelz tells of a server. */
export interface ObservedServer {
  /** The calls so far. */
  readonly calls: CallCounts;
  /** The open ports and who is connected to each. */
  readonly ports: readonly OpenPort[];
}

/** Entries of one page unless the request asks for fewer (channelz.proto, `max_results`). */
export const CHANNELZ_PAGE = 100;

/**
 * Adds grpc.channelz.v1.Channelz (gRFC A14) to a server. It tells of the servers given (of the one itself unless there
 * are others): their ports, connections, calls and messages. Of channels it has nothing to tell.
 *
 * @throws TypeError if the server has it already
 */
export function addChannelz(server: ServiceHost & ObservedServer, servers: readonly ObservedServer[] = [server]): void {
  const ids = new Ids();
  // Known from the start, so that ids of servers are the first and don't change.
  const listed = servers.map((each) => ({ each, id: ids.of(each) }));
  const serverOf = (id: bigint): { each: ObservedServer; id: number } => {
    const found = listed.find((candidate) => BigInt(candidate.id) === id);
    if (found === undefined) throw new RpcError(Code.NotFound, `there is no server ${id}`);
    return found;
  };
  const describe = ({ each, id }: { each: ObservedServer; id: number }): ServerInit => ({
    ref: { serverId: id },
    data: {
      callsStarted: each.calls.started,
      callsSucceeded: each.calls.succeeded,
      callsFailed: each.calls.failed,
    },
    listenSocket: each.ports.map((port) => ({ socketId: ids.ofPort(port), name: portName(port) })),
  });
  server.add(Channelz, {
    getTopChannels: () => ({ end: true }),
    getServers({ startServerId, maxResults }) {
      const page = pageOf(listed, ({ id }) => id, startServerId, maxResults);
      return { server: page.items.map(describe), end: page.end };
    },
    getServer: ({ serverId }) => ({ server: describe(serverOf(serverId)) }),
    getServerSockets({ serverId, startSocketId, maxResults }) {
      const { each } = serverOf(serverId);
      const refs: { socketId: number; name: string }[] = each.ports
        .flatMap(({ peers }) => peers)
        .map((peer) => ({ socketId: ids.of(peer), name: peer.address }))
        .sort((a, b) => a.socketId - b.socketId);
      const page = pageOf(refs, (ref) => ref.socketId, startSocketId, maxResults);
      return { socketRef: page.items satisfies SocketRefInit[], end: page.end };
    },
    getSocket({ socketId }) {
      for (const { each } of listed) {
        for (const port of each.ports) {
          if (BigInt(ids.ofPort(port)) === socketId) {
            return {
              socket: {
                ref: { socketId, name: portName(port) },
                local: addressOf(portName(port)),
                data: { option: limitsOf(port.limits) },
              },
            };
          }
          for (const peer of port.peers)
            if (BigInt(ids.of(peer)) === socketId) return { socket: socketOf(peer, socketId) };
        }
      }
      throw new RpcError(Code.NotFound, `there is no socket ${socketId}`);
    },
    getChannel({ channelId }) {
      throw new RpcError(Code.NotFound, `there is no channel ${channelId}`);
    },
    getSubchannel({ subchannelId }) {
      throw new RpcError(Code.NotFound, `there is no subchannel ${subchannelId}`);
    },
  });
}

function socketOf(peer: HttpPeer, socketId: bigint): SocketInit {
  const { traffic, tls, localAddress, address, limits } = peer;
  return {
    ref: { socketId, name: address },
    remote: addressOf(address),
    ...(localAddress === undefined ? {} : { local: addressOf(localAddress) }),
    ...(traffic === undefined
      ? {}
      : {
          data: {
            streamsStarted: traffic.streamsStarted,
            streamsSucceeded: traffic.streamsSucceeded,
            streamsFailed: traffic.streamsFailed,
            messagesSent: traffic.messagesSent,
            messagesReceived: traffic.messagesReceived,
            option: limitsOf(limits),
          },
        }),
    ...(tls === undefined
      ? {}
      : {
          security: {
            model: {
              case: "tls",
              value: {
                cipherSuite: { case: "otherName", value: tls.protocol },
                ...(tls.certificate === undefined ? {} : { remoteCertificate: tls.certificate }),
              },
            },
          },
        }),
  };
}

/** Counters of limits that were met. channelz.proto has no fields of its own for such; options are names and values. */
function limitsOf(limits: Readonly<Record<string, number>> = {}): SocketOptionInit[] {
  return Object.entries(limits)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name: `hawser.http2.${name}`, value: String(count) }));
}

function portName({ address, port }: OpenPort): string {
  if (address.startsWith("unix:")) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The items from an id on, as many as the request wants. */
function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => number,
  start: bigint,
  wanted: bigint,
): { items: T[]; end: boolean } {
  const rest = items.filter((item) => BigInt(idOf(item)) >= start);
  const size = wanted > 0n && wanted < BigInt(CHANNELZ_PAGE) ? Number(wanted) : CHANNELZ_PAGE;
  return { items: rest.slice(0, size), end: rest.length <= size };
}

/** Numbers for whatever is told of, the same for the same thing; they begin at 1 and are given once. */
class Ids {
  readonly #objects = new WeakMap<object, number>();
  readonly #ports = new Map<string, number>();
  #last = 0;

  of(thing: object): number {
    let id = this.#objects.get(thing);
    if (id === undefined) this.#objects.set(thing, (id = ++this.#last));
    return id;
  }

  /** Ports are told anew each time: it is their name that stays. */
  ofPort(port: OpenPort): number {
    const name = portName(port);
    let id = this.#ports.get(name);
    if (id === undefined) this.#ports.set(name, (id = ++this.#last));
    return id;
  }
}
