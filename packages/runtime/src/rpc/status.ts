import type { Code } from "./code.js";
import type { RpcError } from "./rpc-error.js";

/** How a call ended. */
export interface Status {
  readonly code: Code;
  /** Empty on success. */
  readonly message: string;
  /** The error behind a code other than OK; on a server also what a handler threw, which its caller never sees. */
  readonly error: RpcError | undefined;
}
