import type { ClientDuplexStream, ClientReadableStream, ClientWritableStream, ServiceError } from "@grpc/grpc-js";
import { credentials } from "@grpc/grpc-js";
import { drive } from "../../src/drive/drive.js";
import type { BidiStream, EchoClient, Payload, Summary, Target } from "../../src/echo.js";
import { payloadCodec } from "../../src/echo.js";
import { Echo, options } from "./service.js";

type Callback<T> = (error: ServiceError | null, value: T) => void;

/** What proto-loader puts on the client, typed. */
interface EchoStub {
  Unary(request: Payload, callback: Callback<Payload>): void;
  ServerStream(request: { count: number; size: number }): ClientReadableStream<Payload>;
  ClientStream(callback: Callback<Summary>): ClientWritableStream<Payload>;
  Bidi(): ClientDuplexStream<Payload, Payload>;
  close(): void;
}

drive(connect);

function connect({ port, ca }: Target): EchoClient {
  const channelCredentials = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
  // Without a pool of its own, clients of one process would share a connection.
  const stub = new Echo(`127.0.0.1:${port}`, channelCredentials, {
    ...options,
    "grpc.use_local_subchannel_pool": 1,
  }) as unknown as EchoStub;
  return {
    ...payloadCodec,
    unary: (request) =>
      new Promise((resolve, reject) => {
        stub.Unary(request, (error, reply) => (error === null ? resolve(reply) : reject(error)));
      }),
    serverStream: (count, size, onMessage) => {
      const call = stub.ServerStream({ count, size });
      call.on("data", onMessage);
      return ended(call);
    },
    clientStream: (messages) => clientStream(stub, messages),
    bidi: (onMessage) => bidi(stub, onMessage),
    close: async () => stub.close(),
  };
}

function clientStream(stub: EchoStub, messages: readonly Payload[]): Promise<Summary> {
  return new Promise((resolve, reject) => {
    const call = stub.ClientStream((error, summary) => (error === null ? resolve(summary) : reject(error)));
    let next = 0;
    const fill = (): void => {
      while (next < messages.length) {
        if (!call.write(messages[next++]!)) {
          call.once("drain", fill);
          return;
        }
      }
      call.end();
    };
    fill();
  });
}

function bidi(stub: EchoStub, onMessage: (message: Payload) => void): BidiStream {
  const call = stub.Bidi();
  call.on("data", onMessage);
  return { send: (message) => call.write(message), end: () => call.end(), ended: ended(call) };
}

function ended(call: ClientReadableStream<Payload> | ClientDuplexStream<Payload, Payload>): Promise<void> {
  return new Promise((resolve, reject) => {
    call.on("error", reject);
    call.on("end", resolve);
  });
}
