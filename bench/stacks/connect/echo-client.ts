import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { Http2SessionManager } from "@connectrpc/connect-node";
import type { BidiStream, EchoClient, Payload, Target } from "../../src/echo.js";
import { payloadCodec } from "../../src/echo.js";
import { maxMessageBytes } from "../../src/echo-proto.js";
import { MessageQueue } from "../../src/message-queue.js";
import { Echo } from "./gen/echo_pb.js";

/** What the transports of both protocols are made of. */
interface TransportOptions {
  readonly baseUrl: string;
  readonly httpVersion: "2";
  readonly sessionManager: Http2SessionManager;
  readonly readMaxBytes: number;
  readonly acceptCompression: [];
}

/** A client over one HTTP/2 connection, for the protocol of the given transport. */
export function connectClient(
  { port, ca }: Target,
  createTransport: (options: TransportOptions) => Transport,
): EchoClient {
  const baseUrl = `${ca === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const sessionManager = new Http2SessionManager(baseUrl, {}, ca === undefined ? {} : { ca });
  const transport = createTransport({
    baseUrl,
    httpVersion: "2",
    sessionManager,
    readMaxBytes: maxMessageBytes,
    // Otherwise the server would compress large replies, which no other stack does unasked.
    acceptCompression: [],
  });
  const client: Client<typeof Echo> = createClient(Echo, transport);
  return {
    ...payloadCodec,
    unary: (request) => client.unary(request),
    serverStream: async (count, size, onMessage) => {
      for await (const message of client.serverStream({ count, size })) onMessage(message);
    },
    clientStream: (messages) => client.clientStream(each(messages)),
    bidi: (onMessage) => bidi(client, onMessage),
    close: async () => sessionManager.abort(),
  };
}

async function* each(messages: readonly Payload[]): AsyncIterable<Payload> {
  yield* messages;
}

function bidi(client: Client<typeof Echo>, onMessage: (message: Payload) => void): BidiStream {
  const requests = new MessageQueue<Payload>();
  const read = async (): Promise<void> => {
    for await (const message of client.bidi(requests)) onMessage(message);
  };
  return { send: (message) => requests.push(message), end: () => requests.end(), ended: read() };
}
