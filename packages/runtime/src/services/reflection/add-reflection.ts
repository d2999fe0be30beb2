import type { FileType } from "../../protobuf/type/file-type.js";
import { $file_google_rpc_error_details } from "../../protobuf/wkt/google/rpc/error_details.pb.js";
import { $file_google_rpc_status } from "../../protobuf/wkt/google/rpc/status.pb.js";
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponseInit,
} from "../../protobuf/wkt/grpc/reflection/v1/reflection.pb.js";
import { ServerReflection as ServerReflectionV1Alpha } from "../../protobuf/wkt/grpc/reflection/v1alpha/reflection.pb.js";
import { Code } from "../../rpc/code.js";
import type { ServiceHost } from "../service-host.js";
import { FileIndex } from "./file-index.js";

/**
 * Adds grpc.reflection.v1.ServerReflection, and v1alpha for older clients, to a server: tools such as grpcurl then need
 * no `.proto`. It tells of every service that the server has, also of those that are added later, and of google.rpc's
 * messages, which the details of errors are made of.
 *
 * @param options.files further files to tell of, as those that declare extensions, or what an `Any` may hold
 * @throws TypeError if the server has it already
 */
export function addReflection(server: ServiceHost, options: { readonly files?: readonly FileType[] } = {}): void {
  const reflection = new Reflection(server, [...ERROR_DETAILS, ...(options.files ?? [])]);
  server.add(ServerReflection, { serverReflectionInfo: (requests) => reflection.answer(requests) });
  server.add(ServerReflectionV1Alpha, { serverReflectionInfo: (requests) => reflection.answer(requests) });
}

/** What tools need in order to show the details of an error. */
const ERROR_DETAILS: readonly FileType[] = [$file_google_rpc_error_details, $file_google_rpc_status];

type Answer = NonNullable<ServerReflectionResponseInit["messageResponse"]>;

class Reflection {
  readonly #server: ServiceHost;
  readonly #files: readonly FileType[];
  #index: FileIndex | undefined;
  /** How many services the index knows; services are added, never taken away. */
  #indexed = 0;

  constructor(server: ServiceHost, files: readonly FileType[]) {
    this.#server = server;
    this.#files = files;
  }

  async *answer(requests: AsyncIterable<ServerReflectionRequest>): AsyncGenerator<ServerReflectionResponseInit> {
    // A file goes over a stream once: clients keep what they got (reflection.proto, `file_descriptor_response`).
    const sent = new Set<string>();
    for await (const request of requests) {
      yield { validHost: request.host, originalRequest: request, messageResponse: this.#answerOne(request, sent) };
    }
  }

  #answerOne({ messageRequest }: ServerReflectionRequest, sent: Set<string>): Answer {
    const index = this.#currentIndex();
    switch (messageRequest?.case) {
      case "fileByFilename": {
        const { value } = messageRequest;
        return fileAnswer(index.file(value), sent, `the file "${value}"`);
      }
      case "fileContainingSymbol": {
        const { value } = messageRequest;
        return fileAnswer(index.symbol(value.replace(/^\./, "")), sent, `the symbol "${value}"`);
      }
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = messageRequest.value;
        const found = index.extension(containingType, extensionNumber);
        return fileAnswer(found, sent, `an extension ${extensionNumber} of "${containingType}"`);
      }
      case "allExtensionNumbersOfType": {
        const { value } = messageRequest;
        const extensionNumber = index.extensionNumbers(value);
        return extensionNumber === undefined
          ? notFound(`the type "${value}"`)
          : { case: "allExtensionNumbersResponse", value: { baseTypeName: value, extensionNumber } };
      }
      case "listServices": {
        const service = [...this.#server.services.keys()].sort().map((name) => ({ name }));
        return { case: "listServicesResponse", value: { service } };
      }
      default:
        return {
          case: "errorResponse",
          value: { errorCode: Code.InvalidArgument, errorMessage: "the request asks for nothing that is known here" },
        };
    }
  }

  #currentIndex(): FileIndex {
    const { services } = this.#server;
    if (this.#index === undefined || this.#indexed !== services.size) {
      const declared = [...services.values()].flatMap(({ file }) => file ?? []);
      this.#index = new FileIndex([...declared, ...this.#files]);
      this.#indexed = services.size;
    }
    return this.#index;
  }
}

/** A file and all that it imports; of these, what was not sent yet. The file asked for always goes first. */
function fileAnswer(file: FileType | undefined, sent: Set<string>, what: string): Answer {
  if (file === undefined) return notFound(what);
  const fileDescriptorProto = [file.descriptor];
  sent.add(file.name);
  const queue = [...file.imports];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (sent.has(next.name)) continue;
    sent.add(next.name);
    fileDescriptorProto.push(next.descriptor);
    queue.push(...next.imports);
  }
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function notFound(what: string): Answer {
  return { case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage: `${what} is not known here` } };
}
