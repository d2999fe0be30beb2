import type { Attributes } from "@opentelemetry/api";
import type { OnEvent } from "hawser/web";
import type { Instruments } from "./instruments.js";
import { record } from "./record.js";

/**
 * Measures the balancer weighted_round_robin (gRFC A78) and the connections of channels (gRFC A94), under their old names as well (gRFC A78: `grpc.lb.pick_first.*`),
 * since pick_first is what connects under every balancer.
 */
export function connectionMetrics(instruments: Instruments, labels: ReadonlySet<string>): OnEvent {
  const attributesOf = (target: string, name: string, value: string): Attributes => {
    const attributes: Attributes = { "grpc.target": target };
    for (const label of ["grpc.lb.locality", "grpc.lb.backend_service"]) if (labels.has(label)) attributes[label] = "";
    if (labels.has(name)) attributes[name] = value;
    return attributes;
  };
  return (event) => {
    switch (event.type) {
      case "connection_opened":
      case "connection_closed": {
        if (event.side === "server") return;
        const { target, peer } = event;
        const level = peer.tls === undefined ? "none" : "privacy_and_integrity";
        const opened = event.type === "connection_opened";
        record(instruments.openConnections, opened ? 1 : -1, attributesOf(target, "grpc.security_level", level));
        if (!opened) return;
        record(instruments.attemptsSucceeded, 1, attributesOf(target, "", ""));
        record(instruments.pickFirstAttemptsSucceeded, 1, { "grpc.target": target });
        return;
      }
      case "connection_failed":
        record(instruments.attemptsFailed, 1, attributesOf(event.target, "", ""));
        record(instruments.pickFirstAttemptsFailed, 1, { "grpc.target": event.target });
        return;
      case "weights_updated": {
        const attributes = attributesOf(event.target, "", "");
        if (event.fallback) record(instruments.wrrFallback, 1, attributes);
        if (event.notYetUsable > 0) record(instruments.wrrNotYetUsable, event.notYetUsable, attributes);
        if (event.stale > 0) record(instruments.wrrStale, event.stale, attributes);
        for (const weight of event.weights) record(instruments.wrrWeights, weight, attributes);
        return;
      }
      case "subchannel_disconnected":
        record(instruments.disconnections, 1, attributesOf(event.target, "grpc.disconnect_error", event.reason));
        record(instruments.pickFirstDisconnections, 1, { "grpc.target": event.target });
        return;
    }
  };
}
