import type { ByteWriter } from "../../base/byte-writer.js";
import type { ScalarType } from "../type/scalar-type.js";
import * as readFixed from "../wire/read-fixed.js";
import { readBytes, readString } from "../wire/read-string.js";
import * as readVarint from "../wire/read-varint.js";
import type { Reader } from "../wire/reader.js";
import { WireType } from "../wire/wire-type.js";
import * as writeFixed from "../wire/write-fixed.js";
import { putBytes, putString } from "../wire/write-string.js";
import * as writeVarint from "../wire/write-varint.js";

/** The generic, slow counterpart of generated code: what errors, extensions and reflection use. */
interface ScalarCodec {
  readonly wireType: number;
  // biome-ignore lint/suspicious/noExplicitAny: the writers check what they are given
  readonly put: (w: ByteWriter, value: any) => void;
  readonly read: (r: Reader, end: number) => unknown;
}

let codecs: Readonly<Record<ScalarType, ScalarCodec>> | undefined;

/** Made when it is needed: a table of a module is kept by bundlers for pages, with all that it refers to. */
function codecOf(type: ScalarType): ScalarCodec {
  codecs ??= {
    double: { wireType: WireType.I64, put: writeFixed.putDouble, read: readFixed.readDouble },
    float: { wireType: WireType.I32, put: writeFixed.putFloat, read: readFixed.readFloat },
    int32: { wireType: WireType.VARINT, put: writeVarint.putInt32, read: readVarint.readInt32 },
    int64: { wireType: WireType.VARINT, put: writeVarint.putInt64, read: readVarint.readInt64 },
    uint32: { wireType: WireType.VARINT, put: writeVarint.putUint32, read: readVarint.readUint32 },
    uint64: { wireType: WireType.VARINT, put: writeVarint.putUint64, read: readVarint.readUint64 },
    sint32: { wireType: WireType.VARINT, put: writeVarint.putSint32, read: readVarint.readSint32 },
    sint64: { wireType: WireType.VARINT, put: writeVarint.putSint64, read: readVarint.readSint64 },
    fixed32: { wireType: WireType.I32, put: writeFixed.putFixed32, read: readFixed.readFixed32 },
    fixed64: { wireType: WireType.I64, put: writeFixed.putFixed64, read: readFixed.readFixed64 },
    sfixed32: { wireType: WireType.I32, put: writeFixed.putSfixed32, read: readFixed.readSfixed32 },
    sfixed64: { wireType: WireType.I64, put: writeFixed.putSfixed64, read: readFixed.readSfixed64 },
    bool: { wireType: WireType.VARINT, put: writeVarint.putBool, read: readVarint.readBool },
    string: { wireType: WireType.LEN, put: putString, read: readString },
    bytes: { wireType: WireType.LEN, put: putBytes, read: readBytes },
  };
  return codecs[type];
}

/** Appends a value without its tag. @throws ProtobufError if the type cannot hold it */
export function putScalar(w: ByteWriter, type: ScalarType, value: unknown): void {
  codecOf(type).put(w, value);
}

/** Reads a value behind its tag. */
export function readScalar(r: Reader, type: ScalarType, end: number): unknown {
  return codecOf(type).read(r, end);
}

/** The wire type of a value that is not packed. */
export function wireTypeOf(type: ScalarType): number {
  return codecOf(type).wireType;
}
