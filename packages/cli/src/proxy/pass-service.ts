import {
  type CallOptions,
  type Channel,
  Code,
  createClient,
  Metadata,
  RpcError,
  type RunningCall,
  type ServerCall,
  wasCompressed,
} from "hawser";
import type { MethodType, ServiceType } from "hawser/protobuf";
import { rawMethod } from "../raw/raw-method.js";
import type { CallWatcher, PassageWatcher } from "./call-watcher.js";
import { passedMetadata } from "./passed-metadata.js";
import { type Pass, passingJson } from "./passing-json.js";

/** What passing calls on takes beside a service and where to. */
export interface PassOptions {
  /** Sent with every call, after what the client sent. */
  readonly metadata?: Metadata;
  readonly watcher?: PassageWatcher;
  /** Names of what clients send that goes no further, beside the fields that are about the way to the proxy. */
  readonly leftOut?: readonly string[];
  /** The largest message either way, in bytes. Default 64 MiB. */
  readonly maxMessageBytes?: number;
  /**
   * Whether clients may speak JSON too: Connect, and REST by `google.api.http`. Their messages are encoded on the way and the replies
   * to them decoded; what the schema does not know of these is lost. Default: no.
   */
  readonly json?: boolean;
}

/** A service whose methods are another server's, and what `server.add` takes with it. */
export interface PassedService {
  readonly service: ServiceType;
  // biome-ignore lint/suspicious/noExplicitAny: the methods are known at run time only
  readonly implementation: any;
  readonly options: { readonly maxReceiveBytes: number };
}

/** 64 MiB: a proxy should not be what a message is too large for, and must not hold any number of bytes. */
export const MAX_PASSED_BYTES: number = 64 * 1024 * 1024;

/**
 * Passes the calls of a service on to another server: messages stay the bytes that they are; metadata, deadline,
 * cancellation, flow control, status, details and trailers go along. Unless `json` says otherwise clients must speak a
 * binary protocol: gRPC, gRPC-Web, or Connect without JSON.
 *
 * @param channel to the server
 */
export function passService(service: ServiceType, channel: Channel, options: PassOptions = {}): PassedService {
  // Without a prototype: the names are the target's, `__proto__` may be one of them.
  const methods: Record<string, MethodType> = Object.create(null);
  const implementation: Record<string, unknown> = Object.create(null);
  const { maxMessageBytes = MAX_PASSED_BYTES } = options;
  for (const [name, method] of Object.entries(service.methods as Record<string, MethodType>)) {
    const raw = rawMethod(method);
    // A reply is sent as the bytes that it is; those of whom wants JSON are read as a message on the way.
    methods[name] = { ...raw, output: { ...raw.output, readFrom: method.output.readFrom } };
    // A client of its own for each: the names of a service's methods are not this program's to choose.
    const client = createClient({ typeName: service.typeName, methods: { call: raw } } as ServiceType, channel);
    const start = (client as unknown as { readonly call: StartCall }).call;
    implementation[name] = handlerOf(method, start, { ...options, maxMessageBytes });
  }
  return {
    // Without its file, in which its paths are, REST can't lead here.
    service: {
      typeName: service.typeName,
      methods,
      ...(options.json === true ? { file: service.file } : {}),
    } as ServiceType,
    implementation,
    options: { maxReceiveBytes: maxMessageBytes },
  };
}

type StartCall = (request: unknown, options: CallOptions) => PassedCall;

/** A call of any kind. */
interface PassedCall extends RunningCall, AsyncIterable<Uint8Array>, Promise<Uint8Array> {}

type Settings = PassOptions & { readonly maxMessageBytes: number };

/** A request that came as JSON was read as a message. */
function bytesOf(request: unknown): Uint8Array {
  if (request instanceof Uint8Array) return request;
  throw new RpcError(
    Code.Unimplemented,
    "requests in JSON can't be passed on: speak gRPC, gRPC-Web, or Connect with application/proto",
  );
}

function handlerOf(method: MethodType, start: StartCall, settings: Settings): Pass {
  const streams = method.kind === "client_streaming" || method.kind === "bidi_streaming";
  const begin = (request: unknown, call: ServerCall): Passage =>
    new Passage(method, start, settings, streams ? (request as AsyncIterable<unknown>) : bytesOf(request), call);
  const pass: Pass =
    method.kind === "unary" || method.kind === "client_streaming"
      ? (request, call) => begin(request, call).reply()
      : (request, call) => begin(request, call).replies();
  return settings.json === true ? passingJson(method, pass) : pass;
}

/** One call on its way. */
class Passage {
  readonly #call: ServerCall;
  readonly #passed: PassedCall;
  /** Absent once it was told of the end. */
  #watcher: CallWatcher | undefined;

  constructor(
    method: MethodType,
    start: StartCall,
    { watcher, metadata, leftOut = [], maxMessageBytes }: Settings,
    request: Uint8Array | AsyncIterable<unknown>,
    call: ServerCall,
  ) {
    this.#call = call;
    this.#watcher = watcher?.onCall({
      method,
      metadata: call.metadata,
      deadline: call.deadline,
      peer: call.peer.address,
    });
    const sent = passedMetadata(call.metadata);
    for (const name of leftOut) sent.delete(name);
    if (metadata !== undefined) sent.appendAll(metadata);
    this.#passed = start(request instanceof Uint8Array ? this.#single(request) : this.#stream(request), {
      parent: call,
      metadata: sent,
      maxReceiveBytes: maxMessageBytes,
      // What came compressed goes on compressed. Of a stream nobody knows yet how its requests will come.
      ...(request instanceof Uint8Array && wasCompressed(request) ? { compression: "gzip" } : {}),
    });
    // A client that goes away leaves its stream of replies where it stands: nobody asks for what comes after.
    if (this.#watcher !== undefined) call.onEnd(({ error }) => error !== undefined && this.#tellEnd(error));
  }

  /** Of a method with one reply. */
  async reply(): Promise<Uint8Array> {
    try {
      await this.#passHeader();
      const reply = await this.#passed;
      this.#watcher?.onReply?.(reply);
      await this.#passTrailer();
      return reply;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Of a method with a stream of replies. */
  async *replies(): AsyncGenerator<Uint8Array> {
    try {
      await this.#passHeader();
      for await (const reply of this.#passed) {
        this.#watcher?.onReply?.(reply);
        yield reply;
      }
      await this.#passTrailer();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #single(request: Uint8Array): Uint8Array {
    this.#watcher?.onRequest?.(request);
    this.#watcher?.onHalfClose?.();
    return request;
  }

  async *#stream(requests: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    for await (const each of requests) {
      const request = bytesOf(each);
      this.#watcher?.onRequest?.(request);
      yield request;
    }
    this.#watcher?.onHalfClose?.();
  }

  async #passHeader(): Promise<void> {
    const header = await this.#passed.header;
    this.#call.header.appendAll(header);
    let failed = false;
    this.#passed.onEnd(({ error }) => {
      failed = error !== undefined;
    });
    if (header.size > 0) this.#watcher?.onHeader?.(header);
    // A response that is a status alone stays that; else the header may be what a client waits for.
    else if (failed) return;
    this.#call.sendHeader();
  }

  async #passTrailer(): Promise<void> {
    const trailer = await this.#passed.trailer;
    this.#call.trailer.appendAll(trailer);
    this.#tellEnd(undefined, trailer);
  }

  #failed(error: unknown): RpcError {
    const failure = RpcError.is(error) ? error : new RpcError(Code.Internal, String(error), { cause: error });
    this.#tellEnd(failure);
    return failure;
  }

  #tellEnd(error: RpcError | undefined, trailer: Metadata = error?.metadata ?? new Metadata()): void {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    watcher?.onEnd?.(error, trailer);
  }
}
