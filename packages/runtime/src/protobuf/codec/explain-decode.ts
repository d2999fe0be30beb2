import { isMessageType } from "../type/field-type.js";
import type { AnyMessageType } from "../type/message-type.js";
import { ProtobufError } from "../wire/protobuf-error.js";
import { Reader, readLength, readTag, skipField } from "../wire/reader.js";
import { RECURSION_LIMIT, WireType } from "../wire/wire-type.js";

/**
 * Adds to an error of decoding which field it happened in and where: `notes.v1.Order.items[2].sku: … (at byte 31)`.
 */
export function explainDecode(
  type: AnyMessageType,
  bytes: Uint8Array,
  start: number,
  end: number,
  error: unknown,
): ProtobufError {
  if (!(error instanceof ProtobufError)) {
    const text = error instanceof Error ? error.message : String(error);
    return new ProtobufError(`${type.typeName}: cannot be decoded: ${text}`, { kind: "decode", cause: error });
  }
  const offset = error.offset;
  const path = type.typeName + (offset === undefined ? "" : pathAt(type, bytes, start, end, offset));
  const at = offset === undefined ? "" : ` (at byte ${offset - start} of ${end - start})`;
  return new ProtobufError(`${path}: ${error.message}${at}`, {
    kind: "decode",
    path,
    ...(offset === undefined ? {} : { offset: offset - start }),
  });
}

/** Follows the fields that contain `offset`; stops where the bytes stop making sense. */
function pathAt(outermost: AnyMessageType, bytes: Uint8Array, start: number, end: number, offset: number): string {
  let path = "";
  let type = outermost;
  const r = new Reader(bytes, start);
  let indexes = new Map<number, number>();
  for (let depth = 0; depth < RECURSION_LIMIT; ) {
    let entered = false;
    while (r.pos < end && !entered) {
      let tag: number;
      try {
        tag = readTag(r);
      } catch {
        return path;
      }
      const number = tag >>> 3;
      const field = type.fields.find((candidate) => candidate.number === number);
      const valueStart = r.pos;
      let valueEnd: number;
      try {
        skipField(r, tag, end, depth);
        valueEnd = r.pos;
      } catch {
        valueEnd = end + 1;
      }
      const index = indexes.get(number) ?? 0;
      indexes.set(number, index + 1);
      if (offset >= valueEnd && !(offset === valueEnd && valueEnd === end)) continue;
      if (field === undefined) return path;
      path += `.${field.name}${field.repeated ? `[${index}]` : ""}`;
      if (valueEnd > end || (tag & 7) !== WireType.LEN || !isMessageType(field.type) || field.mapKey !== undefined) {
        return path;
      }
      r.pos = valueStart;
      end = readLength(r, end);
      if (offset < r.pos) return path;
      type = field.type;
      indexes = new Map();
      entered = true;
      depth++;
    }
    if (!entered) return path;
  }
  return path;
}
