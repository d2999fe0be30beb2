import { unknownEncoding } from "../../rpc/accept-encoding.js";
import { Code } from "../../rpc/code.js";
import type { ServerHost } from "../../rpc/exchange.js";
import type { HttpHead } from "../../rpc/http-types.js";
import type { Codec } from "./content-type.js";
import { parseTimeout } from "./timeout.js";

/** What the head of a request says beside method and content type. */
export interface RequestPlan {
  readonly codec: Codec;
  /** Infinity if the client did not say. */
  readonly timeoutMs: number;
  /** How the request is compressed; undefined for not at all. */
  readonly encoding: string | undefined;
  readonly acceptEncoding: string | undefined;
  /** Why the request can't be served. */
  readonly error: { readonly code: Code; readonly message: string } | undefined;
}

/** @param prefix of the encodings' fields: those of streams begin with `connect-`, those of unary calls are HTTP's own */
export function planRequest(host: ServerHost, head: HttpHead, codec: Codec, prefix: "connect-" | ""): RequestPlan {
  let timeout: string | undefined;
  let encoding: string | undefined;
  let acceptEncoding: string | undefined;
  let version: string | undefined;
  for (const { name, value } of head.fields) {
    if (name === "connect-timeout-ms") timeout = value;
    else if (name === "connect-protocol-version") version = value;
    else if (name === `${prefix}content-encoding`) encoding = value === "identity" ? undefined : value;
    else if (name === `${prefix}accept-encoding`) {
      acceptEncoding = acceptEncoding === undefined ? value : `${acceptEncoding},${value}`;
    }
  }
  const timeoutMs = timeout === undefined ? Infinity : parseTimeout(timeout);
  return {
    codec,
    timeoutMs: timeoutMs ?? 0,
    encoding,
    acceptEncoding,
    error: errorOf(host, timeout, timeoutMs, encoding, version),
  };
}

function errorOf(
  host: ServerHost,
  timeout: string | undefined,
  timeoutMs: number | undefined,
  encoding: string | undefined,
  version: string | undefined,
): RequestPlan["error"] {
  if (version !== undefined && version !== "1") {
    return {
      code: Code.InvalidArgument,
      message: `connect-protocol-version must be "1", not ${JSON.stringify(version)}`,
    };
  }
  if (timeoutMs === undefined) {
    return {
      code: Code.InvalidArgument,
      message: `connect-timeout-ms is no number of milliseconds: ${JSON.stringify(timeout)}`,
    };
  }
  if (encoding !== undefined && host.compressions.get(encoding) === undefined) {
    return { code: Code.Unimplemented, message: unknownEncoding(encoding, host.compressions) };
  }
  return undefined;
}
