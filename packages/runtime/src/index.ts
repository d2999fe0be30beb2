/**
 * Hawser on Node: `createServer`, `createChannel`, `createClient`, and the words of gRPC that go with them.
 *
 * @module
 */

export type { Address, Endpoint } from "./client/address.js";
export type { BackoffOptions } from "./client/backoff.js";
export type {
  Balancer,
  BalancerChoice,
  BalancerHelper,
  BalancerPolicy,
  BalancerUpdate,
  ChooseBalancer,
  HealthListener,
  LoadListener,
  Pick,
  Picker,
  Subchannel,
  SubchannelHealth,
  SubchannelState,
} from "./client/balancer/balancer.js";
export { registerBalancer } from "./client/balancer/balancer-registry.js";
export type { OnPickedEnd, PickedEnd, PickInfo } from "./client/call-channel.js";
export {
  bearerToken,
  type CallCredentials,
  type CredentialsContext,
  type ExpiringToken,
} from "./client/call-credentials.js";
export type { CallOptions, ParentCall } from "./client/call-options.js";
export type { Channel } from "./client/channel.js";
export type { ChannelOptions } from "./client/channel-options.js";
export { ServiceConfigError } from "./client/config-json.js";
export type { ConnectivityState } from "./client/connectivity-state.js";
export type {
  Client,
  ClientMethod,
  ClientOptions,
  RepliesCall,
  ReplyCall,
  RequestStream,
  RunningCall,
} from "./client/create-client.js";
export { loadReportOf } from "./client/load-report.js";
export type { Requests } from "./client/request-sender.js";
export type {
  Resolution,
  Resolver,
  ResolverContext,
  ResolverListener,
  ResolverPlan,
  ResolverScheme,
} from "./client/resolver/resolver.js";
export { registerResolver } from "./client/resolver/resolver-registry.js";
export type { RetryLimits } from "./client/retry/retry-budget.js";
export type { WaitOptions } from "./client/state-watch.js";
export { type BinaryLogFile, binaryLogFile } from "./node/binary-log-file.js";
export type { ConnectionAgeOptions } from "./node/connection-ages.js";
export { createChannel, createClient, type KeepaliveOptions, type NodeChannelOptions } from "./node/create-channel.js";
export { createServer, type NodeServer } from "./node/create-server.js";
export type { DnsOptions } from "./node/dns-resolver.js";
export type { Http1Options } from "./node/http1-server.js";
export { jwtFile } from "./node/jwt-file.js";
export type { KubernetesOptions } from "./node/kubernetes/kubernetes-options.js";
export type { ListenOptions, ServerKeepaliveOptions } from "./node/listener.js";
export type { PoolMetrics } from "./node/pool-messages.js";
export type { LimitEvent, PortCounter } from "./node/port-counters.js";
export { registerCompression } from "./node/register-compression.js";
export { requestListener } from "./node/request-listener.js";
export type { RevocationOptions } from "./node/revocation.js";
export { serve } from "./node/serve.js";
export type { Served, ServedWithHealth, ServeOptions, Service, ServiceMetrics } from "./node/service.js";
export { type Drainable, type ShutdownOnSignalOptions, shutdownOnSignal } from "./node/shutdown-on-signal.js";
export type { SpiffeOptions } from "./node/spiffe.js";
export type { ClientTls, Pem, ServerTls, TlsFiles } from "./node/tls-options.js";
export { type ConnectOptions, connectProtocol } from "./protocol/connect/client-exchange.js";
export { grpcWebClient as grpcWebProtocol } from "./protocol/grpc-web/client-exchange.js";
export { Code, codeName } from "./rpc/code.js";
export { type Compression, InflatedTooLarge } from "./rpc/compression.js";
export type * from "./rpc/event.js";
export type { ClientProtocol } from "./rpc/exchange.js";
export type { HttpField, HttpFields, HttpPeer, HttpPeerTls } from "./rpc/http-types.js";
export type { Call, Interceptor, Next, Payload } from "./rpc/interceptor.js";
export { joinObservers, type ObserverOptions } from "./rpc/join-observers.js";
export { wasCompressed, withoutCompression } from "./rpc/message-compression.js";
export { Metadata, type MetadataInit, type MetadataValue } from "./rpc/metadata.js";
export type * from "./rpc/observer.js";
export { RpcError, type RpcErrorOptions } from "./rpc/rpc-error.js";
export type { Status } from "./rpc/status.js";
export { type ConcurrencyLimit, limitConcurrency, limitRate, type RateLimit } from "./server/call-limits.js";
export type { Cors, CorsOptions } from "./server/cors.js";
export type { Handler, Implementation, Replies } from "./server/implementation.js";
export type { CallCounts, MethodOptions, OpenPort, Server, ServerOptions, ServiceOptions } from "./server/server.js";
export type { ServerCall } from "./server/server-call.js";
export type { PartHost, ServerPart } from "./server/server-part.js";
