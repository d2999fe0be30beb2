import type { MessageOf } from "hawser/protobuf";
import type { Channelz } from "hawser/services";
import type { Client } from "hawser/web";
import { addressText, type ChannelzSocket, securityText } from "./socket-address.js";

/** A client of grpc.channelz.v1.Channelz. */
export type ChannelzClient = Client<typeof Channelz>;

type TopChannels = MessageOf<(typeof Channelz)["methods"]["getTopChannels"]["output"]>;
type Channel = TopChannels["channel"][number];
type Servers = MessageOf<(typeof Channelz)["methods"]["getServers"]["output"]>;
type Server = Servers["server"][number];
type ChannelData = NonNullable<Channel["data"]>;

/** What is counted of calls. */
export interface CallCounts {
  readonly started: bigint;
  readonly succeeded: bigint;
  readonly failed: bigint;
  /** ms since 1970; undefined if there was no call. */
  readonly lastAt: number | undefined;
}

/** One line of what a channel or server went through. */
export interface TraceLine {
  readonly at: number | undefined;
  readonly severity: "unknown" | "info" | "warning" | "error";
  readonly text: string;
}

/** A connection. */
export interface SocketView {
  readonly id: bigint;
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly security: string;
  readonly streams: CallCounts;
  readonly messagesSent: bigint;
  readonly messagesReceived: bigint;
  readonly keepAlivesSent: bigint;
  readonly lastMessageSentAt: number | undefined;
  readonly lastMessageReceivedAt: number | undefined;
  /** Bytes that may still be sent, and that the other side may; undefined if it is not told. */
  readonly localWindow: bigint | undefined;
  readonly remoteWindow: bigint | undefined;
  /** What else the process tells, by its names: options of the socket, limits and settings. */
  readonly options: readonly SocketOption[];
}

/** One option of a socket. */
export interface SocketOption {
  readonly name: string;
  readonly value: string;
}

/** A server with its connections. */
export interface ServerView {
  readonly id: bigint;
  readonly name: string;
  readonly listens: readonly SocketView[];
  readonly calls: CallCounts;
  readonly sockets: readonly SocketView[];
  /** Whether there are more sockets than were asked for. */
  readonly moreSockets: boolean;
  readonly trace: readonly TraceLine[];
}

/** A channel or subchannel with what is below it. */
export interface ChannelView {
  readonly id: bigint;
  readonly kind: "channel" | "subchannel";
  readonly name: string;
  readonly target: string;
  readonly state: string;
  readonly calls: CallCounts;
  readonly children: readonly ChannelView[];
  readonly sockets: readonly SocketView[];
  readonly trace: readonly TraceLine[];
}

/** What a process tells of itself at one moment. */
export interface ChannelzView {
  readonly at: number;
  readonly servers: readonly ServerView[];
  readonly channels: readonly ChannelView[];
  /** Whether there is more than is shown. */
  readonly more: boolean;
}

/** Things of one kind that one look asks for: more is nothing that anybody reads. */
const MAX_EACH = 50;
/** Below a top channel, so that what refers to itself ends. */
const MAX_DEPTH = 4;
const STATES = ["unknown", "idle", "connecting", "ready", "transient failure", "shutdown"] as const;
const SEVERITIES = ["unknown", "info", "warning", "error"] as const;

/**
 * Asks for the servers, the channels and all that is below them. What has gone since it was named is left out.
 *
 * @throws RpcError as the first calls end: UNIMPLEMENTED if the server has no channelz
 */
export async function readChannelz(client: ChannelzClient, signal: AbortSignal): Promise<ChannelzView> {
  const reader = new Reader(client, signal);
  const servers = await client.getServers({ maxResults: BigInt(MAX_EACH) }, { signal });
  const channels = await client.getTopChannels({ maxResults: BigInt(MAX_EACH) }, { signal });
  return {
    at: Date.now(),
    servers: await inTurn(servers.server.slice(0, MAX_EACH), (server) => reader.server(server)),
    channels: await inTurn(channels.channel.slice(0, MAX_EACH), (channel) => reader.channel("channel", channel, 0)),
    more: !servers.end || !channels.end,
  };
}

/** One after the other: a page has few connections, and its calls are for the user's calls. */
async function inTurn<T, R>(all: readonly T[], read: (each: T) => Promise<R | undefined>): Promise<R[]> {
  const found: R[] = [];
  for (const each of all) {
    const value = await read(each);
    if (value !== undefined) found.push(value);
  }
  return found;
}

class Reader {
  readonly #client: ChannelzClient;
  readonly #signal: AbortSignal;
  readonly #sockets = new Map<bigint, Promise<SocketView | undefined>>();

  constructor(client: ChannelzClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  async server({ ref, data, listenSocket }: Server): Promise<ServerView> {
    const serverId = ref?.serverId ?? 0n;
    const { socketRef, end } = await this.#client.getServerSockets(
      { serverId, maxResults: BigInt(MAX_EACH) },
      { signal: this.#signal },
    );
    return {
      id: serverId,
      name: ref?.name ?? "",
      listens: await inTurn(listenSocket.slice(0, MAX_EACH), (each) => this.socket(each.socketId)),
      calls: countsOf(data),
      sockets: await inTurn(socketRef.slice(0, MAX_EACH), (each) => this.socket(each.socketId)),
      moreSockets: !end,
      trace: traceOf(data?.trace),
    };
  }

  async channel(kind: ChannelView["kind"], channel: Channel, depth: number): Promise<ChannelView> {
    const { ref, data } = channel;
    const deeper = depth < MAX_DEPTH;
    const channels = await inTurn(deeper ? channel.channelRef.slice(0, MAX_EACH) : [], async ({ channelId }) => {
      const found = await this.#gone(() => this.#client.getChannel({ channelId }, { signal: this.#signal }));
      return found?.channel && this.channel("channel", found.channel, depth + 1);
    });
    const subchannels = await inTurn(
      deeper ? channel.subchannelRef.slice(0, MAX_EACH) : [],
      async ({ subchannelId }) => {
        const found = await this.#gone(() => this.#client.getSubchannel({ subchannelId }, { signal: this.#signal }));
        if (found?.subchannel === undefined) return undefined;
        const { ref: own, ...rest } = found.subchannel;
        const asChannel = { ...rest, ref: { channelId: own?.subchannelId ?? subchannelId, name: own?.name ?? "" } };
        return this.channel("subchannel", asChannel, depth + 1);
      },
    );
    return {
      id: ref?.channelId ?? 0n,
      kind,
      name: ref?.name ?? "",
      target: data?.target ?? "",
      state: STATES[data?.state?.state ?? 0] ?? "unknown",
      calls: countsOf(data),
      children: [...channels, ...subchannels],
      sockets: await inTurn(channel.socketRef.slice(0, MAX_EACH), (each) => this.socket(each.socketId)),
      trace: traceOf(data?.trace),
    };
  }

  socket(socketId: bigint): Promise<SocketView | undefined> {
    let reading = this.#sockets.get(socketId);
    if (reading === undefined) {
      reading = this.#gone(() => this.#client.getSocket({ socketId }, { signal: this.#signal })).then(
        (found) => found?.socket && socketView(found.socket),
      );
      this.#sockets.set(socketId, reading);
    }
    return reading;
  }

  /** What a process told of may be gone when it is asked for: that is no error. */
  async #gone<T>(ask: () => PromiseLike<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (this.#signal.aborted) throw error;
      return undefined;
    }
  }
}

function socketView({ ref, data, local, remote, security, remoteName }: ChannelzSocket): SocketView {
  return {
    id: ref?.socketId ?? 0n,
    name: ref?.name ?? "",
    local: addressText(local),
    remote: addressText(remote) || remoteName,
    security: securityText(security),
    streams: {
      started: data?.streamsStarted ?? 0n,
      succeeded: data?.streamsSucceeded ?? 0n,
      failed: data?.streamsFailed ?? 0n,
      lastAt: later(timeOf(data?.lastLocalStreamCreatedTimestamp), timeOf(data?.lastRemoteStreamCreatedTimestamp)),
    },
    messagesSent: data?.messagesSent ?? 0n,
    messagesReceived: data?.messagesReceived ?? 0n,
    keepAlivesSent: data?.keepAlivesSent ?? 0n,
    lastMessageSentAt: timeOf(data?.lastMessageSentTimestamp),
    lastMessageReceivedAt: timeOf(data?.lastMessageReceivedTimestamp),
    localWindow: data?.localFlowControlWindow?.value,
    remoteWindow: data?.remoteFlowControlWindow?.value,
    options: (data?.option ?? [])
      .slice(0, MAX_EACH)
      .filter(({ value }) => value !== "")
      .map(({ name, value }) => ({ name, value })),
  };
}

type CountedData = Pick<ChannelData, "callsStarted" | "callsSucceeded" | "callsFailed" | "lastCallStartedTimestamp">;

function countsOf(data: CountedData | undefined): CallCounts {
  return {
    started: data?.callsStarted ?? 0n,
    succeeded: data?.callsSucceeded ?? 0n,
    failed: data?.callsFailed ?? 0n,
    lastAt: timeOf(data?.lastCallStartedTimestamp),
  };
}

/** The newest first; a process keeps as many as it likes. */
function traceOf(trace: ChannelData["trace"]): TraceLine[] {
  return (trace?.events ?? [])
    .slice(-MAX_EACH)
    .reverse()
    .map(({ description, severity, timestamp }) => ({
      at: timeOf(timestamp),
      severity: SEVERITIES[severity] ?? "unknown",
      text: description,
    }));
}

/** A time that is 0 was never. */
function timeOf(timestamp: { readonly seconds: bigint; readonly nanos: number } | undefined): number | undefined {
  if (timestamp === undefined || (timestamp.seconds === 0n && timestamp.nanos === 0)) return undefined;
  return Number(timestamp.seconds) * 1000 + timestamp.nanos / 1e6;
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
