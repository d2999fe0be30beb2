import { createChannel, createClient } from "hawser";
import { drive } from "../../src/drive/drive.js";
import type { EchoClient, Target } from "../../src/echo.js";
import { payloadCodec } from "../../src/echo.js";
import { maxMessageBytes } from "../../src/echo-proto.js";
import { Echo } from "../../src/gen/echo.pb.js";

drive(connect);

function connect({ port, ca }: Target): EchoClient {
  const tls = ca === undefined ? false : { ca };
  const channel = createChannel(`127.0.0.1:${port}`, { tls, maxReceiveBytes: maxMessageBytes });
  const echo = createClient(Echo, channel);
  return {
    ...payloadCodec,
    unary: (request) => echo.unary(request),
    serverStream: async (count, size, onMessage) => {
      for await (const message of echo.serverStream({ count, size })) onMessage(message);
    },
    clientStream: (messages) => echo.clientStream(messages),
    bidi: (onMessage) => {
      const call = echo.bidi();
      const read = async (): Promise<void> => {
        for await (const message of call) onMessage(message);
      };
      return { send: (message) => void call.send(message), end: () => call.end(), ended: read() };
    },
    close: () => channel.close(),
  };
}
