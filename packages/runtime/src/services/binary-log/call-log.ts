import { encode } from "../../protobuf/codec/encode.js";
import {
  type AddressInit,
  GrpcLogEntry_EventType as EventType,
  GrpcLogEntry,
  type GrpcLogEntryInit,
  type GrpcLogEntry_Logger as Logger,
} from "../../protobuf/wkt/grpc/binarylog/v1/binarylog.pb.js";
import type { HttpFields, HttpPeer } from "../../rpc/http-types.js";
import type { Status } from "../../rpc/status.js";
import type { BinaryLogLimits } from "./binary-log-filter.js";
import { loggedAddress, loggedMetadata, statusDetails } from "./log-payloads.js";

/** Takes entries of the log, each an encoded grpc.binarylog.v1.GrpcLogEntry. It must not throw, nor wait. */
export interface BinaryLogSink {
  write(entry: Uint8Array): void;
}

/** Writes the entries of one call. */
export class CallLog {
  readonly #sink: BinaryLogSink;
  readonly #limits: BinaryLogLimits;
  readonly #logger: Logger;
  readonly #callId: bigint = nextCallId++;
  #sequence = 0;
  #peerLogged = false;

  constructor(sink: BinaryLogSink, limits: BinaryLogLimits, logger: Logger) {
    this.#sink = sink;
    this.#limits = limits;
    this.#logger = logger;
  }

  clientHeader(path: string, authority: string, fields: HttpFields, timeoutMs: number, peer?: HttpPeer): void {
    const { value: metadata, truncated } = loggedMetadata(fields, this.#limits.headerBytes);
    const timeout = timeoutMs === Infinity ? undefined : durationOf(Math.max(0, timeoutMs));
    const value = { metadata, methodName: path, authority, timeout };
    this.#write(
      EventType.EVENT_TYPE_CLIENT_HEADER,
      { payload: { case: "clientHeader", value }, payloadTruncated: truncated },
      peer,
    );
  }

  serverHeader(fields: HttpFields, peer?: HttpPeer): void {
    const { value: metadata, truncated } = loggedMetadata(fields, this.#limits.headerBytes);
    const payload = { case: "serverHeader", value: { metadata } } as const;
    this.#write(EventType.EVENT_TYPE_SERVER_HEADER, { payload, payloadTruncated: truncated }, peer);
  }

  message(from: "client" | "server", bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const kept = Math.min(length, this.#limits.messageBytes);
    const payload = { case: "message", value: { length, data: bytes.subarray(start, start + kept) } } as const;
    const type = from === "client" ? EventType.EVENT_TYPE_CLIENT_MESSAGE : EventType.EVENT_TYPE_SERVER_MESSAGE;
    this.#write(type, { payload, payloadTruncated: kept < length });
  }

  halfClose(): void {
    this.#write(EventType.EVENT_TYPE_CLIENT_HALF_CLOSE, {});
  }

  trailer(status: Status, fields: HttpFields, peer?: HttpPeer): void {
    const { value: metadata, truncated } = loggedMetadata(fields, this.#limits.headerBytes);
    const { code: statusCode, message: statusMessage } = status;
    const value = { metadata, statusCode, statusMessage, statusDetails: statusDetails(status) };
    this.#write(
      EventType.EVENT_TYPE_SERVER_TRAILER,
      { payload: { case: "trailer", value }, payloadTruncated: truncated },
      peer,
    );
  }

  cancel(): void {
    this.#write(EventType.EVENT_TYPE_CANCEL, {});
  }

  #write(type: EventType, entry: GrpcLogEntryInit, peer?: HttpPeer): void {
    const nowMs = Date.now();
    let address: AddressInit | undefined;
    if (peer !== undefined && !this.#peerLogged) {
      this.#peerLogged = true;
      address = loggedAddress(peer.address);
    }
    this.#sink.write(
      encode(GrpcLogEntry, {
        ...entry,
        timestamp: { seconds: BigInt(Math.floor(nowMs / 1000)), nanos: (nowMs % 1000) * 1_000_000 },
        callId: this.#callId,
        sequenceIdWithinCall: ++this.#sequence,
        type,
        logger: this.#logger,
        peer: address,
      }),
    );
  }
}

/** Unique in the process, and never 0 (gRFC A16, `call_id`). */
let nextCallId = 1n;

function durationOf(ms: number): { seconds: bigint; nanos: number } {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1_000_000) };
}
