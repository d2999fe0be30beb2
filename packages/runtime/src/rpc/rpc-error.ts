import { Code, codeFromNumber } from "./code.js";
import { Metadata, type MetadataInit } from "./metadata.js";

/** What {@link RpcError} takes beside code and message. */
export interface RpcErrorOptions {
  /** Sent to the caller as trailing metadata; on the caller's side, the trailing metadata that came. */
  readonly metadata?: MetadataInit | undefined;
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
    this.#metadata = options?.metadata;
  }

  /** Trailing metadata; empty if there is none. */
  get metadata(): Metadata {
    this.#parsed ??= Metadata.from(this.#metadata);
    return this.#parsed;
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
