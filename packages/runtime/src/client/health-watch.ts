import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "../protobuf/wkt/grpc/health/v1/health.pb.js";
import { Code } from "../rpc/code.js";
import type { RpcError } from "../rpc/rpc-error.js";
import type { SubchannelHealth } from "./balancer/balancer.js";
import { createChannelClient } from "./create-client.js";
import type { SubchannelChannel } from "./subchannel-channel.js";
import { SubchannelStream, type SubchannelStreamHost } from "./subchannel-stream.js";

/** Hears of it. */
export interface HealthWatchSink {
  onChange(health: SubchannelHealth): void;
  /** The server has no health service. */
  onUnimplemented(error: RpcError): void;
}

/** What the server's health service says of one service, for as long as there is a connection (gRFC A17). */
export class HealthWatch {
  /** What is to be made of it. */
  health: SubchannelHealth = CONNECTING;
  readonly service: string;
  readonly #stream: SubchannelStream<{ readonly status: ServingStatus }>;

  constructor(service: string, host: SubchannelStreamHost, channel: SubchannelChannel, sink: HealthWatchSink) {
    this.service = service;
    const set = (health: SubchannelHealth): void => {
      this.health = health;
      sink.onChange(health);
    };
    const client = createChannelClient(Health, channel);
    this.#stream = new SubchannelStream(host, () => client.watch({ service }), {
      onStart: () => set(CONNECTING),
      onReply: ({ status }) =>
        set(status === ServingStatus.SERVING ? HEALTHY : this.#unhealthy(`it is ${nameOf(status)}`, undefined)),
      onEnd: (error) => {
        // A server without a health service is taken for healthy.
        const unimplemented = error.code === Code.Unimplemented;
        if (unimplemented) sink.onUnimplemented(error);
        set(unimplemented ? HEALTHY : this.#unhealthy(`no answer: ${error.message}`, error));
        return !unimplemented;
      },
    });
  }

  /** There is a connection, or another one. */
  start(): void {
    this.#stream.start();
  }

  stop(): void {
    this.#stream.stop();
    this.health = CONNECTING;
  }

  #unhealthy(why: string, cause: unknown): SubchannelHealth {
    const message = `the server's health service was asked for "${this.service}": ${why}`;
    const failure = { code: CONNECT_ERROR, message, origin: "connection" as const, unprocessed: true, cause };
    return { kind: "transient_failure", failure };
  }
}

function nameOf(status: number): string {
  return Object.entries(ServingStatus).find(([, value]) => value === status)?.[0] ?? `in the unknown state ${status}`;
}

/** Nothing is against it. */
export const HEALTHY: SubchannelHealth = { kind: "ready" };

const CONNECTING: SubchannelHealth = { kind: "connecting" };

/** RFC 9113 §7. */
const CONNECT_ERROR = 0xa;
