import type { OrcaLoadReport } from "../protobuf/wkt/xds/data/orca/v3/orca_load_report.pb.js";
import { OpenRcaService } from "../protobuf/wkt/xds/service/orca/v3/orca.pb.js";
import { Code } from "../rpc/code.js";
import type { LoadListener } from "./balancer/balancer.js";
import { createChannelClient } from "./create-client.js";
import type { SubchannelChannel } from "./subchannel-channel.js";
import { SubchannelStream, type SubchannelStreamHost } from "./subchannel-stream.js";

/** The load that a server tells beside its calls (gRFC A51, "out-of-band"), for all who want to hear of it. */
export class LoadWatch {
  /** Who listens, and how often each wants to hear. */
  readonly #listeners = new Map<LoadListener, number>();
  readonly #stream: SubchannelStream<OrcaLoadReport>;
  #connected = false;
  #intervalMs = Infinity;

  constructor(host: SubchannelStreamHost, channel: SubchannelChannel) {
    const client = createChannelClient(OpenRcaService, channel);
    const open = () => client.streamCoreMetrics({ reportInterval: durationOf(this.#intervalMs) });
    this.#stream = new SubchannelStream(host, open, {
      onStart() {},
      onReply: (report) => {
        for (const listener of [...this.#listeners.keys()]) listener(report);
      },
      // A server without the service has nothing to tell.
      onEnd: (error) => error.code !== Code.Unimplemented,
    });
  }

  /** There is a connection, or another one. */
  start(): void {
    this.#connected = true;
    this.#intervalMs = Math.min(...this.#listeners.values());
    if (this.#listeners.size > 0) this.#stream.start();
  }

  stop(): void {
    this.#connected = false;
    this.#stream.stop();
  }

  /** All share one stream, as often as the most eager of them wants. */
  add(listener: LoadListener, intervalMs: number): void {
    this.#listeners.set(listener, intervalMs);
    if (this.#connected && intervalMs < this.#intervalMs) this.start();
  }

  remove(listener: LoadListener): void {
    if (!this.#listeners.delete(listener) || !this.#connected) return;
    if (this.#listeners.size === 0) {
      this.#intervalMs = Infinity;
      this.#stream.stop();
    } else if (Math.min(...this.#listeners.values()) > this.#intervalMs) {
      this.start();
    }
  }
}

function durationOf(ms: number): { readonly seconds: bigint; readonly nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1e3)), nanos: Math.round((ms % 1e3) * 1e6) };
}
