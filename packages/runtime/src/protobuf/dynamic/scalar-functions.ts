import type { ByteWriter } from "../../base/byte-writer.js";
import type { LongAs, ScalarType } from "../type/scalar-type.js";
import * as fixed from "../wire/read-fixed.js";
import * as packed from "../wire/read-packed.js";
import { NO_BYTES, readBytes, readString } from "../wire/read-string.js";
import * as varint from "../wire/read-varint.js";
import type { Reader } from "../wire/reader.js";
import * as writeFixed from "../wire/write-fixed.js";
import * as writePacked from "../wire/write-packed.js";
import { writeBytes, writeString } from "../wire/write-string.js";
import * as writeVarint from "../wire/write-varint.js";

/** The functions that generated code would call for a scalar type. */
export interface ScalarFunctions {
  readonly read: (r: Reader, end: number) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the writers check what they are given
  readonly write: (w: ByteWriter, tag: number, value: any) => void;
  /** Absent for strings and bytes, which are never packed. */
  // biome-ignore lint/suspicious/noExplicitAny: an array of what `read` gives
  readonly readPacked?: (r: Reader, end: number, values: any[]) => unknown[];
  // biome-ignore lint/suspicious/noExplicitAny: as for `write`
  readonly writePacked?: (w: ByteWriter, tag: number, values: readonly any[]) => void;
}

export const SCALAR_FUNCTIONS: Readonly<Record<ScalarType, ScalarFunctions>> = {
  double: {
    read: fixed.readDouble,
    write: writeFixed.writeDouble,
    readPacked: packed.readPackedDouble,
    writePacked: writePacked.writePackedDouble,
  },
  float: {
    read: fixed.readFloat,
    write: writeFixed.writeFloat,
    readPacked: packed.readPackedFloat,
    writePacked: writePacked.writePackedFloat,
  },
  int32: {
    read: varint.readInt32,
    write: writeVarint.writeInt32,
    readPacked: packed.readPackedInt32,
    writePacked: writePacked.writePackedInt32,
  },
  int64: {
    read: varint.readInt64,
    write: writeVarint.writeInt64,
    readPacked: packed.readPackedInt64,
    writePacked: writePacked.writePackedInt64,
  },
  uint32: {
    read: varint.readUint32,
    write: writeVarint.writeUint32,
    readPacked: packed.readPackedUint32,
    writePacked: writePacked.writePackedUint32,
  },
  uint64: {
    read: varint.readUint64,
    write: writeVarint.writeUint64,
    readPacked: packed.readPackedUint64,
    writePacked: writePacked.writePackedUint64,
  },
  sint32: {
    read: varint.readSint32,
    write: writeVarint.writeSint32,
    readPacked: packed.readPackedSint32,
    writePacked: writePacked.writePackedSint32,
  },
  sint64: {
    read: varint.readSint64,
    write: writeVarint.writeSint64,
    readPacked: packed.readPackedSint64,
    writePacked: writePacked.writePackedSint64,
  },
  fixed32: {
    read: fixed.readFixed32,
    write: writeFixed.writeFixed32,
    readPacked: packed.readPackedFixed32,
    writePacked: writePacked.writePackedFixed32,
  },
  fixed64: {
    read: fixed.readFixed64,
    write: writeFixed.writeFixed64,
    readPacked: packed.readPackedFixed64,
    writePacked: writePacked.writePackedFixed64,
  },
  sfixed32: {
    read: fixed.readSfixed32,
    write: writeFixed.writeSfixed32,
    readPacked: packed.readPackedSfixed32,
    writePacked: writePacked.writePackedSfixed32,
  },
  sfixed64: {
    read: fixed.readSfixed64,
    write: writeFixed.writeSfixed64,
    readPacked: packed.readPackedSfixed64,
    writePacked: writePacked.writePackedSfixed64,
  },
  bool: {
    read: varint.readBool,
    write: writeVarint.writeBool,
    readPacked: packed.readPackedBool,
    writePacked: writePacked.writePackedBool,
  },
  string: { read: readString, write: writeString },
  bytes: { read: readBytes, write: writeBytes },
};

/** What a scalar without presence is when it is not set. */
export function zeroOf(type: ScalarType, longAs: LongAs): unknown {
  if (type === "string") return "";
  if (type === "bytes") return NO_BYTES;
  if (type === "bool") return false;
  if (!type.endsWith("64")) return 0;
  return longAs === "string" ? "0" : longAs === "number" ? 0 : 0n;
}
