/** The client that made `grpc-websockets` known, as the cases see it: @improbable-eng/grpc-web over WebSockets. */
import { createRequire } from "node:module";
import type { grpc as Grpc } from "@improbable-eng/grpc-web";
import { decode, encode } from "hawser/protobuf";
import { WebSocket } from "ws";
import { Reply, Request } from "./gen/interop/v1/interop.pb.js";
import type { CallSettings, ClientPeer, Kind, Message, Outcome, Pairs, Run } from "./peer.js";

// A module of CommonJS whose names Node can't see.
const { grpc } = createRequire(import.meta.url)("@improbable-eng/grpc-web") as { grpc: typeof Grpc };

/** A message as google-protobuf's generated code has it. */
class Holder implements Grpc.ProtobufMessage {
  message: Message;
  constructor(message: Message = { id: 0n, payload: new Uint8Array(0) }) {
    this.message = message;
  }
  static deserializeBinary(bytes: Uint8Array): Holder {
    const { id, payload } = decode(Reply, bytes);
    return new Holder({ id, payload });
  }
  serializeBinary(): Uint8Array {
    return encode(Request, this.message);
  }
  toObject(): object {
    return { ...this.message };
  }
}

const NAMES: Readonly<Record<Kind, string>> = {
  unary: "Unary",
  serverStream: "ServerStream",
  clientStream: "ClientStream",
  bidiStream: "BidiStream",
};

/** Calls of all kinds, each over a WebSocket of its own. @param host as `http://127.0.0.1:1234` */
export function improbablePeer(host: string): ClientPeer {
  // It takes the platform's, which Node has from 22 on.
  (globalThis as { WebSocket?: unknown }).WebSocket ??= WebSocket;
  return {
    name: "improbable",
    call: (kind, requests, settings = {}) => start(host, kind, requests, settings),
    async close() {},
  };
}

function start(
  host: string,
  kind: Kind,
  requests: readonly Message[] | AsyncIterable<Message>,
  { metadata = [], timeoutMs, missing }: CallSettings,
): Run {
  const method: Grpc.MethodDefinition<Holder, Holder> = {
    methodName: missing === "method" ? "Missing" : NAMES[kind],
    service: { serviceName: missing === "service" ? "interop.v1.Absent" : "interop.v1.Interop" },
    requestStream: kind === "clientStream" || kind === "bidiStream",
    responseStream: kind === "serverStream" || kind === "bidiStream",
    requestType: Holder,
    responseType: Holder,
  };
  const client = grpc.client(method, { host, transport: grpc.WebsocketTransport() });
  const replies: Message[] = [];
  let ended = false;
  let wake = (): void => {};
  let settleHeader: (pairs: Pairs) => void = () => {};
  const header = new Promise<Pairs>((resolve) => (settleHeader = resolve));
  let settle: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
  const end = (code: number, message: string, trailer: Pairs): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    settleHeader([]);
    settle({ code, message, trailer });
    wake();
  };
  client.onHeaders((headers) => settleHeader(toPairs(headers)));
  client.onMessage((reply) => {
    replies.push((reply as Holder).message);
    wake();
  });
  client.onEnd((code, message, trailer) => end(code, message ?? "", toPairs(trailer)));
  const fields = new grpc.Metadata();
  for (const [key, value] of metadata) {
    fields.append(key, typeof value === "string" ? value : Buffer.from(value).toString("base64"));
  }
  const abandon = (code: number, message: string): void => {
    if (ended) return;
    client.close();
    end(code, message, []);
  };
  // It knows no deadlines of its own; that of the server is a moment later.
  let timer: NodeJS.Timeout | undefined;
  if (timeoutMs !== undefined) {
    fields.set("grpc-timeout", `${timeoutMs}m`);
    timer = setTimeout(() => abandon(4, "the deadline passed"), timeoutMs);
  }
  client.start(fields);
  void (async () => {
    for await (const each of requests) {
      if (ended) return;
      client.send(new Holder(each));
      if (!method.requestStream) break;
    }
    if (!ended) client.finishSend();
  })();
  return {
    replies: {
      async *[Symbol.asyncIterator]() {
        for (let i = 0; ; i++) {
          while (i >= replies.length) {
            if (ended) return;
            await new Promise<void>((resolve) => (wake = resolve));
          }
          yield replies[i] as Message;
        }
      },
    },
    header,
    outcome,
    cancel: () => abandon(1, "cancelled"),
  };
}

function toPairs(fields: Grpc.Metadata): Pairs {
  const pairs: (readonly [string, string | Uint8Array])[] = [];
  fields.forEach((key, values) => {
    for (const value of values) {
      if (!key.endsWith("-bin")) pairs.push([key, value]);
      else for (const each of value.split(",")) pairs.push([key, new Uint8Array(Buffer.from(each.trim(), "base64"))]);
    }
  });
  return pairs;
}
