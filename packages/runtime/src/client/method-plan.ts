import type { MethodType } from "../protobuf/type/service-type.js";
import type { ClientProtocol, RequestTarget } from "../rpc/exchange.js";
import type { HttpFields } from "../rpc/http-types.js";
import type { CallChannel } from "./call-channel.js";
import type { ChannelWatch } from "./call-trace.js";
import { withRawRequests } from "./retry/raw-request.js";

/** What all calls of one method over one channel share, worked out once. */
export class MethodPlan {
  readonly method: MethodType;
  readonly channel: CallChannel;
  readonly protocol: ClientProtocol;
  readonly target: RequestTarget;
  /** Who watches the calls; usually nobody. */
  readonly watch: ChannelWatch | undefined;
  /** The request's head without compression. */
  readonly #fields: HttpFields;
  #rawTarget: RequestTarget | undefined;
  /** Heads by encoding; made as they are needed. */
  #compressedFields: Map<string, HttpFields> | undefined;

  constructor(method: MethodType, channel: CallChannel) {
    this.method = method;
    this.channel = channel;
    const { protocol } = channel.platform;
    this.protocol = protocol;
    this.watch = channel.platform.watch;
    const { userAgent } = channel.options;
    this.target = {
      method,
      scheme: channel.platform.scheme,
      authority: channel.authority,
      userAgent: userAgent === undefined ? USER_AGENT : `${userAgent} ${USER_AGENT}`,
      compressions: channel.platform.compressions,
    };
    this.#fields = protocol.requestFields(this.target, undefined);
  }

  /** As {@link MethodPlan.target}, for requests that are encoded already. */
  get rawTarget(): RequestTarget {
    this.#rawTarget ??= { ...this.target, method: withRawRequests(this.method) };
    return this.#rawTarget;
  }

  /** The head of a call whose requests are compressed as `encoding`. */
  fieldsFor(encoding: string | undefined): HttpFields {
    if (encoding === undefined) return this.#fields;
    this.#compressedFields ??= new Map();
    let fields = this.#compressedFields.get(encoding);
    if (fields === undefined) {
      this.channel.platform.compressions.require(encoding);
      fields = this.protocol.requestFields(this.target, encoding);
      this.#compressedFields.set(encoding, fields);
    }
    return fields;
  }
}

/** As gRPC over HTTP2, "User Agents", asks: `grpc-language/version`. */
const USER_AGENT = "grpc-hawser/0.1.0";
