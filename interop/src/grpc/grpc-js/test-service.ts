import { fileURLToPath } from "node:url";
import { type GrpcObject, loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const PROTO = fileURLToPath(new URL("../../../proto", import.meta.url));

interface TestingPackage {
  readonly TestService: ServiceClientConstructor;
  readonly UnimplementedService: ServiceClientConstructor;
}

/** The services of `grpc.testing` as grpc-js and protobuf.js know them: no code of ours is in between. */
export function loadTestServices(): TestingPackage {
  const definition = loadSync("grpc/testing/test.proto", { includeDirs: [PROTO], defaults: true });
  const { testing } = loadPackageDefinition(definition)["grpc"] as GrpcObject;
  return testing as unknown as TestingPackage;
}

/** Some of the messages of the test service are larger than gRPC's default limit allows. */
export const MAX_MESSAGE_BYTES: number = 16 * 1024 * 1024;

/** What the cases look at in messages of any type. */
export interface AnyMessage {
  readonly payload?: { readonly body: Buffer } | null;
  readonly serverId?: string;
  readonly aggregatedPayloadSize?: number;
}
