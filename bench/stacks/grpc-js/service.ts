import type { ChannelOptions, ServiceClientConstructor } from "@grpc/grpc-js";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { echoProtoPath, maxMessageBytes } from "../../src/echo-proto.js";

const definition = loadPackageDefinition(loadSync(echoProtoPath, { defaults: true }));

/** The client class of bench.Echo, with its service definition. */
export const Echo: ServiceClientConstructor = (definition["bench"] as Record<string, ServiceClientConstructor>)[
  "Echo"
]!;

/** Options of both sides. */
export const options: ChannelOptions = {
  "grpc.max_receive_message_length": maxMessageBytes,
  "grpc.max_send_message_length": maxMessageBytes,
};
