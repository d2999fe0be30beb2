import { systemClock } from "../base/clock.js";
import { Channel } from "../client/channel.js";
import type { ChannelOptions } from "../client/channel-options.js";
import { type Client, type ClientOptions, createChannelClient } from "../client/create-client.js";
import { fixedPlan } from "../client/resolver/address-list.js";
import type { ResolverScheme } from "../client/resolver/resolver.js";
import { canonicalTarget, planResolution } from "../client/resolver/resolver-registry.js";
import { authorityOf, splitAddress } from "../client/target.js";
import { Warner } from "../client/warner.js";
import type { Http2Options } from "../http2/index.js";
import type { Methods, ServiceType } from "../protobuf/type/service-type.js";
import { grpcClient } from "../protocol/grpc/client-exchange.js";
import { eventObserver } from "../rpc/call-events.js";
import type { ClientProtocol } from "../rpc/exchange.js";
import { joinObservers, type ObserverOptions } from "../rpc/join-observers.js";
import { NodeConnector } from "./connector.js";
import { type DnsOptions, dnsScheme } from "./dns-resolver.js";
import { fileScheme } from "./file-resolver.js";
import type { KubernetesOptions } from "./kubernetes/kubernetes-options.js";
import { kubernetesScheme } from "./kubernetes/kubernetes-resolver.js";
import { compressions, timers } from "./platform.js";
import type { LimitEvent } from "./port-counters.js";
import { chooseProxy, type HttpProxy } from "./proxy-choice.js";
import type { ClientTls } from "./tls-options.js";
import { needsSource, TlsSource } from "./tls-source.js";

/** PINGs that find out whether the other end is still there (gRFC A8). */
export interface KeepaliveOptions {
  /**
   * After so long without a word from the server, ask. Servers may forbid less than 5 minutes; less than 10,000 is taken for
   * 10,000 (gRFC A8). After a server has said that it finds them too many, later connections ask half as often.
   */
  readonly timeMs: number;
  /** Without an answer for so long the connection is given up. Default 20,000. */
  readonly timeoutMs?: number;
  /** Also while no call is running. Default false. */
  readonly withoutCalls?: boolean;
}

/** Options of a channel on Node. */
export interface NodeChannelOptions extends ChannelOptions, ObserverOptions {
  /** True for TLS with the authorities that Node brings along, or what TLS shall be. Default: cleartext. */
  readonly tls?: boolean | ClientTls;
  /** What is spoken over HTTP/2: `connectProtocol()` or `grpcWebProtocol`, say. Default: gRPC. */
  readonly protocol?: ClientProtocol;
  /** Default: none. */
  readonly keepalive?: KeepaliveOptions;
  /** Limits of the connection. */
  readonly http2?: Http2Options;
  /**
   * Told when a connection meets one of its limits, or the server makes a fault, for the first time on that
   * connection. Must not throw.
   */
  readonly onLimit?: (event: LimitEvent) => void;
  /** How names are looked up. */
  readonly dns?: DnsOptions;
  /**
   * The HTTP proxy through which servers are reached that DNS would have to find (targets `dns:` and plain `host:port`), as
   * `http://user:password@host:port`; false for none. The proxy looks the name up. Default: as the environment says, see
   * docs/targets.md.
   */
  readonly proxy?: string | false;
  /** How the API server is reached for targets as `k8s:///service.namespace:port`. */
  readonly kubernetes?: KubernetesOptions;
}

/**
 * Makes a channel to a target: `localhost:8080`, `dns:///host:8080`, `unix:/run/app.sock`, `file:///etc/endpoints.json`,
 * `k8s:///service.namespace:port`. It connects when the first call needs it.
 *
 * @throws TypeError if the target can't be read, ServiceConfigError if the option `serviceConfig` can't
 */
export function createChannel(target: string, options: NodeChannelOptions = {}): Channel {
  const schemes = new Map<string, ResolverScheme>([
    ["dns", dnsScheme(options.dns)],
    ["file", fileScheme],
    ["k8s", kubernetesScheme(options.kubernetes)],
  ]);
  // The proxy looks the name up: for the channel there is one address, of that name.
  let proxy: HttpProxy | undefined;
  const lookUp = schemes.get("dns") as ResolverScheme;
  schemes.set("dns", (named) => {
    const address = splitAddress(named.text, named.endpoint);
    proxy = chooseProxy(address.host, options.proxy, process.env);
    if (proxy === undefined) return lookUp(named);
    return fixedPlan(authorityOf(named.text, named.endpoint), [{ addresses: [address] }]);
  });
  const plan = planResolution(target, schemes);
  const tls = tlsOf(options);
  const observer = joinObservers(options, (onEvent) => eventObserver(onEvent, systemClock));
  const watch = observer === undefined ? undefined : { observer, target: canonicalTarget(target, schemes) };
  const warner = new Warner(target, options.onWarning);
  const warn = (message: string, cause: unknown) => warner.warn(message, cause);
  const connector = new NodeConnector({
    tls,
    tlsSource: tls !== undefined && needsSource(tls) ? new TlsSource(tls, warn) : undefined,
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    proxy,
    http2: http2Of(options),
    onLimit: options.onLimit,
    watch,
  });
  const scheme = tls === undefined ? "http" : "https";
  return new Channel(
    target,
    plan,
    {
      clock: systemClock,
      timers,
      compressions,
      protocol: options.protocol ?? grpcClient,
      connector,
      scheme,
      random: Math.random,
      watch,
    },
    options,
  );
}

/**
 * Makes a client of a service.
 *
 * @param channel a channel, which clients may share, or a target, for which one is made that lives as long as the process
 */
export function createClient<M extends Methods>(
  service: ServiceType<M>,
  channel: Channel | string,
  options?: ClientOptions,
): Client<ServiceType<M>> {
  return createChannelClient(service, typeof channel === "string" ? createChannel(channel) : channel, options);
}

function tlsOf(options: NodeChannelOptions): ClientTls | undefined {
  const { tls, authority } = options;
  if (tls === undefined || tls === false) return undefined;
  const given = tls === true ? {} : tls;
  // The certificate must fit the name under which the server is called.
  const serverName = given.serverName ?? authority?.replace(/:\d+$/, "");
  return serverName === undefined ? given : { ...given, serverName };
}

function http2Of({ http2, keepalive }: NodeChannelOptions): Http2Options {
  if (keepalive === undefined) return http2 ?? {};
  return {
    keepaliveIntervalMs: Math.max(keepalive.timeMs, MIN_KEEPALIVE_MS),
    keepaliveTimeoutMs: keepalive.timeoutMs ?? DEFAULT_KEEPALIVE_TIMEOUT_MS,
    keepaliveWithoutStreams: keepalive.withoutCalls ?? false,
    ...http2,
  };
}

/** 20 s, the MIN_CONNECT_TIMEOUT of grpc/doc/connection-backoff.md. */
const DEFAULT_CONNECT_TIMEOUT_MS = 20_000;

/** 10 s (gRFC A8, "Extending for Basic Health Checking"): more PINGs than that are an attack. */
const MIN_KEEPALIVE_MS = 10_000;

/** 20 s (gRFC A8). */
const DEFAULT_KEEPALIVE_TIMEOUT_MS = 20_000;
