import { type Channel, Code, codeName, createClient, type Metadata, RpcError } from "hawser";
import { decode, type MethodType, ProtobufError, type ServiceType, service } from "hawser/protobuf";
import {
  ServerReflection,
  type ServerReflectionRequestInit,
  type ServerReflectionResponse,
  ServerReflectionV1Alpha,
} from "hawser/services";
import { FileDescriptorProto } from "hawser/wkt";
import { CliError } from "../cli-error.js";
import { wellKnownFile } from "./well-known-files.js";

/** How long a server may take over one question: reflection reads nothing but memory. */
const ANSWER_TIMEOUT_MS = 20_000;

/** The files of the largest known servers are some thousands; one that names new imports without end is stopped. */
const MAX_FILES = 50_000;

/**
 * Reflection with one question a call: the same on the wire as a stream of one request, and passes gRPC-Web, which knows no
 * streams of requests.
 */
function askingOnce({ typeName, methods }: typeof ServerReflection): AskingOnce {
  const { name, input, output } = methods.serverReflectionInfo;
  return service(typeName, { serverReflectionInfo: { kind: "server_streaming", name, input, output } });
}

type InfoMethod = (typeof ServerReflection)["methods"]["serverReflectionInfo"];
type AskingOnce = ServiceType<{
  serverReflectionInfo: MethodType<"server_streaming", InfoMethod["input"], InfoMethod["output"]>;
}>;

type Question = NonNullable<ServerReflectionRequestInit["messageRequest"]>;
type Answer = NonNullable<ServerReflectionResponse["messageResponse"]>;

/** Whom to ask, and what to say if that fails. */
export interface ReflectionSettings {
  /** Who is asked, for errors: `the server at localhost:8080`. */
  readonly source: string;
  /** What to do about a server that tells nothing. */
  readonly help: string;
  /** What to do about one that cannot be reached. */
  readonly unreachable: string;
  /** Sent along: servers may want to know who asks. */
  readonly metadata?: Metadata;
  /** Ends every question. */
  readonly signal: AbortSignal;
}

/**
 * Asks a server what it has by grpc.reflection.v1, else v1alpha (grpc/doc/server-reflection.md). What was told once is not asked
 * for again. All that fails is a CliError, but for what the signal ends.
 */
export class ReflectionClient {
  readonly #channel: Channel;
  readonly #settings: ReflectionSettings;
  readonly #files = new Map<string, FileDescriptorProto>();
  readonly #missing = new Set<string>();
  #services: readonly string[] | undefined;
  /** True once the server has said that it has only the older service. */
  #isOld = false;

  constructor(channel: Channel, settings: ReflectionSettings) {
    this.#channel = channel;
    this.#settings = settings;
  }

  /** All files that it has told of so far. */
  get files(): Iterable<FileDescriptorProto> {
    return this.#files.values();
  }

  /** The imports that it does not have, and nobody knows. */
  get missing(): ReadonlySet<string> {
    return this.#missing;
  }

  /** The full names of all services, sorted. */
  async services(): Promise<readonly string[]> {
    if (this.#services !== undefined) return this.#services;
    const answer = await this.#ask({ case: "listServices", value: "*" });
    if (answer?.case !== "listServicesResponse") throw this.#strange("listServices");
    return (this.#services = answer.value.service.map(({ name }) => name).sort());
  }

  /** Asks for the file that declares a symbol, and all that it imports. Returns whether there is one. */
  async fetch(symbol: string): Promise<boolean> {
    const answer = await this.#ask({ case: "fileContainingSymbol", value: symbol });
    if (answer === undefined) return false;
    await this.#completeImports(this.#take(answer));
    return true;
  }

  /** Asks for the files of all services. Returns the services that the server lists and does not have. */
  async fetchServices(): Promise<readonly string[]> {
    const known = new Set<string>();
    const seen = new Set<FileDescriptorProto>();
    const absent: string[] = [];
    for (const name of await this.services()) {
      if (known.has(name)) continue;
      if (!(await this.fetch(name))) {
        absent.push(name);
        continue;
      }
      for (const file of this.#files.values()) {
        if (seen.has(file)) continue;
        seen.add(file);
        for (const each of file.service) known.add(file.package ? `${file.package}.${each.name}` : (each.name ?? ""));
      }
    }
    return absent;
  }

  /** Asks for imports that did not come along. */
  async #completeImports(queue: FileDescriptorProto[]): Promise<void> {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      for (const name of file.dependency) {
        if (this.#files.has(name) || this.#missing.has(name)) continue;
        const answer = await this.#ask({ case: "fileByFilename", value: name });
        const found =
          answer === undefined ? [wellKnownFile(name)].filter((each) => each !== undefined) : this.#take(answer);
        for (const each of found) this.#files.set(each.name ?? "", each);
        // Without it, nothing may be amiss: it may be imported for its options alone.
        if (!this.#files.has(name)) this.#missing.add(name);
        queue.push(...found);
      }
    }
  }

  #take(answer: Answer): FileDescriptorProto[] {
    if (answer.case !== "fileDescriptorResponse") throw this.#strange("a file");
    const taken: FileDescriptorProto[] = [];
    for (const bytes of answer.value.fileDescriptorProto) {
      let file: FileDescriptorProto;
      try {
        file = decode(FileDescriptorProto, bytes);
      } catch (error) {
        if (!(error instanceof ProtobufError)) throw error;
        throw this.#strange("a file", error.message);
      }
      if (this.#files.has(file.name ?? "")) continue;
      if (this.#files.size >= MAX_FILES) throw this.#strange("a file", `there are more than ${MAX_FILES} files`);
      this.#files.set(file.name ?? "", file);
      taken.push(file);
    }
    return taken;
  }

  /** @returns `undefined` if the server says that there is no such thing */
  async #ask(question: Question): Promise<Answer | undefined> {
    const response = await this.#exchange(question);
    if (response.messageResponse === undefined) throw this.#strange(question.case);
    if (response.messageResponse.case !== "errorResponse") return response.messageResponse;
    const { errorCode, errorMessage } = response.messageResponse.value;
    // grpc-go has UNKNOWN for a file or symbol that it does not know.
    if (errorCode === Code.NotFound || errorCode === Code.Unknown || errorCode === Code.InvalidArgument)
      return undefined;
    throw this.#strange(question.case, `${codeName(errorCode)}: ${errorMessage}`);
  }

  async #exchange(question: Question): Promise<ServerReflectionResponse> {
    if (!this.#isOld) {
      try {
        return await this.#exchangeBy(ServerReflection, question);
      } catch (error) {
        if (!(RpcError.is(error) && error.code === Code.Unimplemented)) throw this.#failed(error);
        this.#isOld = true;
      }
    }
    try {
      return await this.#exchangeBy(ServerReflectionV1Alpha as unknown as typeof ServerReflection, question);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #exchangeBy(reflection: typeof ServerReflection, question: Question): Promise<ServerReflectionResponse> {
    const client = createClient(askingOnce(reflection), this.#channel);
    const options = {
      signal: this.#settings.signal,
      timeoutMs: ANSWER_TIMEOUT_MS,
      ...(this.#settings.metadata === undefined ? {} : { metadata: this.#settings.metadata }),
    };
    for await (const response of client.serverReflectionInfo({ messageRequest: question }, options)) return response;
    throw this.#strange(question.case, "the call ended without an answer");
  }

  #failed(error: unknown): unknown {
    if (!RpcError.is(error) || this.#settings.signal.aborted) return error;
    if (error.code === Code.Unimplemented) {
      return new CliError(`${this.#settings.source} has no reflection`, this.#settings.help);
    }
    const help =
      error.code === Code.Unavailable
        ? this.#settings.unreachable
        : `${this.#settings.help}, or send what it asks for: --header`;
    return new CliError(
      `${this.#settings.source} gives no reflection: ${codeName(error.code)}: ${error.message}`,
      help,
      64 + error.code,
    );
  }

  #strange(question: string, what = "the answer is to another question"): CliError {
    return new CliError(
      `${this.#settings.source} has no sensible answer to reflection's ${question}: ${what}`,
      this.#settings.help,
    );
  }
}
