import type { Registry } from "../../protobuf/type/registry.js";
import type { RequestTarget } from "../../rpc/exchange.js";
import type { HttpConnection, HttpFields } from "../../rpc/http-types.js";
import { jsonFormat, type MessageFormat } from "../../rpc/message-format.js";
import type { MessageTracer } from "../../rpc/observer.js";
import type { Codec } from "./content-type.js";

/** What one attempt of a call has to go by. */
export interface ClientRequest {
  readonly connection: HttpConnection;
  /** The head that all calls of the method share. */
  readonly fields: HttpFields;
  /** What is this call's own. */
  readonly extra: HttpFields;
  readonly target: RequestTarget;
  readonly codec: Codec;
  /** What a `google.protobuf.Any` may hold in JSON. */
  readonly registry: Registry | undefined;
  readonly sendEncoding: string | undefined;
  readonly maxReceiveBytes: number;
  /** Who is shown the messages. */
  readonly tracer: MessageTracer | undefined;
}

/** How the messages of one side are written. */
export function formatOf({ target, codec, registry }: ClientRequest, side: "input" | "output"): MessageFormat {
  const type = target.method[side];
  return codec === "json" ? jsonFormat(type, registry) : type;
}
