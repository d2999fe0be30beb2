/** A service that is made by hand, called by both clients: it answers after a time with what it was sent. */
import * as grpc from "@grpc/grpc-js";
import { createChannel, createClient, RpcError } from "hawser";
import { decode, encode, type MethodType, type ServiceType, service } from "hawser/protobuf";
import { StringValue } from "hawser/wkt";

export const Echo: ServiceType<{ wait: MethodType<"unary", typeof StringValue, typeof StringValue> }> = service(
  "interop.Echo",
  { wait: { kind: "unary", name: "Wait", input: StringValue, output: StringValue } },
);

/** A client of {@link Echo}: sends a text, gets a text, or fails with a gRPC status code. */
export interface EchoClient {
  readonly name: string;
  wait(text: string): Promise<string>;
  close(): Promise<void>;
}

export class StatusError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export const clients: readonly { readonly name: string; connect(address: string): EchoClient }[] = [
  { name: "hawser", connect: hawserClient },
  { name: "grpc-js", connect: grpcJsClient },
];

function hawserClient(address: string): EchoClient {
  const channel = createChannel(address);
  const client = createClient(Echo, channel);
  return {
    name: "hawser",
    wait: async (text) => {
      try {
        return (await client.wait({ value: text }, { timeoutMs: 60_000 })).value;
      } catch (error) {
        throw RpcError.is(error) ? new StatusError(error.code, error.message) : error;
      }
    },
    close: () => channel.close(),
  };
}

function grpcJsClient(address: string): EchoClient {
  const Client = grpc.makeGenericClientConstructor(
    {
      wait: {
        path: "/interop.Echo/Wait",
        requestStream: false,
        responseStream: false,
        requestSerialize: (text: string) => Buffer.from(encode(StringValue, { value: text })),
        requestDeserialize: (bytes: Buffer) => decode(StringValue, bytes).value,
        responseSerialize: (text: string) => Buffer.from(encode(StringValue, { value: text })),
        responseDeserialize: (bytes: Buffer) => decode(StringValue, bytes).value,
      },
    },
    "Echo",
  );
  // A pool of its own: each client has a connection of its own.
  const client = new Client(address, grpc.credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  return {
    name: "grpc-js",
    wait: (text) =>
      new Promise((resolve, reject) => {
        // biome-ignore lint/suspicious/noExplicitAny: a client made from a definition has no types
        (client as any).wait(
          text,
          { deadline: Date.now() + 60_000 },
          (error: grpc.ServiceError | null, reply: string) =>
            error === null ? resolve(reply) : reject(new StatusError(error.code, error.details)),
        );
      }),
    close: async () => client.close(),
  };
}
