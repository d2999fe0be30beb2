import { openTelemetry } from "@hawser/otel";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { Observer } from "hawser";

/** What this process measures, and where Prometheus finds it. */
export interface Telemetry {
  /** For `observers` of channels and servers. */
  readonly observer: Observer;
  /** The endpoint to scrape. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the metrics of gRPC at `http://127.0.0.1:port/metrics`. */
export async function startTelemetry(port: number): Promise<Telemetry> {
  const exporter = new PrometheusExporter({ host: "127.0.0.1", port, preventServerStart: true });
  await exporter.startServer();
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const observer = openTelemetry({
    meterProvider,
    // Those of connections and retries are off unless they are named.
    enableMetrics: [
      "grpc.client.call.retries",
      "grpc.subchannel.open_connections",
      "grpc.subchannel.connection_attempts_failed",
      "grpc.subchannel.disconnections",
    ],
    optionalLabels: ["grpc.disconnect_error"],
  });
  return { observer, url: `http://127.0.0.1:${port}/metrics`, close: () => meterProvider.shutdown() };
}
