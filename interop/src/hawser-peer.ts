import {
  type Call,
  type Channel,
  Code,
  createChannel,
  createClient,
  createServer,
  type Metadata,
  type NodeServer,
  RpcError,
  type ServerCall,
  type ServerOptions,
} from "hawser";
import * as web from "hawser/web";
import { Absent, Interop, type Reply } from "./gen/interop/v1/interop.pb.js";
import type {
  CallSettings,
  ClientPeer,
  Implementation,
  Kind,
  Message,
  Outcome,
  Pairs,
  Run,
  ServerSettings,
} from "./peer.js";
import { type ScriptCall, ScriptError, script } from "./script.js";

/** Our client and server as the cases see them. */
export const hawser: Implementation = {
  name: "hawser",
  compressesReplies: true,

  connect(settings) {
    const { tls, compression } = settings;
    const channel = createChannel(settings.target, {
      ...(tls === undefined ? {} : { tls: { ca: tls.ca, ...tls.identity } }),
      ...(compression === undefined ? {} : { compression }),
      maxReceiveBytes: settings.maxReceiveBytes ?? LARGE,
    });
    return clientPeer("hawser", channel);
  },

  async serve(settings) {
    const server = addInterop(createServer({ ...serverOptions(settings), onError() {} }));
    const { tls } = settings;
    const { port } = await server.listen(settings.address ?? "127.0.0.1:0", {
      ...(tls === undefined
        ? {}
        : { tls: { ...tls.identity, ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }) } }),
    });
    return { name: "hawser", port, close: () => server.shutdown({ graceMs: 0 }) };
  },
};

/** Calls over `channel`, as the cases see them. */
export function clientPeer(
  name: string,
  channel: Channel | web.WebChannel,
  abilities: Pick<ClientPeer, "kinds" | "unaryHeaderIsLate"> = {},
): ClientPeer {
  const [client, absent] =
    channel instanceof web.WebChannel
      ? [web.createClient(Interop, channel), web.createClient(Absent, channel)]
      : [createClient(Interop, channel), createClient(Absent, channel)];
  return {
    name,
    ...abilities,
    close: () => channel.close(),
    call(kind, requests, settings = {}) {
      const options = {
        ...(settings.metadata === undefined ? {} : { metadata: settings.metadata }),
        ...(settings.timeoutMs === undefined ? {} : { timeoutMs: settings.timeoutMs }),
      };
      const first = Array.isArray(requests) ? (requests[0] as Message) : { id: 0n, payload: new Uint8Array(0) };
      switch (methodOf(kind, settings)) {
        case "missing":
          return runReply(client.missing(first, options));
        case "absent":
          return runReply(absent.unary(first, options));
        case "unary":
          return runReply(client.unary(first, options));
        case "clientStream":
          return runReply(client.clientStream(requests, options));
        case "serverStream":
          return runReplies(client.serverStream(first, options));
        case "bidiStream":
          return runReplies(client.bidiStream(requests, options));
      }
    },
  };
}

/** The options that the cases set. */
export function serverOptions({ compression, maxReceiveBytes }: ServerSettings): ServerOptions {
  return {
    maxReceiveBytes: maxReceiveBytes ?? LARGE,
    ...(compression === undefined || compression === "identity" ? {} : { compression }),
  };
}

/** Adds the service of the cases. */
export function addInterop<S extends Pick<NodeServer, "add">>(server: S): S {
  server.add(Interop, {
    unary: (request, call) => only(script(scriptCall("unary", [request], call))),
    clientStream: (requests, call) => only(script(scriptCall("clientStream", requests, call))),
    serverStream: (request, call) => thrownAsRpcError(script(scriptCall("serverStream", [request], call))),
    bidiStream: (requests, call) => thrownAsRpcError(script(scriptCall("bidiStream", requests, call))),
  });
  return server;
}

export const LARGE: number = 32 * 1024 * 1024;

function methodOf(kind: Kind, settings: CallSettings): Kind | "missing" | "absent" {
  if (settings.missing === undefined) return kind;
  return settings.missing === "method" ? "missing" : "absent";
}

interface Running {
  readonly header: Promise<Metadata>;
  readonly trailer: Promise<Metadata>;
  onEnd(listener: Parameters<Call["onEnd"]>[0]): void;
  cancel(): void;
}

function runReply(call: Running & Promise<Reply>): Run {
  // The failure is in the outcome.
  const reply = call.then((message) => [message]).catch(() => []);
  return {
    ...running(call),
    replies: {
      async *[Symbol.asyncIterator]() {
        yield* await reply;
      },
    },
  };
}

function runReplies(call: Running & AsyncIterableIterator<Reply>): Run {
  return {
    ...running(call),
    replies: {
      async *[Symbol.asyncIterator]() {
        try {
          // By hand, because leaving a loop over the call cancels it.
          for (let result = await call.next(); !result.done; result = await call.next()) yield result.value;
        } catch (error) {
          if (!RpcError.is(error)) throw error;
        }
      },
    },
  };
}

function running(call: Running): Pick<Run, "header" | "outcome" | "cancel"> {
  const ended = new Promise<{ code: number; message: string }>((resolve) => call.onEnd(resolve));
  return {
    header: call.header.then((metadata) => [...metadata]),
    outcome: ended.then(
      async ({ code, message }): Promise<Outcome> => ({ code, message, trailer: [...(await call.trailer)] }),
    ),
    cancel: () => call.cancel(),
  };
}

function scriptCall(kind: Kind, requests: AsyncIterable<Message> | Message[], call: ServerCall): ScriptCall {
  return {
    kind,
    metadata: [...call.metadata],
    requests: (async function* () {
      yield* requests;
    })(),
    sendHeader(pairs: Pairs) {
      for (const [key, value] of pairs) call.header.append(key, value);
      call.sendHeader();
    },
    setTrailer(pairs: Pairs) {
      for (const [key, value] of pairs) call.trailer.append(key, value);
    },
    cancelled: new Promise<void>((resolve) => {
      if (call.signal.aborted) resolve();
      else call.signal.addEventListener("abort", () => resolve(), { once: true });
    }),
  };
}

async function only(replies: AsyncGenerator<Message>): Promise<Message> {
  for await (const reply of thrownAsRpcError(replies)) return reply;
  throw new RpcError(Code.Internal, "the script made no reply");
}

async function* thrownAsRpcError(replies: AsyncGenerator<Message>): AsyncGenerator<Message> {
  try {
    yield* replies;
  } catch (error) {
    throw error instanceof ScriptError ? new RpcError(error.code as Code, error.message) : error;
  }
}
