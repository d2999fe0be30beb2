import type { ServiceDefinition } from "@grpc/grpc-js";
import type { MethodDefinition } from "nice-grpc";
import type { Payload, Summary } from "../../src/echo.js";
import { Echo } from "../grpc-js/service.js";

export { options } from "../grpc-js/service.js";

interface StreamRequest {
  readonly count: number;
  readonly size: number;
}

/** bench.Echo with the codec of proto-loader, as the nice-grpc type that needs no copy of each message. */
export const EchoDefinition: {
  unary: Method<Payload, Payload, false, false>;
  serverStream: Method<StreamRequest, Payload, false, true>;
  clientStream: Method<Payload, Summary, true, false>;
  bidi: Method<Payload, Payload, true, true>;
} = {
  unary: method("Unary"),
  serverStream: method("ServerStream"),
  clientStream: method("ClientStream"),
  bidi: method("Bidi"),
};

type Method<Q, R, QS extends boolean, RS extends boolean> = MethodDefinition<Q, Q, R, R, QS, RS>;

function method<Q, R, QS extends boolean, RS extends boolean>(name: string): Method<Q, R, QS, RS> {
  const service = Echo.service as ServiceDefinition;
  return { ...service[name]!, options: {} } as unknown as Method<Q, R, QS, RS>;
}
