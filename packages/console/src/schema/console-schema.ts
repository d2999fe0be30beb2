import {
  createDynamicTypes,
  createRegistry,
  type DynamicTypes,
  decode,
  type MethodKind,
  type MethodType,
  type Registry,
  type ServiceType,
} from "hawser/protobuf";
import { FileDescriptorSet, fileComments } from "hawser/wkt";
import { Protocol, type Schema } from "./console.pb.js";
import { isCommonService } from "./is-common-service.js";

/** A method as the page shows it. */
export interface MethodInfo {
  /** `notes.v1.Notes/Get`: names the method everywhere in the page, in links and in what is stored. */
  readonly id: string;
  readonly name: string;
  readonly kind: MethodKind;
  /** What stands above it in the `.proto`; empty if that is not known. */
  readonly comment: string;
  readonly deprecated: boolean;
  readonly type: MethodType;
  /** The property of a client that calls it. */
  readonly localName: string;
  readonly service: ServiceInfo;
}

/** A service as the page shows it. */
export interface ServiceInfo {
  /** The full name, as `notes.v1.Notes`. */
  readonly name: string;
  readonly comment: string;
  readonly type: ServiceType;
  readonly methods: readonly MethodInfo[];
}

/** What the target speaks. */
export type SpokenProtocol = "grpc" | "grpc-web" | "connect" | "rest";

/** All that the page knows of the server that it shows. */
export interface ConsoleSchema {
  readonly services: readonly ServiceInfo[];
  readonly methods: ReadonlyMap<string, MethodInfo>;
  /** For `Any`, extensions, and names of types. */
  readonly types: DynamicTypes;
  readonly registry: Registry;
  /** By full names of messages, fields, enums, enum values, services and methods. */
  readonly comments: ReadonlyMap<string, string>;
  /** Fields and methods that the schema calls deprecated, by full names. */
  readonly deprecated: ReadonlySet<string>;
  /** As a user would type it: `localhost:50051`. */
  readonly target: string;
  /** Whether the target is spoken to over TLS. */
  readonly tls: boolean;
  /** Whether the services are on the very server that the page came from. */
  readonly embedded: boolean;
  /** What the target speaks. */
  readonly protocols: readonly SpokenProtocol[];
  /** The version of the console. */
  readonly version: string;
  /** Where the schema came from, as `--schema` takes it, and its import roots; empty if the server told it. */
  readonly schemaInputs: readonly string[];
  readonly protoPaths: readonly string[];
}

const PROTOCOLS: Readonly<Record<number, SpokenProtocol>> = {
  [Protocol.PROTOCOL_GRPC]: "grpc",
  [Protocol.PROTOCOL_GRPC_WEB]: "grpc-web",
  [Protocol.PROTOCOL_CONNECT]: "connect",
  [Protocol.PROTOCOL_REST]: "rest",
};

/**
 * Makes what the page shows of what the server told it.
 *
 * @throws ProtobufError if the descriptors are broken, naming the declaration
 */
export function readSchema(input: Schema): ConsoleSchema {
  const { file: files } = decode(FileDescriptorSet, input.fileDescriptorSet);
  const types = createDynamicTypes(files);
  const comments = new Map([...Object.entries(input.comments), ...files.flatMap((file) => [...fileComments(file)])]);
  const deprecated = new Set<string>();
  for (const file of files) {
    const scope = file.package ? `${file.package}.` : "";
    for (const service of file.service) {
      for (const method of service.method) {
        if (method.options?.deprecated === true) deprecated.add(`${scope}${service.name}.${method.name}`);
      }
    }
    const visit = (messages: typeof file.messageType, prefix: string): void => {
      for (const message of messages) {
        const name = prefix + message.name;
        for (const field of message.field) {
          if (field.options?.deprecated === true) deprecated.add(`${name}.${field.name}`);
        }
        visit(message.nestedType, `${name}.`);
      }
    };
    visit(file.messageType, scope);
  }
  // What one looks for comes first, each part in the order of names.
  const names = [...input.services].sort((a, b) => Number(isCommonService(a)) - Number(isCommonService(b)));
  const services = names.flatMap((name) => {
    const type = types.service(name);
    return type === undefined ? [] : [serviceInfo(type, comments, deprecated)];
  });
  return {
    services,
    methods: new Map(services.flatMap(({ methods }) => methods.map((method) => [method.id, method]))),
    types,
    registry: createRegistry(...types.messages, ...types.extensions),
    comments,
    deprecated,
    target: input.target,
    tls: input.tls,
    embedded: input.embedded,
    protocols: input.protocols.flatMap((protocol) => PROTOCOLS[protocol] ?? []),
    version: input.consoleVersion,
    schemaInputs: input.schemaInputs,
    protoPaths: input.protoPaths,
  };
}

function serviceInfo(
  type: ServiceType,
  comments: ReadonlyMap<string, string>,
  deprecated: ReadonlySet<string>,
): ServiceInfo {
  const methods: MethodInfo[] = [];
  const service: ServiceInfo = { name: type.typeName, comment: comments.get(type.typeName) ?? "", type, methods };
  for (const localName of Object.keys(type.methods)) {
    const method = type.methods[localName]!;
    const fullName = `${type.typeName}.${method.name}`;
    methods.push({
      id: `${type.typeName}/${method.name}`,
      name: method.name,
      kind: method.kind,
      comment: comments.get(fullName) ?? "",
      deprecated: deprecated.has(fullName),
      type: method,
      localName,
      service,
    });
  }
  return service;
}
