import { decode } from "../../protobuf/codec/decode.js";
import { GrpcLogEntry } from "../../protobuf/wkt/grpc/binarylog/v1/binarylog.pb.js";

/**
 * Reads what `binaryLogFile` wrote: entries, each after its length in four bytes, the highest first. The last one may be
 * cut off, if the process was.
 *
 * @throws ProtobufError if an entry can't be decoded
 */
export function* readBinaryLog(bytes: Uint8Array): Generator<GrpcLogEntry, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + LENGTH_BYTES <= bytes.length; ) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    if (end > bytes.length) return;
    yield decode(GrpcLogEntry, bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
}

const LENGTH_BYTES = 4;
