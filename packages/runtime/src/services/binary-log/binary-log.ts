import { GrpcLogEntry_Logger as Logger } from "../../protobuf/wkt/grpc/binarylog/v1/binarylog.pb.js";
import { Metadata } from "../../rpc/metadata.js";
import type { AttemptTracer, ClientCallTracer, Observer, ServerCallTracer } from "../../rpc/observer.js";
import { BinaryLogFilter } from "./binary-log-filter.js";
import { type BinaryLogSink, CallLog } from "./call-log.js";

/** What is logged, and where to. */
export interface BinaryLogOptions {
  /**
   * Which methods, and how much of them, as `*`, `*{h}`, `pkg.Service/*{h:256;m:1024}`, `-pkg.Service/Secret`; several
   * are joined by commas (gRFC A16). Empty or absent: nothing. The usual value is that of the environment variable
   * `GRPC_BINARY_LOG_FILTER`.
   */
  readonly filter: string | undefined;
  /** Takes the entries: `binaryLogFile(path)` of "hawser", or anything else. */
  readonly sink: BinaryLogSink;
}

/**
 * Writes calls to a log from which they can be looked at, and made again (gRFC A16). Give it to channels and servers as
 * one of their `observers`.
 *
 * @throws TypeError if the filter is malformed, for then the process must not start (gRFC A16)
 */
export function binaryLog({ filter, sink }: BinaryLogOptions): Observer {
  const wanted = new BinaryLogFilter(filter ?? "");
  return {
    startClientCall({ method, authority, metadata, timeoutMs }): ClientCallTracer | undefined {
      const limits = wanted.limits(method.path);
      if (limits === undefined) return undefined;
      const log = new CallLog(sink, limits, Logger.LOGGER_CLIENT);
      log.clientHeader(method.path, authority, new Metadata(metadata).toFields(), timeoutMs);
      return clientTracer(log);
    },
    startServerCall({ path, authority, fields, timeoutMs, peer }): ServerCallTracer | undefined {
      const limits = wanted.limits(path);
      if (limits === undefined) return undefined;
      const log = new CallLog(sink, limits, Logger.LOGGER_SERVER);
      log.clientHeader(path, authority, fields, timeoutMs, peer);
      return serverTracer(log);
    },
  };
}

/** Requests that are sent once more are not logged once more, and of replies only those of one attempt come. */
function clientTracer(log: CallLog): ClientCallTracer {
  let requests = 0;
  let halfClosed = false;
  return {
    startAttempt(): AttemptTracer {
      let sent = 0;
      let peer: Parameters<NonNullable<AttemptTracer["onPicked"]>>[0] | undefined;
      return {
        onPicked(picked) {
          peer = picked;
        },
        onMessageSent(bytes, start, end) {
          if (sent++ < requests) return;
          requests++;
          log.message("client", bytes, start, end);
        },
        onHalfClose() {
          if (halfClosed) return;
          halfClosed = true;
          log.halfClose();
        },
        onHeader: (fields) => log.serverHeader(fields, peer),
        onMessageReceived: (bytes, start, end) => log.message("server", bytes, start, end),
      };
    },
    onEnd({ status, trailer, peer, cancelled }) {
      if (cancelled) log.cancel();
      else log.trailer(status, trailer, peer);
    },
  };
}

function serverTracer(log: CallLog): ServerCallTracer {
  return {
    onMessageReceived: (bytes, start, end) => log.message("client", bytes, start, end),
    onHalfClose: () => log.halfClose(),
    onHeader: (metadata) => log.serverHeader(metadata?.toFields() ?? []),
    onMessageSent: (bytes, start, end) => log.message("server", bytes, start, end),
    onEnd({ status, trailer, answered }) {
      if (answered) log.trailer(status, trailer?.toFields() ?? []);
      else log.cancel();
    },
  };
}
