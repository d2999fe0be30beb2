import { createdType } from "../protobuf/codec/create.js";
import type { AnyMessageType, MessageType } from "../protobuf/type/message-type.js";
import { packAny, unpackAny } from "../protobuf/wkt/any.js";
import type { Any } from "../protobuf/wkt/google/protobuf/any.pb.js";
import { Code, codeFromNumber } from "./code.js";
import { Metadata, type MetadataInit } from "./metadata.js";

/** What {@link RpcError} takes beside code and message. */
export interface RpcErrorOptions {
  /** Sent to the caller as trailing metadata; on the caller's side, the trailing metadata that came. */
  readonly metadata?: MetadataInit | undefined;
  /**
   * What the caller may want to know beside code and message (google.aip.dev/193): messages made by `create`, as
   * `create(BadRequest, …)`, or packed by `packAny`.
   */
  readonly details?: readonly object[] | undefined;
  /** What lies beneath. It stays on this side: a cause is never sent. */
  readonly cause?: unknown;
}

/**
 * The one error of calls: a handler throws it to choose the status, and a caller's call fails with it. `message` is
 * the status message as it goes over the wire.
 */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** The status code, never {@link Code.Ok}. */
  readonly code: Code;
  /** What the server said beside code and message, packed; {@link RpcError.findDetails} unpacks it. */
  readonly details: readonly Any[];
  readonly #metadata: MetadataInit | undefined;
  #parsed: Metadata | undefined;

  /**
   * @param code the status; {@link Code.Ok} is no error and throws a TypeError
   * @param message for the caller to read; it goes over the wire
   */
  constructor(code: Code, message: string, options?: RpcErrorOptions) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    if (code === Code.Ok) throw new TypeError("an RpcError can't have code OK: return a reply instead");
    this.code = code;
    this.details = options?.details === undefined ? NO_DETAILS : options.details.map(packDetail);
    this.#metadata = options?.metadata;
  }

  /** Trailing metadata; empty if there is none. */
  get metadata(): Metadata {
    this.#parsed ??= Metadata.from(this.#metadata);
    return this.#parsed;
  }

  /**
   * The details of one type, unpacked; empty if there are none.
   * @throws ProtobufError if one says that it is of this type and is not
   */
  findDetails<T, Init>(type: MessageType<T, Init>): T[] {
    return this.details.flatMap((detail) => unpackAny(type, detail) ?? []);
  }

  /** True for every RpcError, also one made by another copy of this package. */
  static is(value: unknown): value is RpcError {
    return (
      value instanceof RpcError ||
      (value instanceof Error && value.name === "RpcError" && isErrorCode((value as { code?: unknown }).code))
    );
  }
}

/** True for the codes of {@link Code} but OK. */
function isErrorCode(code: unknown): boolean {
  return typeof code === "number" && code !== Code.Ok && codeFromNumber(code) === code;
}

const NO_DETAILS: readonly Any[] = [];

/** The types of details that were packed here, so that protocols which write them as JSON need no registry for them. */
const packedTypes = new WeakMap<Any, AnyMessageType>();

/** The type of a detail that was given to an RpcError unpacked. */
export function detailType(detail: Any): AnyMessageType | undefined {
  return packedTypes.get(detail);
}

function packDetail(detail: object): Any {
  const type = createdType(detail);
  if (type !== undefined && type.typeName !== "google.protobuf.Any") {
    const packed = packAny(type, detail);
    packedTypes.set(packed, type);
    return packed;
  }
  const any = detail as Partial<Any>;
  if (typeof any.typeUrl === "string" && any.value instanceof Uint8Array) return any as Any;
  throw new TypeError("a detail of an RpcError must be made by create(Type, …) or packed by packAny(Type, …)");
}
