/**
 * What channels and servers tell of themselves, to `onEvent` and to observers. Plain objects, told apart by `type`;
 * times are not in them, since whoever logs has a clock. They are made only if somebody listens.
 */
import type { MethodType } from "../protobuf/type/service-type.js";
import type { Code } from "./code.js";
import type { ConnectionTraffic } from "./connection-traffic.js";
import type { HttpPeer } from "./http-types.js";

/** Whose event it is: a channel is told apart by its target, a server's connection by the address it came to. */
export type EventSide = "client" | "server";

/** A connection is up: on a client after the server's SETTINGS, on a server once it is known what it speaks. */
export interface ConnectionOpened {
  readonly type: "connection_opened";
  readonly side: EventSide;
  /** The channel's target; on a server, the address that the client has connected to. */
  readonly target: string;
  readonly peer: HttpPeer;
}

/** A connection has ended. */
export interface ConnectionClosed {
  readonly type: "connection_closed";
  readonly side: EventSide;
  readonly target: string;
  readonly peer: HttpPeer;
  /** What ended it, in words. */
  readonly reason: string;
  /** The error code of RFC 9113 §7 that it ended with: 0 if all was well. */
  readonly code: number;
  /** Who ended it. */
  readonly origin: "peer" | "local" | "connection";
  /** On a server, what went over it. */
  readonly traffic: ConnectionTraffic | undefined;
}

/** An attempt to connect has failed. */
export interface ConnectionFailed {
  readonly type: "connection_failed";
  readonly target: string;
  /** Where to: `ip:port`, `[ip6]:port` or `unix:path`. */
  readonly address: string;
  readonly reason: string;
  readonly cause: unknown;
}

/** A client's handshake has failed, or took too long. */
export interface TlsFailed {
  readonly type: "tls_failed";
  readonly target: string;
  readonly address: string;
  readonly reason: string;
}

/** GOAWAY was sent or received (RFC 9113 §6.8). A server that drains sends two: the first without an end. */
export interface GoAway {
  readonly side: EventSide;
  readonly target: string;
  readonly peer: string;
  /** The error code's name, as `NO_ERROR`. */
  readonly code: string;
  /** The text that came with it, in printable ASCII; often empty. */
  readonly debug: string;
}

/** This side said GOAWAY. */
export interface GoAwaySent extends GoAway {
  readonly type: "goaway_sent";
}

/** The peer said GOAWAY. */
export interface GoAwayReceived extends GoAway {
  readonly type: "goaway_received";
}

/** A limit was met, or the peer made a fault, for the first time on a connection. docs/security.md has the names. */
export interface LimitHit {
  readonly type: "limit_hit";
  readonly side: EventSide;
  /** The limit's name, as `maxHeaderListSize`. */
  readonly limit: string;
  readonly peer: string;
}

/** A channel changed its state (grpc/doc/connectivity-semantics-and-api.md). */
export interface ChannelStateChanged {
  readonly type: "channel_state";
  readonly target: string;
  readonly state: "idle" | "connecting" | "ready" | "transient_failure" | "shutdown";
}

/** The connections to one address changed their state. */
export interface SubchannelStateChanged {
  readonly type: "subchannel_state";
  readonly target: string;
  readonly address: string;
  readonly state: "idle" | "connecting" | "ready" | "transient_failure";
  /** Why, if it is a failure. */
  readonly reason: string | undefined;
}

/** A connection of a channel takes no further calls; told once, with the first reason there was (gRFC A94). */
export interface SubchannelDisconnected {
  readonly type: "subchannel_disconnected";
  readonly target: string;
  readonly address: string;
  /**
   * As gRFC A94 has it: `GOAWAY NO_ERROR`, `subchannel shutdown`, `connection reset`, `connection timed out`,
   * `connection aborted`, `socket error` or `unknown`.
   */
  readonly reason: string;
}

/** `weighted_round_robin` has taken up what servers say of their load (gRFC A58). */
export interface WeightsUpdated {
  readonly type: "weights_updated";
  readonly target: string;
  /** One for each server that is ready; 0 for one whose weight is not known. */
  readonly weights: readonly number[];
  /** Servers that have not reported yet, or not for long enough. */
  readonly notYetUsable: number;
  /** Servers whose last report is too old. */
  readonly stale: number;
  /** True if fewer than two weights are known: then every server has its turn, as in `round_robin`. */
  readonly fallback: boolean;
}

/** The resolver has found endpoints. */
export interface ResolverUpdated {
  readonly type: "resolver_update";
  readonly target: string;
  /** How many endpoints there are. */
  readonly endpoints: number;
  /** Whether a service config came with them. */
  readonly hasServiceConfig: boolean;
  /** False if the balancer can't use them. */
  readonly usable: boolean;
}

/** The resolver has failed, or what it found is invalid. */
export interface ResolverFailed {
  readonly type: "resolver_error";
  readonly target: string;
  readonly reason: string;
}

/** A call began. */
export interface CallStarted {
  readonly type: "call_started";
  readonly side: EventSide;
  /** The channel's target; undefined on a server. */
  readonly target: string | undefined;
  readonly path: string;
  /** Absent for a path that the server does not have. */
  readonly method: MethodType | undefined;
  /** On a server, the client's address. */
  readonly peer: string | undefined;
}

/** A call has ended. */
export interface CallEnded {
  readonly type: "call_ended";
  readonly side: EventSide;
  readonly target: string | undefined;
  readonly path: string;
  readonly peer: string | undefined;
  readonly code: Code;
  /** The status' message; empty on success. */
  readonly message: string;
  /** Attempts that were made; on a server 1. */
  readonly attempts: number;
  readonly durationMs: number;
  /** Messages and their bytes as they were on the wire, without framing; of all attempts together. */
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** A server begins to shut down. */
export interface DrainStarted {
  readonly type: "drain_started";
  /** Handlers at work. */
  readonly runningCalls: number;
}

/** A server has shut down. */
export interface DrainEnded {
  readonly type: "drain_ended";
  /** Handlers that were not waited for. */
  readonly runningCalls: number;
}

/** Anything that channels and servers tell. New kinds may come: let what you don't know pass. */
export type RpcEvent =
  | ConnectionOpened
  | ConnectionClosed
  | ConnectionFailed
  | TlsFailed
  | GoAwaySent
  | GoAwayReceived
  | LimitHit
  | ChannelStateChanged
  | SubchannelStateChanged
  | SubchannelDisconnected
  | WeightsUpdated
  | ResolverUpdated
  | ResolverFailed
  | CallStarted
  | CallEnded
  | DrainStarted
  | DrainEnded;

/** Takes events. What it throws goes to the platform as an error that nobody catches. */
export type OnEvent = (event: RpcEvent) => void;
