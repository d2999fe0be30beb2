import { diag, type TextMapGetter, type TextMapSetter } from "@opentelemetry/api";
import type { Metadata } from "hawser/web";
import { fromBase64, toBase64 } from "./base64.js";
import { GRPC_TRACE_BIN } from "./grpc-trace-bin.js";

/** Writes what a propagator says into metadata (gRFC A72): texts as they are, `grpc-trace-bin` as bytes. */
export const metadataSetter: TextMapSetter<Metadata> = {
  set(metadata, key, value) {
    const name = key.toLowerCase();
    if (!name.endsWith("-bin")) {
      metadata.set(name, value);
      return;
    }
    const bytes = name === GRPC_TRACE_BIN ? fromBase64(value) : undefined;
    if (bytes === undefined)
      diag.error(`hawser: of binary propagators only ${GRPC_TRACE_BIN} is supported, not ${name}`);
    else metadata.set(name, bytes);
  },
};

/** Reads metadata for a propagator. */
export const metadataGetter: TextMapGetter<Metadata> = {
  keys: (metadata) => metadata.keys(),
  get(metadata, key) {
    const name = key.toLowerCase();
    let value: string | Uint8Array | undefined;
    try {
      value = metadata.get(name);
    } catch {
      // What came under a "-bin" key is no base64: then there is no trace.
      return undefined;
    }
    if (value === undefined || typeof value === "string") return value;
    return name === GRPC_TRACE_BIN ? toBase64(value) : undefined;
  },
};
