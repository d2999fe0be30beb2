import { ChannelCredentials } from "@grpc/grpc-js";
import { createChannel, createClient } from "nice-grpc";
import { drive } from "../../src/drive/drive.js";
import type { BidiStream, EchoClient, Payload, Target } from "../../src/echo.js";
import { payloadCodec } from "../../src/echo.js";
import { MessageQueue } from "../../src/message-queue.js";
import { EchoDefinition, options } from "./service.js";

drive(connect);

function connect({ port, ca }: Target): EchoClient {
  const credentials =
    ca === undefined ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl(Buffer.from(ca));
  // Without a pool of its own, clients of one process would share a connection.
  const channel = createChannel(`127.0.0.1:${port}`, credentials, { ...options, "grpc.use_local_subchannel_pool": 1 });
  const client = createClient(EchoDefinition, channel);
  return {
    ...payloadCodec,
    unary: (request) => client.unary(request),
    serverStream: async (count, size, onMessage) => {
      for await (const message of client.serverStream({ count, size })) onMessage(message);
    },
    clientStream: (messages) => client.clientStream(each(messages)),
    bidi: (onMessage) => bidi((requests) => client.bidi(requests), onMessage),
    close: async () => channel.close(),
  };
}

async function* each(messages: readonly Payload[]): AsyncIterable<Payload> {
  yield* messages;
}

function bidi(
  open: (requests: AsyncIterable<Payload>) => AsyncIterable<Payload>,
  onMessage: (message: Payload) => void,
): BidiStream {
  const requests = new MessageQueue<Payload>();
  const read = async (): Promise<void> => {
    for await (const message of open(requests)) onMessage(message);
  };
  return { send: (message) => requests.push(message), end: () => requests.end(), ended: read() };
}
