import { Code } from "../rpc/code.js";
import type { HttpConnection } from "../rpc/http-types.js";
import type { CallChannel, CallDefaults, CallPlatform, PendingCall } from "./call-channel.js";
import type { CallCredentials } from "./call-credentials.js";

/** What a {@link SubchannelChannel} needs of its channel. */
export interface SubchannelChannelHost {
  readonly platform: CallPlatform;
  readonly authority: string;
  readonly userAgent: string | undefined;
  readonly callCredentials: CallCredentials | undefined;
}

/**
 * A channel that is one connection of a subchannel, for calls that the client makes about the server itself (gRFCs A17
 * and A51). They have the channel's credentials and none of its interceptors, and go nowhere else when the connection is lost.
 */
export class SubchannelChannel implements CallChannel {
  readonly target: string;
  readonly authority: string;
  readonly platform: CallPlatform;
  readonly options: CallDefaults;
  readonly #connection: () => HttpConnection | undefined;

  constructor(host: SubchannelChannelHost, target: string, connection: () => HttpConnection | undefined) {
    this.target = target;
    this.authority = host.authority;
    // Nobody's call, for those who watch the channel's.
    this.platform = host.platform.watch === undefined ? host.platform : { ...host.platform, watch: undefined };
    const { userAgent, callCredentials } = host;
    this.options = {
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(callCredentials === undefined ? {} : { callCredentials }),
    };
    this.#connection = connection;
  }

  start(call: PendingCall): void {
    const connection = this.#connection();
    if (!connection?.available) {
      call.fail(Code.Unavailable, "the connection has no free stream", undefined);
      return;
    }
    connection.backgroundStreams = (connection.backgroundStreams ?? 0) + 1;
    call.begin(connection, () => {
      connection.backgroundStreams = (connection.backgroundStreams ?? 1) - 1;
    });
  }

  forget(): void {}

  describeWait(): string {
    return "waiting for the connection";
  }
}
