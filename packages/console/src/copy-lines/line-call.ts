import type { MethodType, Registry } from "hawser/protobuf";

/** A call as the copyable lines need it: variables are put in already. */
export interface LineCall {
  readonly method: MethodType;
  /** The name of the method in a client of TypeScript. */
  readonly localName: string;
  /** Types that an Any may hold. */
  readonly registry: Registry;
  /** The requests as JSON, in their order. A method that takes one has one. */
  readonly requests: readonly string[];
  /** Names and values as they are typed; of names that end in `-bin` the value is base64. */
  readonly metadata: readonly (readonly [name: string, value: string])[];
  /** Undefined: no deadline. */
  readonly timeoutMs: number | undefined;
  readonly target: LineTarget;
}

/** Where the lines go: not the page's own origin, but the server that the page is about. */
export interface LineTarget {
  /** As a user types it: `localhost:50051`. */
  readonly address: string;
  readonly tls: boolean;
  /** What it speaks: "grpc", "grpc-web", "connect", "rest". */
  readonly protocols: readonly string[];
  /** Where the schema came from, as `--schema` takes it: directories, `.proto` files, descriptor sets. None if by reflection. */
  readonly schemaInputs?: readonly string[];
  /** The import roots of these. */
  readonly protoPaths?: readonly string[];
}
