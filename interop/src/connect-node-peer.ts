/** The clients of connect-node as the cases see them. */
import {
  createFileRegistry,
  type DescMethodStreaming,
  type DescMethodUnary,
  type DescService,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, decodeBinaryHeader, encodeBinaryHeader, type Transport } from "@connectrpc/connect";
import { encode } from "hawser/protobuf";
import { FileDescriptorSet, fileDescriptor } from "hawser/wkt";
import { $file_interop_v1_interop } from "./gen/interop/v1/interop.pb.js";
import type { CallSettings, ClientPeer, Kind, Message, Outcome, Pairs, Run } from "./peer.js";

const descriptors = encode(FileDescriptorSet, { file: [fileDescriptor($file_interop_v1_interop)] });
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));

/** What the cases call, as connect-node wants it described. */
export const connectService: DescService = registry.getService("interop.v1.Interop") as DescService;
const absentService = registry.getService("interop.v1.Absent") as DescService;

/** Calls over one of connect-node's transports. */
export function connectNodePeer(
  name: string,
  transport: Transport,
  abilities: Pick<ClientPeer, "kinds" | "unaryHeaderIsLate">,
): ClientPeer {
  return {
    name,
    ...abilities,
    call: (kind, requests, settings = {}) => start(transport, kind, requests, settings),
    async close() {},
  };
}

function start(
  transport: Transport,
  kind: Kind,
  requests: readonly Message[] | AsyncIterable<Message>,
  settings: CallSettings,
): Run {
  const controller = new AbortController();
  const method = methodOf(kind, settings);
  const headers = toHeaders(settings.metadata ?? []);
  const messages = toIterable(requests, kind);
  const header = withResolvers<Pairs>();
  const replies = new Waiting();
  const outcome = (async (): Promise<Outcome> => {
    try {
      let trailer: Pairs;
      if (kind === "unary") {
        let first: Message | undefined;
        for await (const each of messages) first ??= each;
        const unary = method as DescMethodUnary;
        const reply = await transport.unary(unary, controller.signal, settings.timeoutMs, headers, first as never);
        header.resolve(toPairs(reply.header));
        replies.push(reply.message as unknown as Message);
        trailer = toPairs(reply.trailer);
      } else {
        const stream = method as DescMethodStreaming;
        const reply = await transport.stream(
          stream,
          controller.signal,
          settings.timeoutMs,
          headers,
          messages as AsyncIterable<never>,
        );
        header.resolve(toPairs(reply.header));
        for await (const each of reply.message) replies.push(each as unknown as Message);
        trailer = toPairs(reply.trailer);
      }
      return { code: 0, message: "", trailer };
    } catch (error) {
      const failure = ConnectError.from(error, Code.Internal);
      // It puts header and trailer together.
      const metadata = toPairs(failure.metadata);
      header.resolve(metadata);
      return { code: failure.code, message: failure.rawMessage, trailer: metadata };
    } finally {
      replies.end();
    }
  })();
  return { replies, header: header.promise, outcome, cancel: () => controller.abort() };
}

function methodOf(kind: Kind, { missing }: CallSettings): DescMethodUnary | DescMethodStreaming {
  if (missing === "service") return absentService.method["unary"] as DescMethodUnary;
  return connectService.method[missing === "method" ? "missing" : kind] as DescMethodUnary | DescMethodStreaming;
}

function toIterable(requests: readonly Message[] | AsyncIterable<Message>, kind: Kind): AsyncIterable<Message> {
  return (async function* () {
    for await (const each of requests) {
      yield { id: each.id, payload: each.payload };
      if (kind === "unary" || kind === "serverStream") return;
    }
  })();
}

function toHeaders(pairs: Pairs): Headers {
  const headers = new Headers();
  for (const [key, value] of pairs) {
    headers.append(key, typeof value === "string" ? value : encodeBinaryHeader(value));
  }
  return headers;
}

function toPairs(headers: Headers): Pairs {
  const pairs: (readonly [string, string | Uint8Array])[] = [];
  headers.forEach((value, key) => {
    if (!key.endsWith("-bin")) pairs.push([key, value]);
    else for (const each of value.split(",")) pairs.push([key, decodeBinaryHeader(each.trim())]);
  });
  return pairs;
}

/** Replies as they come, for whoever reads them, then or later. */
class Waiting implements AsyncIterable<Message> {
  readonly #messages: Message[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(message: Message): void {
    this.#messages.push({ id: message.id, payload: message.payload });
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    for (let i = 0; ; i++) {
      while (i >= this.#messages.length) {
        if (this.#ended) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      yield this.#messages[i] as Message;
    }
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => (resolve = r));
  return { promise, resolve };
}
