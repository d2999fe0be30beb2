import { Channel } from "../client/channel.js";
import type { ChannelOptions } from "../client/channel-options.js";
import { fixedPlan } from "../client/resolver/address-list.js";
import type { Http2Options } from "../http2/index.js";
import { grpcClient } from "../protocol/grpc/client-exchange.js";
import { eventObserver } from "../rpc/call-events.js";
import type { ClientProtocol } from "../rpc/exchange.js";
import type { HttpPeerTls } from "../rpc/http-types.js";
import { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
import { type AnyServer, TestServer } from "./create-server.js";
import { InMemoryConnector } from "./in-memory-connector.js";
import { ADDRESS, InMemoryListener } from "./in-memory-listener.js";

/** Options of a channel in memory. */
export interface TestChannelOptions extends ChannelOptions, ObserverOptions {
  /** What is spoken. Default: gRPC. */
  readonly protocol?: ClientProtocol;
  /** Limits and keepalive of the client's end. */
  readonly http2?: Http2Options;
  /** Limits and keepalive of the server's end. */
  readonly serverHttp2?: Http2Options;
  /**
   * What the handler is to see of the client's TLS. The channel then counts as one that has TLS: call credentials are
   * sent. Default: cleartext.
   */
  readonly tls?: HttpPeerTls;
  /** From 0 up to 1, for the jitter of backoff and retries. Default: always 0.5, so that a test's waits are known. */
  readonly random?: () => number;
}

const listeners = new WeakMap<AnyServer, InMemoryListener>();

/**
 * Makes a channel to a server in this process, one of "hawser/testing" or of "hawser", without a port. The bytes go
 * through both HTTP/2 engines, so that deadlines, cancellation, metadata, limits and errors are those of a real
 * connection. Time is the server's.
 *
 * @throws Error if the server was shut down
 */
export function createChannel(server: AnyServer, options: TestChannelOptions = {}): Channel {
  let listener = listeners.get(server);
  if (listener === undefined) {
    listener = server.open((onStream, onEvent) => new InMemoryListener(onStream, onEvent));
    listeners.set(server, listener);
  }
  const { clock, timers, compressions } = server;
  const target = `${ADDRESS}:///`;
  const observer = joinObservers(options, (onEvent) => eventObserver(onEvent, clock));
  const watch = observer === undefined ? undefined : { observer, target };
  const { http2 = {}, serverHttp2 = {}, tls, random = () => 0.5 } = options;
  const spoken = options.protocol ?? grpcClient;
  const byReference = server instanceof TestServer ? server.byReference : undefined;
  return new Channel(
    target,
    fixedPlan("localhost", [{ addresses: [{ kind: "unix", path: ADDRESS }] }]),
    {
      clock,
      timers,
      compressions,
      protocol: byReference === undefined ? spoken : byReference.protocol(spoken),
      connector: new InMemoryConnector(server, listener, http2, serverHttp2, tls, watch),
      scheme: tls === undefined ? "http" : "https",
      random,
      watch,
    },
    options,
  );
}
