import type { Registry } from "../../protobuf/type/registry.js";
import type {
  ClientExchange,
  ClientExchangeSink,
  ClientProtocol,
  RequestOptions,
  RequestTarget,
} from "../../rpc/exchange.js";
import type { HttpConnection, HttpField, HttpFields } from "../../rpc/http-types.js";
import { type Codec, contentTypeOf } from "./content-type.js";
import { ConnectStreamClientExchange } from "./stream-client-exchange.js";
import { formatTimeout } from "./timeout.js";
import { ConnectUnaryClientExchange } from "./unary-client-exchange.js";

/** How Connect is spoken. */
export interface ConnectOptions {
  /** Messages as ProtoJSON, which is larger and slower and can be read by people. Default: binary. */
  readonly json?: boolean;
  /**
   * Unary calls of methods with `idempotency_level = NO_SIDE_EFFECTS` by GET, which browsers and proxies may cache.
   * Default: by POST.
   */
  readonly get?: boolean;
  /** With `json`: the messages that a `google.protobuf.Any` may hold, by `createRegistry`. Default: none. */
  readonly registry?: Registry;
}

/** The Connect protocol (connectrpc.com/docs/protocol), as a client speaks it; over any HTTP. */
export function connectProtocol({ json, get, registry }: ConnectOptions = {}): ClientProtocol {
  const codec: Codec = json === true ? "json" : "proto";
  const byGet = get === true;
  return {
    requestFields(target: RequestTarget, sendEncoding: string | undefined): HttpFields {
      const streams = target.method.kind !== "unary";
      const prefix = streams ? "connect-" : "";
      const fields: HttpField[] = [
        { name: ":method", value: "POST" },
        { name: ":scheme", value: target.scheme },
        { name: ":path", value: target.method.path },
        { name: ":authority", value: target.authority },
        { name: "content-type", value: contentTypeOf({ codec, streams }) },
        { name: "user-agent", value: target.userAgent },
        { name: "connect-protocol-version", value: "1" },
        { name: `${prefix}accept-encoding`, value: target.compressions.acceptEncoding },
      ];
      // A unary call says so when it knows that it has something to compress.
      if (streams && sendEncoding !== undefined) fields.push({ name: "connect-content-encoding", value: sendEncoding });
      return fields;
    },

    open(
      connection: HttpConnection,
      fields: HttpFields,
      target: RequestTarget,
      sendEncoding: string | undefined,
      options: RequestOptions,
      sink: ClientExchangeSink,
    ): ClientExchange {
      const extra: HttpField[] = [...(options.metadata?.toFields() ?? [])];
      if (options.timeoutMs !== Infinity) {
        extra.push({ name: "connect-timeout-ms", value: formatTimeout(options.timeoutMs) });
      }
      const request = {
        connection,
        fields,
        extra,
        target,
        codec,
        registry,
        sendEncoding,
        maxReceiveBytes: options.maxReceiveBytes,
        tracer: options.tracer,
      };
      if (target.method.kind !== "unary") return new ConnectStreamClientExchange(request, sink);
      return new ConnectUnaryClientExchange(request, byGet && target.method.idempotency === "no_side_effects", sink);
    },
  };
}
