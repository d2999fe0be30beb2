import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from "@grpc/grpc-js";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { Payload, Summary } from "../../src/echo.js";
import { streamText } from "../../src/echo.js";
import { serve } from "../../src/serve.js";
import { Echo, options } from "./service.js";

serve(
  ({ tls }) =>
    new Promise((resolve, reject) => {
      const server = new Server(options);
      server.addService(Echo.service, {
        Unary: unary,
        ServerStream: serverStream,
        ClientStream: clientStream,
        Bidi: bidi,
      });
      const credentials =
        tls === undefined
          ? ServerCredentials.createInsecure()
          : ServerCredentials.createSsl(null, [
              { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
            ]);
      server.bindAsync("127.0.0.1:0", credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
    }),
);

function unary(call: ServerUnaryCall<Payload, Payload>, callback: sendUnaryData<Payload>): void {
  callback(null, call.request);
}

function serverStream(call: ServerWritableStream<{ count: number; size: number }, Payload>): void {
  const { count, size } = call.request;
  const text = streamText(size);
  let id = 0;
  const fill = (): void => {
    while (id < count) {
      if (!call.write({ id: id++, name: "", text })) {
        call.once("drain", fill);
        return;
      }
    }
    call.end();
  };
  fill();
}

function clientStream(call: ServerReadableStream<Payload, Summary>, callback: sendUnaryData<Summary>): void {
  let count = 0;
  let bytes = 0;
  let ids = 0;
  call.on("data", (message: Payload) => {
    count++;
    bytes += message.body?.length ?? 0;
    ids = (ids + message.id) >>> 0;
  });
  call.on("end", () => callback(null, { count, bytes, ids }));
}

function bidi(call: ServerDuplexStream<Payload, Payload>): void {
  call.on("data", (message: Payload) => {
    if (!call.write(message)) {
      call.pause();
      call.once("drain", () => call.resume());
    }
  });
  call.on("end", () => call.end());
}
