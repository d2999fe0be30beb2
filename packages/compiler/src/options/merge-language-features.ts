import { concat, readRecord } from "./wire-record.js";
import { WireType, WireWriter } from "./wire-writer.js";

/** The extensions of google.protobuf.FeatureSet that are compiled into protoc: pb.cpp and pb.java. */
const KNOWN: ReadonlySet<number> = new Set([1000, 1001]);

/**
 * The bytes of a FeatureSet's extensions as protoc has them: of those that it knows, which come first, everything that
 * several options have set is one record, ordered by number; others stay as they were written.
 */
export function mergeLanguageFeatures(bytes: Uint8Array): Uint8Array {
  const known = new Map<number, Uint8Array[]>();
  const others: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const record = readRecord(bytes, at);
    if (KNOWN.has(record.number) && record.content !== undefined) {
      const contents = known.get(record.number);
      if (contents === undefined) known.set(record.number, [record.content]);
      else contents.push(record.content);
    } else others.push(bytes.subarray(at, record.end));
    at = record.end;
  }
  if (known.size === 0) return bytes;
  const merged = [...known]
    .sort(([a], [b]) => a - b)
    .map(([number, contents]) => {
      const content = sorted(concat(contents));
      return new WireWriter().tag(number, WireType.Bytes).bytes(content).finish();
    });
  return concat([...merged, ...others]);
}

/** The records of a message by number. */
function sorted(bytes: Uint8Array): Uint8Array {
  const records: { number: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { number, end } = readRecord(bytes, at);
    records.push({ number, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return concat(records.sort((a, b) => a.number - b.number).map((record) => record.bytes));
}
