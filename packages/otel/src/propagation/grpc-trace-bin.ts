import {
  type Context,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { fromBase64, toBase64 } from "./base64.js";

/** The metadata key of OpenCensus' binary format (gRFC A72, "GrpcTraceBinPropagator"). */
export const GRPC_TRACE_BIN = "grpc-trace-bin";

/** Carries the trace as OpenCensus did in gRPC: for systems in which some processes still do (gRFC A72). */
export class GrpcTraceBinPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
    setter.set(carrier, GRPC_TRACE_BIN, toBase64(encodeSpanContext(spanContext)));
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const value = getter.get(carrier, GRPC_TRACE_BIN);
    const text = Array.isArray(value) ? value.at(-1) : value;
    const bytes = text === undefined ? undefined : fromBase64(text);
    const spanContext = bytes === undefined ? undefined : decodeSpanContext(bytes);
    return spanContext === undefined ? context : trace.setSpanContext(context, spanContext);
  }

  fields(): string[] {
    return [GRPC_TRACE_BIN];
  }
}

/** Version 0: field 0 is the trace's 16 bytes, field 1 the span's 8, field 2 the flags (OpenCensus, "BinaryEncoding"). */
function encodeSpanContext({ traceId, spanId, traceFlags }: SpanContext): Uint8Array {
  const bytes = new Uint8Array(29);
  writeHex(bytes, 2, traceId);
  bytes[18] = 1;
  writeHex(bytes, 19, spanId);
  bytes[27] = 2;
  bytes[28] = traceFlags;
  return bytes;
}

/** Undefined for anything that is not exactly this. */
function decodeSpanContext(bytes: Uint8Array): SpanContext | undefined {
  if (bytes.length !== 29 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[18] !== 1 || bytes[27] !== 2) return undefined;
  const spanContext = {
    traceId: hex(bytes, 2, 18),
    spanId: hex(bytes, 19, 27),
    traceFlags: bytes[28] as number,
    isRemote: true,
  };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}

function writeHex(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i += 2) bytes[at + i / 2] = Number.parseInt(text.slice(i, i + 2), 16);
}

function hex(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += (bytes[i] as number).toString(16).padStart(2, "0");
  return text;
}
